import type { Rule } from './rule';

const longer = 'Ask for more time (Slurm: --time), or resume from the last checkpoint.';
const moreMemory =
  'Ask for more memory (Slurm: --mem), or hold less at once: fewer DataLoader workers, streamed data, smaller chunks.';
const native =
  'Get a traceback with `python -X faulthandler`; a crash in native code is mostly packages built for different versions, or a full stack or memory.';

/**
 * Lines that say how a process ended without being an exception: from the scheduler, the kernel, the shell, the
 * C++ runtime and launchers. Their form is fixed, so the patterns are anchored to it: the same words within a
 * sentence of the program are not meant.
 */
export const lineRules: readonly Rule[] = [
  // --- Slurm and the kernel. A cgroup's OOM kill is stated after the fact, also when the step lingered until its time limit.
  {
    class: 'oom',
    role: 'verdict',
    text: /oom_kill event|oom-kill(?:er|:)|out of memory: kill(?:ed)? process|memory cgroup out of memory|exceeded (?:job|step) memory limit|task oom|some of the step tasks have been oom killed|oomkilled\b|killed by the cgroup out-of-memory handler|^srun: error: .{1,200}: out of memory$|state=out_of_memory|\bOUT_OF_MEMORY\b|job.{0,40}exceeded its memory|^=>> PBS: job killed: mem|TERM_MEMLIMIT|workers? .{0,60}killed due to (?:the node running low on )?memory|ray.{0,60}memory (?:monitor|pressure).{0,40}kill/i,
    summary: 'out of memory: the kernel or the scheduler ended the process',
    advice: moreMemory,
  },
  {
    class: 'timeout',
    role: 'verdict',
    text: /due to time limit|^=>> PBS: job killed: (?:walltime|cput)|TERM_RUNLIMIT|^timeout: sending signal|state=timeout\b|cpu time limit exceeded|job .{0,60}exceeded .{0,20}(?:walltime|time limit|hard limit)/i,
    summary: 'timed out: the time limit of the job was reached',
    advice: longer,
  },
  {
    class: 'killed',
    role: 'verdict',
    text: /due to (?:job )?preemption|\bPREEMPTED\b|spot instance (?:interruption|termination)/,
    summary: 'killed: the scheduler preempted the job for another',
    advice: 'Run it again from its last checkpoint, or in a partition that is not preempted.',
  },
  {
    class: 'killed',
    role: 'verdict',
    text: /due to node ?fail(?:ure)?|\bNODE_FAIL\b/i,
    summary: 'killed: the node failed',
    advice: 'Run it again, on another node if the same one fails twice.',
  },
  {
    class: 'killed',
    role: 'interrupt',
    text: /slurmstepd: error: \*\*\* .{0,160}cancelled at|srun: forcing job termination|scancel/i,
    summary: 'killed: the job was cancelled',
    advice: 'If nobody cancelled it, ask the cluster’s operators; otherwise run it again.',
  },
  // A consequence: srun only passes on what a task did.
  {
    class: 'killed',
    role: 'interrupt',
    text: /^srun: error: .{1,200}: (?:killed|terminated)$/i,
    summary: 'killed',
    advice: 'See what else was written at that time: a memory limit, a cancelled job, a lost node.',
  },
  {
    class: 'disk-full',
    role: 'verdict',
    text: /^(?:tee|cp|mv|tar|cat|dd|rsync|slurmstepd|touch|mkdir|bash|sh|git|fatal|error|write|gzip)\b.{0,300}(?:no space left on device|disk quota exceeded)|^file size limit exceeded/i,
    summary: 'the disk is full or over its quota',
    advice: 'Free space where the run writes (`df -h` and `quota` show which), then run again.',
  },

  // --- The shell. A word is looked for on PATH, so software is missing; a path is a file.
  {
    class: 'missing-module',
    text: /^(?:[\w./-]{1,200}: )(?:line \d+: |\d+: )?(?<program>[\w.+-]{1,100}): (?:command )?not found$/i,
    summary: 'the command {program} is not installed or not on PATH',
    advice:
      'Install {program}, or activate the environment or load the module that has it before the command runs.',
  },
  {
    class: 'missing-module',
    text: /^(?:zsh|fish): (?:unknown command|command not found): (?<program>[\w.+-]{1,100})$/i,
    summary: 'the command {program} is not installed or not on PATH',
    advice: 'Install {program}, or activate the environment that has it before the command runs.',
  },
  {
    class: 'missing-module',
    text: /^(?:\/usr\/bin\/)?env: ['‘"]?(?<program>[\w.+-]{1,100})['’"]?: no such file or directory$/i,
    summary: 'the command {program} is not installed or not on PATH',
    advice: 'Install {program}, or activate the environment that has it before the command runs.',
  },
  {
    class: 'missing-module',
    text: /exec: "(?<program>[^"/]{1,100})": executable file not found/i,
    summary: 'the command {program} is not in the container',
    advice: 'Add {program} to the image, or correct the command.',
  },
  {
    class: 'missing-file',
    text: /^(?:[\w./-]{1,200}: )?(?:line \d+: )?(?:[\w./~${}-]{1,400}): (?:command )?not found$/i,
    summary: 'a file that should be started is missing',
    advice: 'Check the path and the folder the command starts in.',
  },
  {
    class: 'missing-file',
    text: /^(?:[\w./-]{1,300}: )?(?:line \d+: |\d+: )?(?:cd|chdir): (?:can't cd to )?(?<folder>.{1,400}?)(?:: no such file or directory)?$/i,
    summary: 'the folder {folder} does not exist',
    advice: 'Make the folder, or correct it ("cwd" in the run manifest).',
  },
  {
    class: 'missing-file',
    text: /^python[\d.]{0,6}: can't open file|^\S{0,200}python[\d.]{0,6}: can't open file/i,
    summary: 'the script to run is missing',
    advice: 'Check the path of the script and the folder the command starts in.',
  },
  {
    class: 'missing-module',
    text: /^\S{0,200}python[\d.]{0,6}: (?:no module named|error while finding module specification for) /i,
    summary: 'a Python module is missing',
    advice: 'Install it in the environment the run uses, or correct what follows `python -m`.',
  },
  {
    class: 'permission',
    text: /^(?:[\w./-]{1,200}: )?(?:line \d+: |\d+: )?.{1,400}: permission denied$/i,
    summary: 'permission denied',
    advice:
      'Check owner and mode of what the message names (`ls -ld`); a script that is started directly needs `chmod +x`.',
  },
  {
    class: 'permission',
    text: /permission denied \((?:publickey|password|keyboard)|(?:^|: )operation not permitted$|^docker: .{0,80}permission denied|^sudo: (?:a password is required|a terminal is required|no tty present)/i,
    summary: 'permission denied',
    advice: 'Check that this account may do it, and that its key or group is known where the command runs.',
  },
  {
    class: 'missing-file',
    text: /^(?:[\w./-]{1,200}: )?(?:line \d+: |\d+: )?(?:cannot (?:access|stat|open) )?.{1,400}: no such file or directory$/i,
    summary: 'a file is missing',
    advice: 'Check the path and the folder the command starts in.',
  },
  {
    class: 'code',
    text: /cannot execute binary file|exec format error|syntax error near unexpected token|unexpected end of file$|unbound variable$/i,
    summary: 'the shell cannot run the command or script',
    advice: 'Check that the script is for this shell and the binary for this kind of machine.',
  },
  {
    class: 'code',
    text: /^(?:\S{1,200}: )?error: (?:unrecognized arguments|the following arguments are required|argument .{1,80}: (?:invalid|expected|not allowed))|^error: no such option|^usage error/i,
    summary: 'the command has arguments the program does not know',
    advice: 'Compare the command in the manifest with `--help` of the script.',
  },

  // --- CUDA kernels print their assertion on their own, once a thread.
  {
    class: 'cuda',
    text: /^\S{1,400}\.cuh?:\d{1,6}: .{0,400}assertion .{1,200}failed/i,
    summary: 'a CUDA kernel failed an assertion, often a label or index outside its range',
    advice:
      'Run once on the CPU, or with CUDA_LAUNCH_BLOCKING=1, to see the line; then compare labels and token ids with the sizes of classes and embeddings.',
  },
  {
    class: 'cuda',
    text: /^NVRM: Xid|^(?:unable to determine the device handle|GPU .{1,40} has fallen off the bus)/i,
    summary: 'the GPU failed',
    advice: 'Use another GPU or node and tell its operators.',
  },
  {
    class: 'timeout',
    text: /watchdog caught collective operation timeout/i,
    summary: 'timed out: processes of the run waited too long for each other',
    advice:
      'Find the rank that stopped first (its log, or one that is behind in steps) and why: uneven data, a crash, a slow checkpoint.',
  },
  // TensorFlow and glog end the process with a line that begins with F.
  {
    class: 'oom',
    text: /^F\d{4} .{0,200}out of memory|^F .{0,200}out of memory|^(?:cuda(?:malloc)?|gpu).{0,80}\bout of memory$/i,
    summary: 'out of memory on the GPU',
    advice: 'Lower the batch size, or use a GPU with more memory.',
  },
  {
    class: 'cuda',
    text: /^F(?:\d{4})? .{0,200}(?:cuda|cudnn|cublas)|check failed: .{0,120}(?:cuda|cudnn|cublas)/i,
    summary: 'the GPU or its libraries failed',
    advice:
      'Check that driver, CUDA and the framework fit each other, and that no other process fills the GPU.',
  },

  // --- Ends in native code.
  {
    class: 'oom',
    text: /\b(?:bus error).{0,80}(?:shared memory|shm)|^terminate called.{0,60}bad_alloc/i,
    summary: 'out of memory',
    advice: moreMemory,
  },
  {
    class: 'oom',
    text: /^fatal python error: .{0,40}(?:memoryerror|out of memory)|^virtual memory exhausted|: cannot allocate memory$|^fork: .{0,40}(?:cannot allocate|resource temporarily)|^java\.lang\.OutOfMemoryError|^fatal error: .{0,40}out of memory/i,
    summary: 'out of memory (RAM of the machine)',
    advice: moreMemory,
  },
  {
    class: 'code',
    role: 'consequence',
    text: /^fatal python error|segmentation fault|^(?:double free|free\(\)|malloc\(\)|munmap_chunk\(\)|corrupted (?:size|double))|stack smashing detected|^\S{1,300}: .{1,200}: assertion .{1,300} failed\.|illegal instruction|floating point exception \(core|^aborted(?: \(core dumped\))?$|bus error/i,
    summary: 'the program crashed in native code',
    advice: native,
  },

  // --- Stopped from outside.
  {
    class: 'killed',
    role: 'interrupt',
    text: /^(?:\S{1,200}: line \d+: +)?(?:\d+ )?killed\b(?: {2,}.{0,400}|\.)?$|^zsh: killed |signal 9 \(sigkill\)|exit ?code *: *-9\b|killed by signal 9|^command terminated by signal 9/i,
    summary: 'killed',
    advice:
      'SIGKILL without a word is mostly the kernel’s OOM killer: compare the memory the run used with what it had (`dmesg`, `sacct -o MaxRSS`); otherwise see who ended it.',
  },
  {
    class: 'killed',
    role: 'interrupt',
    text: /^(?:\S{1,200}: line \d+: +)?(?:\d+ )?terminated\b(?: {2,}.{0,400}|\.)?$|^zsh: terminated |signal 15 \(sigterm\)|received (?:signal )?sigterm|caught signal 15|^\^C/i,
    summary: 'killed: asked to end from outside',
    advice: 'See what ended it (a cancelled job, a time limit, a shutdown), then run it again.',
  },
  {
    class: 'network',
    text: /^(?:fatal|error|ssh|curl|wget|rsync|git|pip)\b.{0,200}(?:could not resolve|unable to access|connection (?:refused|timed out|reset|closed)|unable to resolve|network is unreachable|failed to connect)|^packet_write_wait|^client_loop: send disconnect|^curl: \((?:5|6|7|16|18|28|35|5[2-6]|60|92)\) |^rsync: .{0,80}connection unexpectedly closed|^rsync error: (?:error in rsync protocol|timeout in data)/i,
    summary: 'the network or a remote service failed',
    advice: 'Check that the machine reaches the address, then run again.',
  },
  {
    class: 'network',
    role: 'consequence',
    text: /remote process exited or there was a network error|connection closed by (?:remote )?peer|nccl warn .{0,120}(?:connection|socket)|socket ?timeout/i,
    summary: 'the connection to another process of the run was lost',
    advice:
      'Read the log of the rank that ended first; if none did, check the network interface (NCCL_SOCKET_IFNAME).',
  },

  // --- R and Julia.
  {
    class: 'missing-module',
    text: /there is no package called|^ERROR: (?:LoadError: )?ArgumentError: Package /i,
    summary: 'a package is missing',
    advice: 'Install it for the R or Julia the run uses, then run again.',
  },
  {
    class: 'code',
    role: 'consequence',
    text: /^Error in .{1,300}:|^Execution halted$|^ERROR: LoadError: /,
    summary: 'an error stopped the program',
    advice: 'Read the lines of the log before it.',
  },

  // --- Only that something failed.
  {
    class: 'code',
    role: 'consequence',
    text: /^srun: error: .{1,200}: (?:exited with exit code|task)|^(?:make|ninja): \*\*\* |^mpirun .{0,80}exited|^primary job terminated/i,
    summary: 'a process of the job failed',
    advice: 'Read the lines before it, or the log of the task it names.',
  },
];

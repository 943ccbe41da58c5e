import type { Rule } from './rule';

const gpuMemory =
  'Lower the per-device batch size and raise gradient accumulation by the same factor (the effective batch stays), or use mixed precision, activation checkpointing or a GPU with more memory.';
const hostMemory =
  'Ask for more memory (Slurm: --mem), or hold less at once: fewer DataLoader workers, memory-mapped or streamed data, smaller chunks.';
const diskSpace =
  'Free space where the run writes (checkpoints, caches, /tmp; `df -h` and `quota` show which), or point them to a larger disk, then run again.';
const finite =
  'Lower the learning rate or warm it up, clip gradients, prefer bfloat16 to float16, and find the first step whose loss or input is not finite.';

/** Memory, disk, numbers and time: what a run uses up. Tried before rules by the name of an exception, since any exception can carry these. */
export const resourceRules: readonly Rule[] = [
  // RESOURCE_EXHAUSTED is also what gRPC says about quotas and large messages; those have nothing to do with memory.
  {
    class: 'network',
    text: /received message larger than max|quota exceeded for|rate limit (?:reached|exceeded)/i,
    summary: 'a remote service refused the request because of a limit',
    advice: 'Wait and run again, send less at once, or ask for a higher quota.',
  },
  // Before memory: TensorFlow throws ResourceExhaustedError for both. torch.save reports a full disk as a position that is not where it should be, or as a failed write.
  {
    class: 'disk-full',
    text: /no space left on device|\berrno 28\b|disk quota exceeded|\berrno 122\b|\benospc\b|\bedquot\b|not enough (?:free )?disk space|(?:disk|filesystem|device) is full|inline_container.{0,60}unexpected pos|pytorchstreamwriter failed writing|\berrno 27\b|insufficient disk space/i,
    summary: 'the disk is full or over its quota',
    advice: diskSpace,
  },
  // Before GPU memory: allocators of the host use the same words ("can't allocate memory").
  {
    class: 'oom',
    text: /DefaultCPUAllocator|std::bad_alloc|cannot allocate memory|\berrno 12\b|unable to allocate [\d.]+ ?[kmgtp]?i?b|java\.lang\.OutOfMemoryError|not enough memory: you tried|defaultcpuallocator: not enough|failed to allocate [\d.]+ ?[kmgtp]i?b.{0,40}host/i,
    summary: 'out of memory (RAM of the machine)',
    advice: hostMemory,
  },
  // Shared memory is memory: DataLoader workers hand batches over through /dev/shm, which containers keep at 64 MB.
  {
    class: 'oom',
    text: /out of shared memory|insufficient shared memory|bus error.{0,80}shared memory|unable to (?:open|write to|mmap) (?:shared memory|file <\/torch_|.{0,60}\/dev\/shm)/i,
    summary: 'out of memory (shared memory of the DataLoader workers)',
    advice:
      'Enlarge /dev/shm (docker --shm-size or --ipc=host), lower num_workers, or use the file_system sharing strategy of torch.multiprocessing.',
  },
  // Only the kernel's OOM killer sends SIGKILL to a single worker and spares its parent.
  {
    class: 'oom',
    text: /dataloader worker.{0,40}killed by signal: killed/i,
    summary: 'out of memory: a DataLoader worker was killed by the kernel',
    advice: hostMemory,
  },
  {
    class: 'oom',
    text: /(?:cuda|hip|xpu|mps backend|gpu|device).{0,24}out of memory|out of memory.{0,60}(?:cuda|gpu|device|hbm)|cuda_error_out_of_memory|cudaerrormemoryallocation|\boom when allocating|RESOURCE_EXHAUSTED|no available memory for the cache blocks|(?:cublas|cudnn|cusolver|cusparse)_status_alloc_failed|out of memory (?:while )?trying to allocate|free memory on device.{0,80}less than/i,
    summary: 'out of memory on the GPU',
    advice: gpuMemory,
  },
  {
    class: 'oom',
    exceptions: ['outofmemoryerror', 'cudaoutofmemoryerror', 'resourceexhaustederror'],
    summary: 'out of memory on the GPU',
    advice: gpuMemory,
  },
  {
    class: 'oom',
    exceptions: ['memoryerror', '_arraymemoryerror', 'arraymemoryerror', 'arrowmemoryerror'],
    summary: 'out of memory (RAM of the machine)',
    advice: hostMemory,
  },
  {
    class: 'oom',
    text: /\bout of memory\b|\bran out of memory\b|\boom[ -]kill/i,
    summary: 'out of memory',
    advice: hostMemory,
  },

  // Not finite: in training, not in a table that was read; sklearn's "Input contains NaN" is a mistake of data and stays code.
  {
    class: 'nan',
    exceptions: ['nanlossduringtrainingerror', 'nanlosserror', 'floatingpointerror'],
    summary: 'a number stopped being finite',
    advice: finite,
  },
  {
    class: 'nan',
    text: /(?:loss|grad(?:ient)?s?|norm|logits?|activations?|objective|perplexity|weights?|params?|parameters?|outputs?|kl|reward)\b.{0,60}\b(?:nan|nans|inf|infs|infinite|infinity|non-?finite|not (?:a )?finite|isn't finite|diverged|exploded|exploding)\b/i,
    summary: 'the training diverged (a value is NaN or infinite)',
    advice: finite,
  },
  {
    class: 'nan',
    text: /\b(?:nan|inf|non-?finite|infinite)\b.{0,30}\b(?:loss|grad(?:ient)?s?|logits|activations?|weights|training|perplexity)\b|returned nan values in its|tensor had (?:nan|inf)|\bhad (?:nan|inf) and|probability tensor contains either|model diverged|training (?:has )?diverged|loss (?:has )?(?:diverged|exploded)|minimum loss scale reached|loss scale.{0,40}(?:minimum|already at).{0,40}(?:exit|cannot decrease)|checknumerics|\bis_?(?:finite|nan|inf)\b|satisfy the constraint .{0,300}but found invalid values|nan(?:s)? (?:found|detected|encountered|or inf found)|detected (?:nan|inf)/i,
    summary: 'the training diverged (a value is NaN or infinite)',
    advice: finite,
  },

  // Waiting for each other on a GPU cluster is a time limit of the library, before it is a network's.
  {
    class: 'timeout',
    text: /watchdog caught collective operation timeout|collective operation timed? ?out|nccl.{0,60}(?:timeout|timed out)|(?:gloo|store|rendezvous|barrier|monitoredbarrier|socket).{0,80}timed out (?:after|waiting)|timed out after \d{1,9} ?(?:ms|s|sec|seconds).{0,40}(?:waiting|clients)|wait timeout after/i,
    summary: 'timed out: processes of the run waited too long for each other',
    advice:
      'Find the rank that stopped first (its log, or one that is behind in steps) and why: uneven data, a crash, a slow checkpoint; raise the timeout of init_process_group only if the wait is expected.',
  },
  // A connection that timed out is the network's business, whatever the class of exception.
  {
    class: 'network',
    text: /connection timed out|\berrno 110\b|read timed out|connect(?:ion)? timeout|timed out\. \(connect|deadline[_ ]exceeded|handshake operation timed out/i,
    summary: 'a connection timed out',
    advice:
      'Check that the machine reaches the address (compute nodes often have no internet), download once beforehand, then run again.',
  },
  {
    class: 'timeout',
    exceptions: [
      'timeouterror',
      'timeoutexpired',
      'timeoutexception',
      'functiontimedout',
      'walltimeexceeded',
      'softtimelimitexceeded',
      'celltimeouterror',
      'tasktimeouterror',
      'timelimitexceeded',
      'jobtimeouterror',
    ],
    summary: 'timed out',
    advice: 'See what it was waiting for; give it more time, or make the step shorter.',
  },
  {
    class: 'timeout',
    text: /\b(?:time limit|walltime|wall time|wall-clock limit|timeout) (?:was |has been |is )?(?:reached|exceeded|expired|hit)\b|exceeded (?:the |its )?(?:time limit|walltime|wall-?clock)|killed.{0,30}\btimeout\b/i,
    summary: 'timed out',
    advice: 'Ask for more time, or resume from the last checkpoint.',
  },
];

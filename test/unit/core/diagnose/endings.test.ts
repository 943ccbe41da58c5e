import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../src/core/diagnose/diagnose';

const classOf = (log: string, exitCode: number | null = 1, signal?: string) =>
  diagnose({ log, exitCode, signal: signal ?? null }).class;

const traceback = (last: string) =>
  `Traceback (most recent call last):\n  File "train.py", line 12, in <module>\n    main()\n${last}`;

describe('what the scheduler, the kernel and the shell say', () => {
  it.each([
    [
      'slurmstepd: error: *** JOB 77 ON n01 CANCELLED AT 2024-05-01T10:00:00 DUE TO TIME LIMIT ***',
      'timeout',
    ],
    [
      'slurmstepd: error: *** STEP 77.0 ON n01 CANCELLED AT 2024-05-01T10:00:00 DUE TO PREEMPTION ***',
      'killed',
    ],
    ['slurmstepd: error: *** JOB 77 ON n01 CANCELLED AT 2024-05-01T10:00:00 ***', 'killed'],
    ['slurmstepd: error: Detected 2 oom-kill event(s) in StepId=77.batch.', 'oom'],
    ['srun: error: n01: task 0: Out Of Memory', 'oom'],
    ['[88211.2] Out of memory: Killed process 4242 (python) total-vm:99kB', 'oom'],
    ['=>> PBS: job killed: walltime 3600 exceeded limit 3600', 'timeout'],
    ['run.sh: line 4: 3111 Killed                  python train.py', 'killed'],
    ['Killed', 'killed'],
    ['Terminated', 'killed'],
    ['bash: line 1: torchrun: command not found', 'missing-module'],
    ['sh: 1: nvcc: not found', 'missing-module'],
    ['zsh: command not found: conda', 'missing-module'],
    ['bash: ./scripts/run.sh: No such file or directory', 'missing-file'],
    ["python: can't open file '/home/a/train.py': [Errno 2] No such file or directory", 'missing-file'],
    ['/usr/bin/python3: No module named accelerate', 'missing-module'],
    ['bash: ./go.sh: Permission denied', 'permission'],
    ['tee: out.log: No space left on device', 'disk-full'],
    ['train.py: error: unrecognized arguments: --lr_decay 0.1', 'code'],
    ["fatal: unable to access 'https://example.org/a.git/': Could not resolve host: example.org", 'network'],
    ['Segmentation fault (core dumped)', 'code'],
    ["Error in library(mgcv) : there is no package called 'mgcv'", 'missing-module'],
  ])('%s is %s', (line, expected) => {
    expect(classOf(`loading\nstep 3 loss 0.4\n${line}\n`)).toBe(expected);
  });

  it('a time limit outranks the traceback that its signal provoked', () => {
    const log = `step 9 loss 1\nslurmstepd: error: *** JOB 5 ON n1 CANCELLED AT 2024-01-01T00:00:00 DUE TO TIME LIMIT ***\n${traceback('KeyboardInterrupt')}\n`;
    expect(classOf(log)).toBe('timeout');
  });
});

describe('what came first', () => {
  it('a script that goes on after its program failed does not hide the program’s error', () => {
    const log = `step 2 loss 1\n${traceback("KeyError: 'y'")}\ncp: cannot stat 'out.json': No such file or directory\n`;
    expect(diagnose({ log, exitCode: 1 })).toMatchObject({ class: 'code', exception: 'KeyError' });
  });
  it('a launcher that shows SIGKILL for its worker says that the worker was killed', () => {
    const log = `step 2 loss 1\n${traceback('torch.distributed.elastic.multiprocessing.errors.ChildFailedError: ')}\ntrain.py FAILED\n  exitcode  : -9 (pid: 40)\n`;
    expect(classOf(log)).toBe('killed');
  });
  it('a word of an error logger is taken when nothing surer is said', () => {
    expect(classOf('step 2 loss 1\n2024-05-01 10:00:00,100 ERROR trainer: CUDA out of memory\n')).toBe('oom');
    expect(
      classOf(`2024-05-01 10:00:00,100 ERROR cache: connection refused\n${traceback("KeyError: 'y'")}\n`),
    ).toBe('code');
  });
});

describe('exit codes', () => {
  it('124 is a time-out whatever the log says', () => {
    expect(classOf(`step 4 loss 0.2\n${traceback('KeyboardInterrupt')}`, 124)).toBe('timeout');
    expect(classOf('', 124)).toBe('timeout');
  });
  it('126 without a word is a matter of permission', () => expect(classOf('', 126)).toBe('permission'));
  it('127 without a word is a missing command', () => expect(classOf('', 127)).toBe('missing-module'));
  it('127 for a path is a missing file', () => {
    expect(classOf('bash: bin/go: No such file or directory', 127)).toBe('missing-file');
  });
  it('137 without evidence is a kill and its advice speaks of memory', () => {
    const found = diagnose({ log: 'step 10 loss 0.4\nstep 11 loss 0.3\n', exitCode: 137 });
    expect(found).toMatchObject({ class: 'killed', exception: null });
    expect(found.advice).toMatch(/OOM/);
  });
  it('137 with the kernel’s word is out of memory', () => {
    expect(
      classOf('step 10 loss 0.4\nMemory cgroup out of memory: Killed process 12 (python)\nKilled\n', 137),
    ).toBe('oom');
  });
  it('137 after a GPU out of memory that was survived is a kill', () => {
    expect(
      classOf(
        `${traceback('torch.cuda.OutOfMemoryError: CUDA out of memory.')}\nstep 1 loss 2\nstep 2 loss 1\n`,
        137,
      ),
    ).toBe('killed');
  });
  it('a signal counts like its exit code, also as Python writes it', () => {
    expect(classOf('step 1 loss 2\n', null, 'SIGKILL')).toBe('killed');
    expect(classOf('step 1 loss 2\n', -15)).toBe('killed');
    expect(classOf('step 1 loss 2\n', 139)).toBe('code');
    expect(classOf('step 1 loss 2\n', 152)).toBe('timeout');
  });
  it('0 with a clean log is no failure that is known', () => {
    expect(diagnose({ log: 'step 1 loss 2\ndone\n', exitCode: 0 })).toMatchObject({
      class: 'unknown',
      line: null,
    });
  });
  it('0 behind a pipe does not hide the traceback the log ends with', () => {
    expect(classOf(traceback("KeyError: 'x'"), 0)).toBe('code');
  });
  it('1 with an empty log is unknown', () => expect(classOf('', 1)).toBe('unknown'));
});

describe('errors the run survived', () => {
  const oom = 'RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB';
  it('an out of memory that was retried does not count when a KeyError ends the run', () => {
    const log = `step 1 loss 3\n${oom}\nretrying with batch size 16\nstep 2 loss 3\n${traceback("KeyError: 'label'")}\n`;
    expect(diagnose({ log, exitCode: 1 })).toMatchObject({ class: 'code', exception: 'KeyError', line: 8 });
  });
  it('an out of memory that was retried does not count when the run ends without a word', () => {
    expect(
      classOf(
        `step 1 loss 3\n${traceback(oom)}\nretrying with batch size 16\nstep 2 loss 3\nstep 3 loss 2\n`,
      ),
    ).toBe('unknown');
  });
  it('steps that were still in the buffer of stdout do not hide the traceback before them', () => {
    expect(classOf(`${traceback(oom)}\nstep 1 loss 3\nstep 2 loss 2\n`)).toBe('oom');
  });
  it('a word of memory in the text of the program is no error', () => {
    expect(
      classOf(
        `note: use --small if you run out of memory\nstep 3 loss 1\n${traceback("NameError: name 'x' is not defined")}`,
      ),
    ).toBe('code');
  });
  it('an ignored exception after the traceback is not the cause', () => {
    const log = `${traceback('ValueError: operands could not be broadcast together with shapes (3,) (4,)')}\nException ignored in: <function A.__del__ at 0x7f>\nTraceback (most recent call last):\n  File "a.py", line 3, in __del__\n    self.x\nAttributeError: 'A' object has no attribute 'x'\n`;
    expect(diagnose({ log, exitCode: 1 })).toMatchObject({ class: 'shape', exception: 'ValueError' });
  });
});

describe('a loss that is not finite', () => {
  it('ends a run that says no more', () => {
    expect(
      diagnose({ log: 'step 40 loss 2.1\nstep 50 loss nan\nstep 60 loss nan\nstopping\n', exitCode: 1 }),
    ).toMatchObject({ class: 'nan', line: 3 });
  });
  it('is the cause of an assertion about it', () => {
    const log =
      'epoch 2 loss: 0.5\nTraceback (most recent call last):\n  File "t.py", line 9, in step\n    assert torch.isfinite(loss).all()\nAssertionError\n';
    expect(diagnose({ log, exitCode: 1 })).toMatchObject({
      class: 'nan',
      exception: 'AssertionError',
      line: 5,
    });
  });
  it('does not take the blame for an unrelated error', () => {
    expect(classOf(`step 50 loss nan\n${traceback("NameError: name 'plt' is not defined")}`)).toBe('code');
  });
  it('is not a table with empty cells', () => {
    expect(classOf(traceback('ValueError: Input X contains NaN.'))).toBe('code');
  });
});

describe('endings of programs around the training', () => {
  it.each([
    ['oom', 'RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`'],
    ['missing-module', "/usr/bin/env: 'python': No such file or directory"],
    ['missing-file', "wrapper.sh: 17: cd: can't cd to /work/nowhere"],
    ['missing-file', './run.sh: line 3: cd: /data/x: No such file or directory'],
    ['network', 'curl: (28) Operation timed out after 10000 milliseconds'],
    ['network', 'rsync error: error in rsync protocol data stream (code 12) at io.c(228)'],
    ['network', 'RuntimeError: NCCL error in: x.cpp:1, remote process exited or there was a network error'],
    ['permission', 'sudo: a password is required'],
    [
      'shape',
      'RuntimeError: The expanded size of the tensor (512) must match the existing size (1024) at dimension 1',
    ],
    [
      'cuda',
      'RuntimeError: Unexpected error from cudaGetDeviceCount(). Error 802: system not yet initialized',
    ],
  ])('%s: %s', (expected, line) => {
    const log = /^\w+Error: /.test(line)
      ? `Traceback (most recent call last):\n  File "t.py", line 1\n${line}\n`
      : `${line}\n`;
    expect(diagnose({ log, exitCode: 1 }).class).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { describeDiagnosis } from '../../../../src/core/diagnose/describeDiagnosis';
import { diagnose } from '../../../../src/core/diagnose/diagnose';

const failed = (log: string) => diagnose({ log, exitCode: 1 });
const thrown = (last: string) =>
  failed(
    `Traceback (most recent call last):\n  File "train.py", line 12, in <module>\n    main()\n${last}\n`,
  );

describe('tracebacks', () => {
  it('an exception raised from another is named, and classed by what it was raised from', () => {
    const found = failed(
      [
        'Traceback (most recent call last):',
        '  File "load.py", line 4, in read',
        '    open(path)',
        "FileNotFoundError: [Errno 2] No such file or directory: 'data/a.csv'",
        '',
        'The above exception was the direct cause of the following exception:',
        '',
        'Traceback (most recent call last):',
        '  File "train.py", line 9, in <module>',
        '    read()',
        'RuntimeError: could not prepare the data',
      ].join('\n'),
    );
    expect(found).toMatchObject({ class: 'missing-file', exception: 'RuntimeError', line: 4 });
    expect(found.message).toContain('data/a.csv');
    expect(found.evidence).toContain('RuntimeError: could not prepare the data');
  });

  it('an exception in the handling of another is judged by itself', () => {
    const found = failed(
      'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nFileNotFoundError: no\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "a.py", line 3, in f\n    h()\nTypeError: h() missing 1 required positional argument\n',
    );
    expect(found).toMatchObject({ class: 'code', exception: 'TypeError', line: 11 });
  });

  it('a notebook’s traceback ends at the exception of its header, not at a line of source', () => {
    const found = failed(
      '----------------------\nValueError                                Traceback (most recent call last)\nCell In[4], line 2\n      1 try: x\n----> 2 fit(x)\nKeyError: in_the_source = 1\n\nValueError: Found input variables with inconsistent numbers of samples: [3, 4]\n',
    );
    expect(found).toMatchObject({ class: 'shape', exception: 'ValueError', line: 8 });
  });

  it('colours do not hide the exception', () => {
    const found = failed(
      '\u001b[0;31mTraceback (most recent call last):\u001b[0m\n  File "a.py", line 1\n\u001b[0;31mModuleNotFoundError\u001b[0m: No module named \u001b[1m\'timm\'\u001b[0m\n',
    );
    expect(found).toMatchObject({ class: 'missing-module', exception: 'ModuleNotFoundError', line: 3 });
    expect(found.advice).toContain('timm');
    expect(found.evidence.join('')).not.toContain('\u001b');
  });

  it('a traceback that starts in the line of a progress bar is found', () => {
    const log = ` 10%|█    | 1/10 [00:01<00:09]\r 50%|█████| 5/10 [00:05<00:05]Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    y = m(x)\nRuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)\n`;
    expect(failed(log)).toMatchObject({ class: 'shape', exception: 'RuntimeError', line: 4 });
    expect(failed(log).message).toContain('at step 5');
  });

  it('of several ranks the first that failed is the cause', () => {
    const found = failed(
      [
        'step 20 loss 1.0',
        '[rank1]: Traceback (most recent call last):',
        '[rank0]: step 21 loss 1.0',
        '[rank1]:   File "train.py", line 5, in <module>',
        "[rank1]: KeyError: 'mask'",
        '[rank0]: Traceback (most recent call last):',
        '[rank0]:   File "train.py", line 5, in <module>',
        '[rank0]: torch.distributed.DistBackendError: NCCL error in: x.cpp:5, remote process exited or there was a network error',
        'torch.distributed.elastic.multiprocessing.errors.ChildFailedError: ',
        'train.py FAILED',
        '  exitcode  : 1 (pid: 44)',
      ].join('\n'),
    );
    expect(found).toMatchObject({ class: 'code', exception: 'KeyError', line: 5 });
  });

  it('a worker’s error is judged by the traceback it hands to its parent', () => {
    const found = failed(
      'Traceback (most recent call last):\n  File "t.py", line 3, in <module>\n    for b in loader:\nOSError: Caught OSError in DataLoader worker process 0.\nOriginal Traceback (most recent call last):\n  File "w.py", line 2, in loop\n    save()\nOSError: [Errno 28] No space left on device\n',
    );
    expect(found).toMatchObject({ class: 'disk-full', exception: 'OSError', line: 8 });
  });

  it('an exception of C++ is named with what it says', () => {
    const found = failed(
      "terminate called after throwing an instance of 'c10::Error'\n  what():  CUDA error: an illegal memory access was encountered\nAborted (core dumped)\n",
    );
    expect(found).toMatchObject({ class: 'cuda', line: 2 });
  });

  it('the decisive line of a long TensorFlow message is shown', () => {
    const found = failed(
      'Traceback (most recent call last):\n  File "t.py", line 3, in <module>\n    m.fit(x)\ntensorflow.python.framework.errors_impl.InvalidArgumentError: Graph execution error:\n\nDetected at node \'dense/MatMul\' defined at (most recent call last):\n    File "t.py", line 3, in <module>\n      m.fit(x)\nNode: \'dense/MatMul\'\nMatrix size-incompatible: In[0]: [3,4], In[1]: [5,6]\n',
    );
    expect(found).toMatchObject({ class: 'shape', exception: 'InvalidArgumentError', line: 4 });
    expect(found.message).toContain('[3,4]');
  });
});

describe('exceptions by what they say', () => {
  it.each([
    [
      'jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory allocating 12345 bytes.',
      'oom',
    ],
    ['RuntimeError: DataLoader worker (pid 31) is killed by signal: Killed. ', 'oom'],
    [
      "RuntimeError: DataLoader worker (pid 31) is killed by signal: Bus error. It is possible that dataloader's workers are out of shared memory.",
      'oom',
    ],
    [
      'numpy.core._exceptions._ArrayMemoryError: Unable to allocate 8.00 GiB for an array with shape (1, 2)',
      'oom',
    ],
    ['RuntimeError: CUDA error: no kernel image is available for execution on the device', 'cuda'],
    ['AssertionError: Torch not compiled with CUDA enabled', 'cuda'],
    ['RuntimeError: cuBLAS error: CUBLAS_STATUS_EXECUTION_FAILED', 'cuda'],
    ["RuntimeError: Function 'MulBackward0' returned nan values in its 0th output.", 'nan'],
    ['FloatingPointError: Loss became infinite or NaN at iteration=12!', 'nan'],
    ['RuntimeError: The total norm of order 2.0 for gradients from `parameters` is non-finite', 'nan'],
    [
      "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='h', port=443): Max retries exceeded",
      'network',
    ],
    ["OSError: We couldn't connect to 'https://huggingface.co' to load this file", 'network'],
    ['urllib.error.URLError: <urlopen error [Errno -2] Name or service not known>', 'network'],
    ['RuntimeError: [Errno 98] Address already in use', 'network'],
    ["OSError: [Errno 30] Read-only file system: '/data/x'", 'permission'],
    ['OSError: [Errno 122] Disk quota exceeded', 'disk-full'],
    ['RuntimeError: [enforce fail at inline_container.cc:603] . unexpected pos 1 vs 2', 'disk-full'],
    ['OSError: libcublas.so.11: cannot open shared object file: No such file or directory', 'missing-module'],
    ["ImportError: Missing optional dependency 'openpyxl'.", 'missing-module'],
    [
      'OSError: foo/bar is not a local folder and is not a valid model identifier listed on the hub',
      'missing-file',
    ],
    ["subprocess.TimeoutExpired: Command 'x' timed out after 30 seconds", 'timeout'],
    ['RuntimeError: [1] is setting up NCCL communicator and wait timeout after 600000ms', 'timeout'],
    [
      'RuntimeError: Error(s) in loading state_dict for Net:\n\tsize mismatch for fc.weight: copying a param with shape torch.Size([10, 2])',
      'shape',
    ],
    [
      'RuntimeError: Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!',
      'code',
    ],
    ["KeyError: 'out of memory'", 'code'],
    ['SystemExit: 3', 'code'],
  ])('%s is %s', (last, expected) => {
    expect(thrown(last).class).toBe(expected);
  });
});

describe('what a person reads', () => {
  it('the failure of a run names the class and the step it happened at', () => {
    const failure = describeDiagnosis(
      failed(
        'step 209 loss 0.3\nstep 210 loss 0.3\ntorch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n',
      ),
    );
    expect(failure.class).toBe('oom');
    expect(failure.message).toMatch(
      /^out of memory on the GPU at step 210: OutOfMemoryError: CUDA out of memory.*[^.]$/,
    );
    expect(failure.evidence.length).toBeGreaterThan(0);
    expect(failure.advice).toMatch(/batch/);
  });
});

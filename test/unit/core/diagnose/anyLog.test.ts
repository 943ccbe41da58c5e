import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diagnose } from '../../../../src/core/diagnose/diagnose';

const timed = (log: string) => {
  const start = performance.now();
  const found = diagnose({ log, exitCode: 1 });
  return { found, seconds: (performance.now() - start) / 1000 };
};

it('any text and exit code have a diagnosis whose line exists', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.option(fc.integer({ min: -64, max: 255 })),
      (log, exitCode) => {
        const found = diagnose({ log, exitCode });
        if (found.line !== null) expect(found.line).toBeLessThanOrEqual(log.split('\n').length);
        expect(found.message).not.toMatch(/[\n.]$/);
        expect(found.evidence.length).toBeLessThanOrEqual(12);
      },
    ),
  );
});

it('a binary log with an error at its end is read', () => {
  const noise = String.fromCharCode(...Array.from({ length: 4000 }, (_, at) => (at * 7919) % 256)).replaceAll(
    '\n',
    ' ',
  );
  expect(diagnose({ log: `${noise}\n\0\0RuntimeError: CUDA out of memory.\0\n`, exitCode: 1 })).toMatchObject(
    { class: 'oom', line: 2 },
  );
});

it.each([
  ['letters', 'a'],
  ['spaces', ' '],
  ['words of errors', 'Error: Caught cuda file shape loss '],
  ['redrawn bars', ' 10%|█  | 1/10 [00:01]\r'],
  ['dots', 'a.'],
  ['escapes', '\u001b['],
])('10 MB of %s in one line take well under a second', (_, unit) => {
  const { found, seconds } = timed(
    `${unit.repeat(Math.ceil(10e6 / unit.length))}\rOSError: [Errno 28] No space left on device`,
  );
  expect(found.class).toBe('disk-full');
  expect(found.line).toBe(1);
  expect(seconds).toBeLessThan(1);
});

it.each([
  ['steps', 'step 12 loss 0.25\n'],
  ['errors', 'ERROR: ValueError: file cuda shape loss is bad\n'],
  ['tracebacks', 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nKeyError: 1\n'],
  ['starts of tracebacks', 'Traceback (most recent call last):\n'],
  ['empty lines', '\n'],
])('10 MB of %s take well under a second, and the line is counted from the start', (_, unit) => {
  const head = unit.repeat(Math.ceil(10e6 / unit.length));
  const { found, seconds } = timed(
    `${head}Traceback (most recent call last):\n  File "t.py", line 1, in f\n    g()\nPermissionError: [Errno 13] Permission denied: 'x'\n`,
  );
  expect(found).toMatchObject({ class: 'permission', line: head.split('\n').length + 3 });
  expect(seconds).toBeLessThan(1);
});

it('a tail of a log of unknown length has no line number, and one of known place the right one', () => {
  const log = "NameError: name 'a' is not defined\n";
  expect(diagnose({ log, exitCode: 1, firstLine: null }).line).toBeNull();
  expect(diagnose({ log, exitCode: 1, firstLine: 501 }).line).toBe(501);
});

import { describe, expect, it } from 'vitest';
import { readMetric } from '../../../../src/core/results/readMetric';

function read(file: string, pointer: string, text: string | null, name = 'accuracy') {
  return readMetric({ file, pointer, text, name });
}

function failure(file: string, pointer: string, text: string | null, name = 'accuracy') {
  const reading = read(file, pointer, text, name);
  if (reading.ok) throw new Error(`expected a failure, got ${reading.value.value}`);
  expect(reading.failure.message).not.toMatch(/\.$/);
  expect(reading.failure.advice.length).toBeGreaterThan(10);
  return reading.failure;
}

const json = '{\n  "run": "R021",\n  "test": {\n    "accuracy": 0.912,\n    "loss": 3.1e-1\n  }\n}\n';

describe('a number of a JSON file', () => {
  it('is read by pointer, with the line on which it stands', () => {
    expect(read('results/R021.json', '/test/accuracy', json)).toEqual({
      ok: true,
      value: {
        name: 'accuracy',
        value: 0.912,
        file: 'results/R021.json',
        pointer: '/test/accuracy',
        line: 4,
      },
    });
  });

  it.each([
    ['with CRLF line ends', json.replaceAll('\n', '\r\n'), '/test/loss', 0.31, 5],
    ['behind a byte order mark', `\uFEFF${json}`, '/test/accuracy', 0.912, 4],
    ['in a list', '{"folds": [0.1,\n 0.2]}', '/folds/1', 0.2, 2],
    ['in the last element of a list', '{"folds": [0.1,\n 0.2]}', '/folds/-1', 0.2, 2],
    ['under a key with a slash', '{"test/accuracy": 0.5}', '/test/accuracy', 0.5, 1],
    ['under an escaped key', '{"a/b~c": 7}', '/a~1b~0c', 7, 1],
    ['without a leading slash', json, 'test/accuracy', 0.912, 4],
    ['where the key stands twice, the last one', '{"a": 1,\n"a": 2}', '/a', 2, 2],
    ['beside a NaN of another metric', '{"val_loss": NaN,\n "accuracy": -0.5}', '/accuracy', -0.5, 2],
    ['without pointer, by its name', json, '', 0.912, 4],
    ['without pointer, when the file is the number', '0.25\n', '', 0.25, 1],
  ])('is read %s', (_, text, pointer, value, line) => {
    expect(read('r.json', pointer, text)).toMatchObject({ ok: true, value: { value, line } });
  });

  it('says the pointer that it was found under, escaped as RFC 6901 asks', () => {
    expect(read('r.json', '/test/accuracy', '{"test/accuracy": 0.5}')).toMatchObject({
      value: { pointer: '/test~1accuracy' },
    });
    expect(read('r.json', '', json)).toMatchObject({ value: { pointer: '/test/accuracy' } });
  });

  it('that is missing names the keys that are there', () => {
    const { class: kind, message, evidence } = failure('r.json', '/test/acuracy', json);
    expect(kind).toBe('missing-output');
    expect(message).toBe('r.json:3 has no "acuracy" in /test; it has "accuracy", "loss"');
    expect(evidence).toEqual(['  "test": {']);
  });

  it('that is missing from a list says how long the list is', () => {
    expect(failure('r.json', '/folds/3', '{"folds": [1, 2]}').message).toBe(
      'r.json:1 has no "3" in /folds; it has 2 elements',
    );
  });

  it('behind a plain value says what stands there', () => {
    expect(failure('r.json', '/a/b', '{"a": 1}').message).toBe('r.json:1 has no "b" in /a; that is 1');
  });

  it('whose name means two keys is not guessed', () => {
    const text = '{"val": {"accuracy": 0.8}, "test": {"accuracy": 0.9}}';
    expect(failure('r.json', '', text).message).toContain('"test/accuracy", "val/accuracy"');
  });

  it('that is NaN or infinite is of class nan, with its line', () => {
    for (const [written, said] of [
      ['NaN', 'NaN'],
      ['Infinity', 'Infinity'],
      ['-Infinity', '-Infinity'],
      ['"nan"', 'the text "nan"'],
      ['1e999', 'too large'],
    ] as const) {
      const { class: kind, message } = failure('r.json', '/accuracy', `{\n"accuracy": ${written}}`);
      expect(kind).toBe('nan');
      expect(message).toContain('r.json:2: /accuracy is ');
      expect(message).toContain(said);
    }
  });

  it.each([
    ['a string', '"0.91"', 'r.json:1: /accuracy is the text "0.91", not a number'],
    ['null', 'null', 'r.json:1: /accuracy is null, not a number'],
    ['true', 'true', 'r.json:1: /accuracy is true, not a number'],
    ['an object', '{"top1": 1}', 'r.json:1: /accuracy is an object with "top1", not a number'],
    ['a list', '[1, 2]', 'r.json:1: /accuracy is a list of 2, not a number'],
  ])('that is %s is missing output, and the sentence says so', (_, written, message) => {
    expect(failure('r.json', '/accuracy', `{"accuracy": ${written}}`)).toMatchObject({
      class: 'missing-output',
      message,
    });
  });

  it('of a truncated file is missing, with the line of its last content', () => {
    const cut = json.slice(0, json.indexOf('"loss"'));
    expect(failure('r.json', '/test/accuracy', cut)).toMatchObject({
      class: 'missing-output',
      message: 'r.json:4 is cut off: the JSON ends before it is complete',
    });
    for (const cutText of ['{"x": "ab', '{"x": 1', '{"x": tru', '{"x": 0.', '{"x": [1, 2', '{"x": 1,\n'])
      expect(failure('r.json', '/x', cutText).message).toContain('r.json:1 is cut off');
  });

  it('of a file that is not JSON is missing, with line and reason', () => {
    expect(failure('r.json', '/x', '{"x": 1,\n  y: 2}').message).toMatch(
      /^r\.json:2 is not valid JSON: .*y/i,
    );
    expect(failure('r.json', '/x', '{"x": 1,}').message).toMatch(/^r\.json:1 is not valid JSON/);
    expect(failure('r.json', '/x', 'Traceback (most recent call last):').message).toMatch(/not valid JSON/);
  });

  it('of a file nested beyond the stack is missing and nothing throws', () => {
    expect(failure('r.json', '/x', '['.repeat(100_000)).message).toContain('nested too deeply');
  });

  it('of a file that does not exist or is empty is missing', () => {
    expect(failure('r.json', '/x', null).message).toContain('r.json does not exist');
    expect(failure('r.json', '/x', ' \n').message).toContain('r.json is empty');
    expect(failure('r.json', '/x', '\uFEFF').message).toContain('r.json is empty');
  });
});

describe('a number of a CSV file', () => {
  const csv = 'epoch,test_accuracy,"note, quoted"\n1,0.5,a\n2,0.75,"b\nc"\n';

  it('is the last row of the named column, with its line', () => {
    expect(read('m.csv', 'test_accuracy', 'epoch,test_accuracy\n1,0.5\n2,0.75\n')).toEqual({
      ok: true,
      value: { name: 'accuracy', value: 0.75, file: 'm.csv', pointer: 'test_accuracy', line: 3 },
    });
    expect(read('m.csv', 'test_accuracy', csv)).toMatchObject({ value: { value: 0.75 } });
  });

  it.each([
    ['tabs', 'm.tsv', 'epoch\taccuracy\n1\t0.5\n'],
    ['semicolons', 'm.csv', 'epoch;accuracy\n1;0.5\n'],
    ['CRLF and a byte order mark', 'm.csv', '\uFEFFaccuracy,x\r\n0.5,1\r\n\r\n'],
    ['a column found by its words', 'm.csv', 'epoch,val Accuracy\n1,0.5\n'],
  ])('is read with %s', (_, file, text) => {
    expect(read(file, 'accuracy', text)).toMatchObject({ ok: true, value: { value: 0.5, line: 2 } });
  });

  it('is the last row that has it, where a logger leaves cells of other phases empty', () => {
    const text = 'step,accuracy,train_loss\n1,,2.0\n1,0.5,\n2,,1.0\n';
    expect(read('m.csv', 'accuracy', text)).toMatchObject({ value: { value: 0.5, line: 3 } });
  });

  it.each([
    [
      'a column that is not there',
      'epoch,loss\n1,2\n',
      'm.csv:1 has no column "accuracy"; it has "epoch", "loss"',
    ],
    ['several columns that match', 'val/accuracy,test/accuracy\n1,2\n', 'm.csv:1 has several columns'],
    ['a header alone', 'epoch,accuracy\n', 'm.csv has a header and no row'],
    [
      'a last row cut short',
      'epoch,accuracy,x\n1,0.5,2\n2,0.',
      'm.csv:3 is cut off: the last row has 2 of 3 columns',
    ],
    ['an open quote', 'epoch,accuracy\n1,"0.5\n', 'is not valid CSV: Quote Not Closed'],
    ['a percentage', 'accuracy\n91%\n', 'm.csv:2: column "accuracy" is the text "91%", not a number'],
    ['an empty column', 'epoch,accuracy\n1,\n2,\n', 'm.csv: column "accuracy" is empty in all 2 rows'],
  ])('is missing with %s', (_, text, message) => {
    expect(failure('m.csv', 'accuracy', text)).toMatchObject({ class: 'missing-output' });
    expect(failure('m.csv', 'accuracy', text).message).toContain(message);
  });

  it('that is nan or inf is of class nan', () => {
    for (const written of ['nan', 'NaN', '-inf', 'Infinity', '1e999'])
      expect(failure('m.csv', 'accuracy', `accuracy\n0.5\n${written}\n`)).toMatchObject({ class: 'nan' });
  });
});

describe('a number of a JSON Lines file', () => {
  const lines = '{"step": 1, "accuracy": 0.5}\n{"step": 2, "accuracy": 0.6}\n{"step": 3, "loss": 1}\n\n';

  it('is the last line that has it', () => {
    expect(read('m.jsonl', '/accuracy', lines)).toMatchObject({
      ok: true,
      value: { value: 0.6, line: 2, pointer: '/accuracy' },
    });
  });

  it('is not taken from behind a last line that was cut off', () => {
    expect(failure('m.jsonl', '/accuracy', `${lines.trim()}\n{"step": 4, "acc`).message).toBe(
      'm.jsonl:4 is cut off: the JSON ends before it is complete',
    );
  });

  it('that is NaN in the newest line is of class nan, whatever the lines before say', () => {
    const { class: kind, message } = failure('m.ndjson', '/accuracy', `${lines}{"accuracy": NaN}\n`);
    expect([kind, message]).toEqual(['nan', 'm.ndjson:5: /accuracy is NaN, not a finite number']);
  });

  it('that no line has names the keys of the last line', () => {
    expect(failure('m.jsonl', '/f1', lines).message).toBe('m.jsonl:3 has no "f1"; it has "step", "loss"');
  });
});

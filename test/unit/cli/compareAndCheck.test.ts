import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerCheck } from '../../../src/cli/check';
import { answerQuestions } from '../../../src/cli/compare';
import { CliError } from '../../../src/cli/io';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bridge-check-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What `bridge check ARGS` prints. */
async function check(...args: string[]): Promise<{ out: string; notes: string }> {
  let out = '';
  let notes = '';
  const program = new Command().exitOverride();
  registerCheck(program, {
    out: (text) => (out += text),
    note: (text) => (notes += text),
    resolve: (path, workspace) => resolve(workspace, path),
  });
  await program.parseAsync(['check', ...args, '--workspace', folder], { from: 'user' });
  return { out, notes };
}

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

describe('bridge check', () => {
  test('answers for each file in the order asked, by the names asked with', async () => {
    write(
      'good.jsonl',
      Array.from({ length: 40 }, (_, i) => `{"step":${i},"loss":${4 / (1 + i / 9)}}`).join('\n'),
    );
    write('bad.csv', 'step,loss\n1,2.5\n2,nan\n');
    const { out } = await check('bad.csv', 'good.jsonl', '--json');
    expect(JSON.parse(out)).toMatchObject([
      { file: 'bad.csv', verdict: 'stop', findings: [{ detector: 'nan', series: 'loss', step: 2 }] },
      { file: 'good.jsonl', verdict: 'healthy', findings: [] },
    ]);
    expect((await check('bad.csv')).out).toMatch(
      /^bad\.csv: stop\n {2}nan: loss is not a number since step 2/,
    );
  });

  test('skips a half-written last line, says so beside the answer, and reads a file that is still empty', async () => {
    write('live.jsonl', '{"step":1,"loss":2.5}\n{"step":2,"lo');
    write('empty.jsonl', '');
    const { out, notes } = await check('live.jsonl', 'empty.jsonl', '--json');
    expect((JSON.parse(out) as { verdict: string }[]).map((r) => r.verdict)).toEqual(['healthy', 'unsure']);
    expect(notes).toBe('live.jsonl: 1 unfinished line skipped');
  });

  test('names file, line and column of wrong input and prints no answer', async () => {
    write('wrong.jsonl', '{"step":1,"loss":2.5}\n{"step":2,"loss":}\n{"step":3,"loss":2}\n');
    write('prose.txt', 'Dear all,\nthe run is fine.\n');
    const failing: [string, RegExp][] = [
      ['wrong.jsonl', /^wrong\.jsonl:2:18: /],
      ['prose.txt', /^prose\.txt:1:1: no metric found/],
      ['missing.jsonl', /^missing\.jsonl: can't be read: /],
    ];
    for (const [file, message] of failing) {
      const error = await check(file, '--json').then(
        () => null,
        (e: unknown) => e,
      );
      expect(error).toBeInstanceOf(CliError);
      expect(error).toMatchObject({ code: 2, message: expect.stringMatching(message) as string });
    }
  });
});

describe('bridge compare', () => {
  const question = '{"direction":"lower","baseline":[3.1,3.2,3.15],"candidate":[2.1,2.2,2.15],"variants":10}';

  test('answers a line of JSON for each question', () => {
    const answers = answerQuestions(
      `${question}\n\n{"direction":"higher","baseline":[1],"candidate":[2,3]}\n`,
      'stdin',
      true,
    );
    const [first, second] = answers.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({ verdict: 'better' });
    expect(first!['difference']).toBeCloseTo(-1, 12);
    expect(first!['p']).toBeLessThan(0.05);
    expect(second).toEqual({ verdict: 'too-few', difference: 1.5, interval: [], p: null });
  });

  test('tells a person the same in words', () => {
    expect(answerQuestions(question, 'stdin', false)[0]).toMatch(
      /^better: -1 \[-1\.\d+, -0\.\d+\], p [=<] [\d.e-]+, best of 10 tried$/,
    );
    expect(
      answerQuestions('{"direction":"lower","baseline":[1],"candidate":[2]}', 'stdin', false)[0],
    ).toMatch(/^too few runs: 1 against 1/);
  });

  test('names line and column of what is wrong in a question', () => {
    const wrong: [string, RegExp][] = [
      [
        '{"direction":"up","baseline":[1],"candidate":[2]}',
        /^stdin:2:14: direction must be 'higher' or 'lower'/,
      ],
      [
        '{"direction":"lower","baseline":[1,"x"],"candidate":[2]}',
        /^stdin:2:36: baseline\[1\] must be a number/,
      ],
      ['{"direction":"lower","baseline":[1,NaN],"candidate":[2]}', /^stdin:2:36: baseline\[1\] must be/],
      ['{"direction":"lower","baseline":[1]}', /^stdin:2:1: candidate is missing/],
      [
        '{"direction":"lower","baseline":[1],"candidate":[2],"variants":0}',
        /^stdin:2:64: variants must be at least 1/,
      ],
      ['{"direction":', /^stdin:2:\d+: not valid JSON/],
      ['7', /^stdin:2:1: the line must be an object/],
    ];
    for (const [line, message] of wrong) {
      let error: unknown = null;
      try {
        answerQuestions(`${question}\n${line}\n`, 'stdin', true);
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(CliError);
      expect(error).toMatchObject({ code: 2, message: expect.stringMatching(message) as string });
    }
  });
});

import { cpSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bridge } from './harness/bridge';
import { Workspace } from './harness/workspace';

const results = 'refine-logs/EXPERIMENT_RESULTS.md';
const tracker = 'refine-logs/EXPERIMENT_TRACKER.md';

interface Difference {
  readonly file: string;
  readonly line: number;
  readonly was: string | null;
  readonly is: string | null;
}

/** The study as it is after its run; each test has a copy. */
let done: Workspace;
let ws: Workspace;
beforeAll(async () => {
  done = Workspace.studyLine();
  expect((await bridge(done, ['run', '--yes'])).code).toBe(0);
});
afterAll(() => done.dispose());
beforeEach(() => {
  ws = new Workspace();
  cpSync(done.root, ws.root, { recursive: true });
});
afterEach(() => ws.dispose());

async function verify(): Promise<{ code: number | null; differences: Difference[]; checked: number }> {
  const { code, stdout } = await bridge(ws, ['verify', '--json']);
  return { code, ...(JSON.parse(stdout) as { differences: Difference[]; checked: number }) };
}

const edit = (file: string, change: (text: string) => string) => {
  const text = ws.read(file);
  const changed = change(text);
  expect(changed).not.toBe(text);
  ws.write(file, changed);
};
const lineOf = (file: string, part: string) =>
  ws
    .read(file)
    .split('\n')
    .findIndex((line) => line.includes(part)) + 1;

describe('bridge verify', () => {
  test('finds no difference in what Bridge wrote, and says so with 0', async () => {
    const { code, differences, checked } = await verify();
    expect(differences).toEqual([]);
    expect(code).toBe(0);
    expect(checked).toBeGreaterThanOrEqual(12);
  });

  test('names exactly a changed digit of a result file, one of the report, and a missing file', async () => {
    const slope = /"slope": 0\.6/;
    edit('measured/least-squares_seed3.json', (text) =>
      text.replace(/("error": \{\s*)"slope": 0\.6/, '$1"slope": 0.7'),
    );
    edit(results, (text) => text.replace('[0.0031]', '[0.0041]'));
    ws.remove('measured/median-slopes_seed8.json');
    const { code, differences } = await verify();
    expect(code).toBe(1);
    expect(differences.map(({ file, line }) => [file, line])).toEqual([
      ['measured/least-squares_seed3.json', lineOf('measured/least-squares_seed3.json', '"slope": 0.7')],
      ['measured/median-slopes_seed8.json', expect.any(Number)],
      [results, lineOf(results, '[0.0041]')],
    ]);
    expect(differences[0]!.was).toMatch(slope);
    expect(differences[1]!.is).toBeNull();
    expect(differences[2]).toMatchObject({ was: '0.0041', is: '0.0031' });
  });

  test('finds a digit of a result file that no metric is read from', async () => {
    edit('measured/median-slopes_seed3.json', (text) => text.replace('"seed": 3', '"seed": 4'));
    const { differences } = await verify();
    expect(differences).toEqual([
      {
        file: 'measured/median-slopes_seed3.json',
        line: 3,
        was: expect.stringContaining('"seed": 3') as string,
        is: expect.stringContaining('"seed": 4') as string,
      },
    ]);
  });

  test('finds a number that somebody typed into the report', async () => {
    edit(results, (text) =>
      text.replace('## Summary\n', '## Summary\n\nIt reaches 0.0001 with more points.\n'),
    );
    const { code, differences } = await verify();
    expect(code).toBe(1);
    expect(differences.some(({ file, was }) => file === results && was?.includes('0.0001'))).toBe(true);
    expect(differences[0]!.line).toBe(lineOf(results, 'It reaches'));
  });

  test('finds a changed number in the tracker, and leaves words that a person adds there alone', async () => {
    edit(tracker, (text) => text.replace(/slope_error = 0\.1757[^,|]*/, '$&, looks odd to me'));
    edit(tracker, (text) => text.replace('slope_error = 0.6048', 'slope_error = 0.5048'));
    const { differences } = await verify();
    expect(differences).toEqual([
      { file: tracker, line: lineOf(tracker, '0.5048'), was: '0.5048', is: '0.6048' },
    ]);
  });

  test('names a number of the provenance that was changed, and the provenance when it is gone', async () => {
    edit('results/provenance.json', (text) => text.replace('"line": 26', '"line": 27'));
    const [changed, ...others] = (await verify()).differences;
    expect(changed).toMatchObject({
      file: 'results/provenance.json',
      line: lineOf('results/provenance.json', '"line": 27'),
    });
    expect(others).toEqual([]);
    ws.remove('results/provenance.json');
    expect((await verify()).differences.map(({ file }) => file)).toEqual(['results/provenance.json']);
  });

  test('runs nothing and writes nothing', async () => {
    const before = ws.fingerprint();
    await verify();
    expect(ws.fingerprint()).toEqual(before);
  });
});

test('the provenance leads from a number to the run, its command, commit, environment and times', async () => {
  const { numbers, environments } = JSON.parse(ws.read('results/provenance.json')) as {
    numbers: Record<string, unknown>[];
    environments: Record<string, { python: { version: string } | null }>;
  };
  const number = numbers.find(({ run }) => run === 'median-slopes-s3')!;
  expect(number).toMatchObject({
    file: 'measured/median-slopes_seed3.json',
    pointer: '/error/slope',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    attempt: 1,
    seed: 3,
    command: expect.stringContaining('tools/fit.py --method median-slopes') as string,
  });
  expect(environments[String(number.environment)]!.python!.version).toMatch(/^3\./);
});

test('a workspace in which nothing ran has nothing to verify, said with 2', async () => {
  const empty = Workspace.studyLine();
  try {
    const { code, stderr } = await bridge(empty, ['verify']);
    expect(code).toBe(2);
    expect(stderr).toContain('nothing was run in this workspace yet');
  } finally {
    empty.dispose();
  }
});

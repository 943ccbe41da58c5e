import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { registerSelfCheck } from '../../../src/cli/selfCheck';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-code-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  process.exitCode = undefined;
});

const write = (path: string, content: string | Buffer) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};

async function bridge(...args: string[]): Promise<{ out: string; notes: string; code: unknown }> {
  let [out, notes] = ['', ''];
  const program = new Command('bridge').exitOverride();
  registerSelfCheck(program, {
    out: (text) => (out += `${text}\n`),
    note: (text) => (notes += `${text}\n`),
    resolve: (path, workspace) => resolve(workspace, path),
  });
  await program.parseAsync(['check-code', ...args, '--workspace', folder], { from: 'user' });
  return { out, notes, code: process.exitCode };
}

const leaking = `import pandas as pd
from imblearn.over_sampling import SMOTE
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
df = pd.read_csv("d.csv")
X, y = SMOTE(random_state=0).fit_resample(df.drop("y", axis=1), df["y"])
a, b, c, d = train_test_split(X, y, random_state=0)
print(LogisticRegression().fit(a, c).score(b, d))
`;

it('one JSON document holds findings in the shape of a review, and a critical one ends with 1', async () => {
  write('src/train.py', leaking);
  const { out, code } = await bridge('--json');
  expect(JSON.parse(out)).toEqual({
    findings: [
      {
        severity: 'CRITICAL',
        file: 'src/train.py',
        line: 6,
        endLine: 6,
        title: expect.stringContaining('SMOTE') as string,
        why: expect.stringContaining('line 7 train_test_split divides') as string,
        fix: expect.stringContaining('Split first') as string,
        check: 'logic',
      },
    ],
    skipped: [],
    files: 1,
  });
  expect(code).toBe(1);
});

it('a person reads place, severity, why and fix of each finding, and the counts', async () => {
  write('train.py', leaking);
  const { out, notes } = await bridge();
  expect(out).toMatch(
    /^train\.py:6: CRITICAL Oversampling \(SMOTE\) before the split.* \[logic\]\n {4}At line 6 .*\n {4}Fix: Split first/,
  );
  expect(out).toMatch(/\n1 finding in 1 file of Python: 1 critical\.\n$/);
  expect(notes).toContain('No run manifest was found, so commands and runs were not checked.');
});

it('plan, tracker and manifest are found at their usual places, and findings point into them', async () => {
  write('train.py', 'print(1)\n');
  write('refine-logs/experiments.yaml', 'jobs:\n  - { id: R001, cmd: "python train.py --lr 1" }\n');
  write(
    'refine-logs/EXPERIMENT_TRACKER.md',
    '| Run ID | Milestone | Priority | Status |\n|---|---|---|---|\n| R001 | M0 | MUST | TODO |\n| R002 | M0 | MUST | TODO |\n',
  );
  const { findings } = JSON.parse((await bridge('--json')).out) as { findings: unknown[] };
  expect(findings).toMatchObject([
    { file: 'refine-logs/EXPERIMENT_TRACKER.md', line: 4, title: 'R002 is must-run, but nothing starts it' },
    { file: 'refine-logs/experiments.yaml', line: 2, title: 'train.py reads no arguments, but gets some' },
  ]);
});

it('what is not the study’s code is left alone, and what can not be read is said', async () => {
  for (const path of [
    'venv/a.py',
    '.venv/a.py',
    'node_modules/x/a.py',
    'base_repo/a.py',
    '.git/a.py',
    '__pycache__/a.py',
  ])
    write(path, leaking);
  write('binary.py', Buffer.from([0x50, 0x4b, 0, 1, 2]));
  const { out, notes, code } = await bridge();
  expect(out).toBe('Nothing was found in 1 file of Python.\n');
  expect(notes).toContain('binary.py is not text; it was not checked.');
  expect(code).toBeUndefined();
});

it('nothing of the workspace is run or written', async () => {
  write('train.py', 'import pathlib\npathlib.Path(__file__).with_name("ran").touch()\n');
  write('refine-logs/experiments.yaml', 'jobs:\n  - { id: R001, cmd: "touch ran; python train.py" }\n');
  await bridge();
  expect(readdirSync(folder).sort()).toEqual(['refine-logs', 'train.py']);
});

it('a plan that is not there is wrong input', async () => {
  await expect(bridge('PLAN.md')).rejects.toMatchObject({ code: 2, message: 'there is no plan at PLAN.md.' });
});

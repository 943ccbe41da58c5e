import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bridge } from './harness/bridge';
import { Workspace, writeTally } from './harness/workspace';

let ws: Workspace;
beforeEach(() => {
  ws = new Workspace();
  writeTally(
    ws,
    [
      { id: 'sane', milestone: 'M0', does: 'python3 measure.py' },
      { id: 'main', milestone: 'M2', does: 'python3 measure.py' },
    ],
    { data: ['numbers'] },
  );
  ws.write('measure.py', measure('2'));
  ws.write('helper.py', 'bonus = 0.0\n');
  ws.write('numbers/one', '0.25');
  ws.write('.gitignore', 'numbers/\nout/\nledger\n');
});
afterEach(() => ws.dispose());

const measure = (factor: string) => `import json, os
try:
    from extra import offset
except ImportError:
    offset = 0.0
from helper import bonus
os.makedirs("out", exist_ok=True)
value = float(open("numbers/one").read()) * ${factor} + bonus + offset
json.dump({"score": value}, open("out/%s.json" % os.environ["BRIDGE_RUN"], "w"))
`;
const git = (...args: string[]) =>
  execFileSync('git', ['-C', ws.root, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    encoding: 'utf8',
  });
const commit = () => {
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'study');
};
const reproduce = async () => {
  const { code, stdout, stderr } = await bridge(ws, ['reproduce', 'main', '--json']);
  return {
    code,
    stderr,
    metrics: stdout === '' ? null : (JSON.parse(stdout) as { metrics: unknown }).metrics,
  };
};

test('a run is reproduced from its own commit, changes and untracked code, whatever the code is now', async () => {
  commit();
  ws.write('helper.py', 'bonus = 0.125\n');
  ws.write('extra.py', 'offset = 0.0625\n');
  expect((await bridge(ws, ['run', '--yes'])).code).toBe(0);
  git('add', 'helper.py');
  ws.write('helper.py', 'bonus = 100\n');
  ws.write('measure.py', measure('7'));
  git('commit', '-qam', 'other code');
  const before = ws.fingerprint();
  expect(await reproduce()).toMatchObject({
    code: 0,
    metrics: [{ name: 'score', recorded: 0.6875, reproduced: 0.6875, verdict: 'equal' }],
  });
  const study = (all: Record<string, string>) =>
    Object.fromEntries(Object.entries(all).filter(([path]) => !path.startsWith('.git')));
  expect(study(ws.fingerprint())).toEqual(study(before));
  expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
});

test('a run that measures something else this time is named different, with 1', async () => {
  commit();
  expect((await bridge(ws, ['run', '--yes'])).code).toBe(0);
  ws.write('numbers/one', '0.5');
  expect(await reproduce()).toMatchObject({
    code: 1,
    metrics: [{ recorded: 0.5, reproduced: 1, verdict: 'different' }],
  });
});

test('code that cannot be had again is refused with 3, and why', async () => {
  expect((await bridge(ws, ['run', '--yes'])).code).toBe(0);
  expect(await reproduce()).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('the workspace was no git repository') as string,
  });
});

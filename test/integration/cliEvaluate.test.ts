import { afterEach, beforeEach, expect, test } from 'vitest';
import { bridge } from './harness/bridge';
import { Workspace, writeTally } from './harness/workspace';

/** Evaluates what training left: here a file with one number. */
const evaluator = (factor: string) => `import json, os, sys
run = sys.argv[sys.argv.index("--run") + 1]
assert sys.argv[sys.argv.index("--split") + 1] == "test"
value = float(open("out/%s.checkpoint" % run).read())
json.dump({"score": value * ${factor}}, open("out/%s.json" % run, "w"))
`;
const trains = `mkdir -p out && echo 0.25 > out/$BRIDGE_RUN.checkpoint && python3 evaluate.py --run $BRIDGE_RUN --split test`;

let ws: Workspace;
beforeEach(() => {
  ws = new Workspace();
  writeTally(
    ws,
    [
      { id: 'sane', milestone: 'M0', does: trains },
      { id: 'main', milestone: 'M2', does: trains },
    ],
    { evaluation: { script: 'evaluate.py', split: 'test' } },
  );
});
afterEach(() => ws.dispose());

const report = () => ws.read('refine-logs/EXPERIMENT_RESULTS.md');

test('bridge evaluate runs only the evaluation again, and the report says so', async () => {
  ws.write('evaluate.py', evaluator('1'));
  expect((await bridge(ws, ['run', '--yes'])).code).toBe(0);
  expect(report()).toContain('[0.25](../out/main.json');
  ws.write('evaluate.py', evaluator('2'));
  const { code, stdout } = await bridge(ws, ['evaluate', 'main']);
  expect(stdout).toContain('main: evaluated again.');
  expect(code).toBe(0);
  // No training started: each wrote its line once.
  expect(ws.ledger().sort()).toEqual(['main', 'sane']);
  expect(report()).toContain('[0.50](../out/main.json');
  expect(report()).toContain('Of main only the evaluation ran again (attempt 2)');
  const { numbers } = JSON.parse(ws.read('results/provenance.json')) as {
    numbers: Record<string, unknown>[];
  };
  expect(numbers.find(({ run }) => run === 'main')).toMatchObject({
    ...{ attempt: 2, only: 'evaluation', value: 0.5 },
    command: 'python3 evaluate.py --run main --split test',
    environment: expect.any(String) as string,
  });
  expect(ws.read('refine-logs/EXPERIMENT_TRACKER.md')).toMatch(/\| main .*score = 0\.5/);
  expect((await bridge(ws, ['verify'])).code).toBe(0);
  // A later call finds everything done and starts nothing.
  expect((await bridge(ws, ['run', '--yes'])).code).toBe(0);
  expect(ws.ledger()).toHaveLength(2);
});

test('a run whose evaluation failed is completed by evaluating it again', async () => {
  ws.write('evaluate.py', evaluator('1'));
  await bridge(ws, ['run', '--yes', '--set', 'bridge.autoDeploy=false']);
  ws.write('evaluate.py', `${evaluator('1')}raise SystemExit("no such split")\n`);
  await bridge(ws, ['retry', 'main']);
  await bridge(ws, ['run', '--yes']);
  const failed = await bridge(ws, ['status', '--json']);
  expect(failed.stdout).toMatch(/"status": "failed"/);
  const starts = ws.ledger().length;
  expect((await bridge(ws, ['evaluate', 'main'])).code).toBe(1);
  ws.write('evaluate.py', evaluator('3'));
  expect((await bridge(ws, ['evaluate', 'main'])).code).toBe(0);
  expect(report()).toContain('[0.75](../out/main.json');
  expect(ws.ledger()).toHaveLength(starts);
});

test('what cannot be evaluated is refused with 2, and nothing starts', async () => {
  ws.write('evaluate.py', evaluator('1'));
  await bridge(ws, ['run']);
  for (const [id, why] of [
    ['nobody', 'there is no run "nobody" here'],
    ['main', 'main has never run'],
  ] as const) {
    const { code, stderr } = await bridge(ws, ['evaluate', id]);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
  }
});

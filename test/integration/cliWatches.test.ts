import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bridge, startBridge, until } from './harness/bridge';
import { parseDocument } from './harness/statusDocument';
import { waitsFor, Workspace, writesResult, writeTallyManifest } from './harness/workspace';

let ws: Workspace;
beforeEach(() => {
  ws = new Workspace();
});
afterEach(() => ws.dispose());

const manifest = 'refine-logs/experiments.yaml';
/** Ten good steps, then NaN, as a diverged training logs it. */
const logsNan = `mkdir -p results
for step in 1 2 3 4 5 6 7 8 9 10; do echo "{\\"step\\": $step, \\"train/loss\\": 0.5}"; done > results/$BRIDGE_RUN.metrics.jsonl
echo '{"step": 11, "train/loss": NaN}' >> results/$BRIDGE_RUN.metrics.jsonl`;

describe('the training check of a run that runs', () => {
  test('flags NaN by default, and lets the run go on to its end', async () => {
    writeTallyManifest(ws, [{ id: 'sick', does: `${logsNan}\n${waitsFor('gate')}\n${writesResult}` }]);
    const call = startBridge(ws, ['queue', manifest]);
    await until('the flag', () => /sick: nan: .*train\/loss/.test(call.stderr));
    ws.write('gate', '');
    expect((await call.ended).code).toBe(0);
  });

  test('stops the run where bridge.health says so, and says what was seen', async () => {
    writeTallyManifest(ws, [{ id: 'sick', does: `${logsNan}\n${waitsFor('gate')}` }]);
    const { code, stdout } = await bridge(ws, ['queue', manifest, '--json', '--set', 'bridge.health="stop"']);
    expect(code).toBe(1);
    const [job] = parseDocument(stdout).jobs;
    expect(job).toMatchObject({ id: 'sick', status: 'failed', reason: 'nan', attempts: 1 });
    expect(job!.why).toMatch(/stopped by the training check: nan: .*train\/loss/);
  });

  test('says nothing of a run whose loss falls', async () => {
    const logs = logsNan.replace('0.5', '0.$((90 - step))').replace('NaN', '0.7');
    writeTallyManifest(ws, [{ id: 'well', does: `${logs}\nsleep 7\n${writesResult}` }]);
    const { code, stderr } = await bridge(ws, ['queue', manifest]);
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/ ! well/);
  });
});

describe('a budget of GPU-hours', () => {
  /** The program that tells of GPUs, as it answers on a machine with one that is free. */
  const withOneGpu = () => {
    ws.write(
      'bin/nvidia-smi',
      '#!/bin/sh\ncase "$1" in *query-gpu=index,name*) echo "0, Test GPU, 550.1";; *query-gpu*) echo "0, GPU-1, Test GPU, 10, 24000, 0";; esac\n',
    );
    chmodSync(ws.path('bin/nvidia-smi'), 0o755);
    return { env: { PATH: `${ws.path('bin')}:${process.env.PATH}` } };
  };
  const twoRuns = (more = '') =>
    writeTallyManifest(
      ws,
      ['first', 'second'].map((id) => ({ id, does: `${more}\n${writesResult}`, more: { gpus: 1 } })),
    );
  const cap = (hours: number) => ['--set', `bridge.budget.gpuHours=${hours}`];

  test('starts nothing more once it is used up, and goes on when it is raised', async () => {
    twoRuns('sleep 0.3');
    const gpu = withOneGpu();
    const first = await bridge(ws, ['queue', manifest, '--json', ...cap(1e-6)], gpu);
    const { jobs, budget } = parseDocument(first.stdout);
    expect(jobs.map(({ id, status }) => [id, status])).toEqual([
      ['first', 'completed'],
      ['second', 'pending'],
    ]);
    expect(budget.gpuHours).toMatchObject({ cap: 1e-6, level: 'spent' });
    expect(budget.gpuHours.used).toBeGreaterThan(1e-6);
    expect(first.stderr).toMatch(/GPU-hours are used .*nothing more starts/);
    const second = await bridge(ws, ['queue', manifest, '--json', ...cap(1)], gpu);
    expect(parseDocument(second.stdout).jobs.map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(ws.ledger()).toEqual(['first', 'second']);
  });

  test('lets what runs go on, and stops it only where the setting says so', async () => {
    twoRuns(waitsFor('gate'));
    const gpu = withOneGpu();
    const stop = [...cap(1e-6), '--set', 'bridge.budget.stopRuns=true'];
    const { code, stdout } = await bridge(ws, ['queue', manifest, '--json', ...stop], gpu);
    expect(parseDocument(stdout).jobs[0]).toMatchObject({
      ...{ id: 'first', status: 'failed' },
      why: expect.stringContaining('the budget of GPU-hours is used up') as string,
    });
    expect(code).not.toBe(130);
    expect(ws.ledger()).toEqual(['first']);
  });
});

describe('a budget of money', () => {
  /** A machine of one's own that costs so much that a run reaches the cap at once. */
  const dear = ['--set', 'bridge.budget.usdPerHour=3600', '--set', 'bridge.budget.usd=1.5'];
  const checkpoints = `trap 'echo saved > $BRIDGE_RUN.ckpt; exit 3' TERM\nwhile :; do sleep 0.05; done`;

  test('always stops what runs at its cap, after a signal to save, and starts nothing more', async () => {
    writeTallyManifest(
      ws,
      ['first', 'second'].map((id) => ({ id, does: checkpoints })),
      { max_parallel: 1 },
    );
    const { code, stdout, stderr } = await bridge(ws, ['queue', manifest, '--json', ...dear]);
    const { jobs, budget } = parseDocument(stdout);
    expect(code).toBe(1);
    expect(jobs[0]).toMatchObject({
      ...{ id: 'first', status: 'failed' },
      why: expect.stringContaining('the money of the budget is spent') as string,
    });
    expect(jobs[1]).toMatchObject({
      ...{ id: 'second', status: 'pending' },
      why: expect.stringContaining('bridge.budget.usd') as string,
    });
    expect(budget.usd).toMatchObject({ cap: 1.5, level: 'spent' });
    expect(budget.usd.used).toBeGreaterThanOrEqual(1.5);
    expect(stderr).toMatch(/\$1\.\d+ of \$1\.50 .* are spent, more than 80 %|nothing more starts/);
    expect(ws.read('first.ckpt')).toBe('saved\n');
    expect(ws.ledger()).toEqual(['first']);
  });

  test('is told by status, milestone by milestone: planned, used and forecast', async () => {
    const more = { est_hours: 0.001 };
    writeTallyManifest(ws, [
      { id: 'one', milestone: 'M1', more },
      { id: 'two', milestone: 'M2', more },
    ]);
    await bridge(ws, ['queue', manifest, '--set', 'bridge.budget.usdPerHour=1000']);
    const { stdout } = await bridge(ws, ['status', '--json']);
    const { usd } = parseDocument(stdout).budget as { usd: Record<string, unknown> };
    expect(usd).toMatchObject({ cap: null, level: 'open', planned: 0.5 });
    expect((usd.milestones as { milestone: string }[]).map(({ milestone }) => milestone)).toEqual([
      'M1',
      'M2',
    ]);
    expect(usd.forecast).toBe(usd.used);
    expect((await bridge(ws, ['status'])).stdout).toMatch(/; \$\d+\.\d\d/);
  });

  test('a workspace can lower, and cannot raise or make cheaper', async () => {
    ws.setUser({ 'bridge.budget.usd': 1.5, 'bridge.budget.usdPerHour': 3600 });
    ws.write(
      '.vscode/settings.json',
      JSON.stringify({ 'bridge.budget.usd': 1000, 'bridge.budget.usdPerHour': 0 }),
    );
    writeTallyManifest(ws, [{ id: 'first', does: checkpoints }]);
    const { stdout } = await bridge(ws, ['queue', manifest, '--json']);
    expect(parseDocument(stdout).budget.usd).toMatchObject({ cap: 1.5, level: 'spent' });
  });
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspaceClient } from '../../src/store/workspaceClient';
import { startBridge, until } from './harness/bridge';
import { waitsFor, Workspace, writesResult, writeTallyManifest } from './harness/workspace';

let ws: Workspace;
beforeEach(() => {
  ws = new Workspace();
});
afterEach(() => ws.dispose());

test('a client sees a run’s curve grow while it runs, and whole when it has ended', async () => {
  const writes = (from: number, to: number) =>
    `for step in $(seq ${from} ${to}); do echo "{\\"step\\": $step, \\"train/loss\\": $((100 - step))}"; done >> results/$BRIDGE_RUN.metrics.jsonl`;
  const does = `mkdir -p results\n${writes(1, 30)}\n${waitsFor('gate')}\n${writes(31, 50)}\n${writesResult}`;
  writeTallyManifest(ws, [{ id: 'grows', does }]);
  const call = startBridge(ws, ['queue', 'refine-logs/experiments.yaml']);
  const client = openWorkspaceClient({ root: ws.root, startDriver: () => undefined });
  let told = 0;
  const listening = client.onDidChange(() => told++);
  try {
    await until('the first values', () => client.spark('grows', 40).length === 30);
    expect(client.spark('grows', 3)).toEqual([72, 71, 70]);
    const before = told;
    ws.write('gate', '');
    expect((await call.ended).code).toBe(0);
    await until('the end of the curve', () => client.spark('grows', 1)[0] === 50);
    expect(told).toBeGreaterThan(before);
    const [run] = await client.curves(['grows', 'nobody'], 10);
    expect(run!.run).toBe('grows');
    const [curve] = run!.curves;
    expect(curve).toMatchObject({ series: 'train/loss', restarts: [], gaps: [] });
    expect(curve!.points).toHaveLength(10);
    expect([curve!.points[0], curve!.points.at(-1)]).toEqual([
      { step: 1, value: 99 },
      { step: 50, value: 50 },
    ]);
  } finally {
    listening.dispose();
    client.dispose();
  }
});

import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bridge, startBridge, until } from '../integration/harness/bridge';
import { Workspace } from '../integration/harness/workspace';

const options = { env: { BRIDGE_LEASE_MS: '1000' } };
const manifest = `
project: gone
jobs:
  - { id: a, gpus: 0, cmd: 'echo a >> LEDGER; sleep 3; echo 1 > a.txt', expected_output: a.txt }
`;

/** A driver at rest: its run has begun, and what it runs in is on record. */
async function started() {
  const workspace = new Workspace();
  workspace.write('m.yaml', manifest.replace('LEDGER', workspace.path('../ledger')));
  const call = startBridge(workspace, ['queue', 'm.yaml'], options);
  await until('the run has begun', () => workspace.has('../ledger'));
  const recorded = workspace.path('.bridge/environments');
  await until('its environment is on record', () => existsSync(recorded) && readdirSync(recorded).length > 0);
  return { workspace, call };
}

describe('a workspace that is taken away under its driver', () => {
  it('is said, and the driver ends', async () => {
    const { workspace, call } = await started();
    rmSync(workspace.root, { recursive: true, force: true, maxRetries: 5 });
    const { code, stderr } = await call.ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('was deleted or moved')]);
    workspace.dispose();
  });

  it('is driven on where it is put back, and nothing runs twice', async () => {
    const { workspace, call } = await started();
    renameSync(workspace.root, `${workspace.root}-elsewhere`);
    expect((await call.ended).code).toBe(1);
    renameSync(`${workspace.root}-elsewhere`, workspace.root);
    expect((await bridge(workspace, ['queue', 'm.yaml'], options)).code).toBe(0);
    expect(workspace.read('../ledger')).toBe('a\n');
    workspace.dispose();
  });
});

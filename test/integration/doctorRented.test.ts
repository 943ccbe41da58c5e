import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDoctorFacts } from '../../src/core/doctor/facts';
import { type FakeInstance, FakeVast } from '../fakes/vast/service';
import { startBridge } from './harness/bridge';
import { Workspace } from './harness/workspace';

const hourMs = 3_600_000;
let vast: FakeVast;
let workspace: Workspace;
beforeEach(async () => {
  vast = await FakeVast.start();
  workspace = new Workspace();
});
afterEach(async () => {
  await vast.stop();
  workspace.dispose();
});

const machine = (id: number, label: string): FakeInstance => ({
  ...{ id, label, status: 'running', offer: 12, disk: 50, onstart: '', ssh: null },
  ...{ rentedAt: Date.now() - 3 * hourMs, destroyedAt: null },
});

async function rented(env: Readonly<Record<string, string>>) {
  const { stdout } = await startBridge(workspace, ['doctor', '--json'], { env }).ended;
  const fact = parseDoctorFacts(JSON.parse(stdout))?.find(({ id }) => id === 'rented');
  const { checks } = JSON.parse(stdout) as { checks: { id: string; state: string; sentence: string }[] };
  return { fact, said: checks.find(({ id }) => id === 'rented')! };
}

describe('bridge doctor, of machines that were rented', () => {
  it('names those of ours that nobody gives back, what they cost so far, and no others', async () => {
    vast.instances.set(1, machine(1, 'bridge-aaaa-1'));
    vast.instances.set(2, machine(2, 'somebody-else'));
    const { fact, said } = await rented({ BRIDGE_VAST_URL: vast.url, VAST_API_KEY: vast.key });
    expect(fact).toMatchObject({ machines: [{ label: 'bridge-aaaa-1' }], driven: false, problem: null });
    expect(said.state).toBe('missing');
    expect(said.sentence).toMatch(
      /^bridge-aaaa-1 costs \$0\.4\d an hour, about \$1\.[2-5]\d so far\. Nothing drives/,
    );
  });

  it('says that nothing is rented, and asks nobody without a key', async () => {
    expect((await rented({ BRIDGE_VAST_URL: vast.url, VAST_API_KEY: vast.key })).said.state).toBe('ok');
    const asked = vast.heard.length;
    expect((await rented({ BRIDGE_VAST_URL: vast.url, VAST_API_KEY: '' })).said.sentence).toBe(
      'Nothing is rented.',
    );
    expect(vast.heard).toHaveLength(asked);
  });

  it('says that it could not find out with a key that is wrong', async () => {
    const { said } = await rented({ BRIDGE_VAST_URL: vast.url, VAST_API_KEY: 'wrong' });
    expect(said.state).toBe('unknown');
    expect(said.sentence).toContain('does not accept the key');
  });
});

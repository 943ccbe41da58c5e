import { cpSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Provenance, provenancePath } from '../../src/core/results/report/provenance';
import { runToEnd } from '../faults/processes';
import { cliPath } from './harness/bridge';
import { SlurmCluster, slurmLacks } from './harness/slurm';
import { Workspace } from './harness/workspace';

/** The example with fewer updates: what is compared is where it runs, not how well it learns. */
function digits(): Workspace {
  const workspace = new Workspace('digits');
  cpSync('examples/digits', workspace.root, { recursive: true });
  return workspace;
}

/** Every number that the reports tell, by run and metric. */
function numbers(workspace: Workspace): Record<string, number> {
  const { numbers: all } = JSON.parse(workspace.read(provenancePath)) as Pick<Provenance, 'numbers'>;
  return Object.fromEntries(all.map(({ key, value }) => [key, value]));
}

describe.skipIf(slurmLacks)(`the example study${slurmLacks ? ` (${slurmLacks})` : ''}`, () => {
  let cluster: SlurmCluster;
  beforeAll(async () => {
    cluster = await SlurmCluster.start();
  });
  afterAll(() => cluster?.stop());

  it('runs on a real cluster to the same numbers as on this machine, and verify accepts them', async () => {
    const here = digits();
    const there = digits();
    const call = (workspace: Workspace, ...args: string[]) =>
      runToEnd([process.execPath, cliPath, ...args, '--workspace', workspace.root], {
        ...cluster.env,
        XDG_CONFIG_HOME: workspace.configHome,
      });
    const local = await call(here, 'run', '--yes');
    expect(local.code, local.stderr).toBe(0);
    const slurm = await call(there, 'run', '--yes', '--target', 'slurm');
    expect(slurm.code, slurm.stderr).toBe(0);
    expect(numbers(there)).toEqual(numbers(here));
    expect(Object.keys(numbers(there)).length).toBeGreaterThan(10);
    const verified = await call(there, 'verify', '--json');
    expect(verified.code, verified.stdout).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ differences: [] });
    here.dispose();
    there.dispose();
  }, 900_000);
});

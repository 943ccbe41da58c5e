import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SlurmBackend } from '../../src/backends/slurm/backend';
import type { ExecResult, PlacedJob } from '../../src/core/ports';
import { LocalHost } from '../../src/hosts/local/host';
import { SlurmCluster, slurmLacks } from './harness/slurm';

const { signal } = new AbortController();
const jobs = 1000;
const clients = /^(squeue|sacct|sinfo|scontrol|sbatch|scancel)$/;

/** Counts how often one of Slurm's programs is called. */
class CountingHost extends LocalHost {
  calls = 0;

  override exec(...parameters: Parameters<LocalHost['exec']>): Promise<ExecResult> {
    if (parameters[0].some((word) => clients.test(word))) this.calls++;
    return super.exec(...parameters);
  }
}

describe.skipIf(slurmLacks)(`1,000 jobs on a real cluster${slurmLacks ? ` (${slurmLacks})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-polls-'));
  const host = new CountingHost(join(folder, '.bridge'));
  let cluster: SlurmCluster;
  let before: string | undefined;

  beforeAll(async () => {
    cluster = await SlurmCluster.start();
    before = process.env.SLURM_CONF;
    process.env.SLURM_CONF = cluster.conf;
    mkdirSync(join(folder, 'work'));
  });
  afterAll(async () => {
    await cluster?.stop();
    if (before === undefined) delete process.env.SLURM_CONF;
    else process.env.SLURM_CONF = before;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('cost two calls of its clients a poll, however many there are', async () => {
    const backend = new SlurmBackend(host);
    const all = Array.from({ length: jobs }, (_, at): PlacedJob => ({
      ...{ key: `0badcafe:r${at}:0123456789ab:1`, run: `r${at}`, attempt: 1, cwd: join(folder, 'work') },
      ...{ command: 'sleep 120', setup: '', environment: { kind: 'none' }, variables: {} },
      ...{ expectedOutputs: [], gpus: [], gpuCount: 0, timeLimitMs: null, group: 'many' },
    }));
    const keys = all.map(({ key }) => key);
    await backend.submit(all, signal);
    // The first look also finds out which client tells what.
    await backend.poll(keys, signal);
    await cluster.until('some of them run', () => cluster.jobs('%T').includes('RUNNING'), 60_000);
    const each: number[] = [];
    for (let poll = 0; poll < 4; poll++) {
      host.calls = 0;
      const begun = performance.now();
      const statuses = await backend.poll(keys, signal);
      each.push(host.calls);
      console.log(
        `polling ${jobs} Slurm jobs: ${host.calls} client calls, ${(performance.now() - begun).toFixed(0)} ms`,
      );
      expect(new Set([...statuses.values()].map(({ kind }) => kind))).toContain('running');
      expect(statuses.size).toBe(jobs);
    }
    expect(Math.max(...each)).toBeLessThanOrEqual(2);
    await backend.cancel(keys, 'cancelled', signal);
  });
});

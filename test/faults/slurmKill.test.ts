import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliPath } from '../integration/harness/bridge';
import { SlurmCluster, slurmLacks } from '../integration/harness/slurm';
import { inParallel, runToEnd } from './processes';
import { begins, SlurmQueue } from './slurmQueue';

/** `npm run test:faults:all` kills at every point; otherwise a sample that moves on from day to day. */
const all = process.env.BRIDGE_FAULTS === 'all';
const sampleSize = 24;

const preload = ['--require', resolve('test/faults/killAt.cjs')];
const manifest = `
phases:
  - name: grid
    grid: { n: [0, 1, 2] }
    template: { id: "g\${n}", cmd: '${begins}', gpus: 0 }
  - name: after
    depends_on: [grid]
    grid: { n: [0] }
    template: { id: "a\${n}", cmd: '${begins}', gpus: 0 }
`;

describe.skipIf(slurmLacks)(`a driver of a real cluster${slurmLacks ? ` (${slurmLacks})` : ''}`, () => {
  let cluster: SlurmCluster;
  beforeAll(async () => {
    cluster = await SlurmCluster.start();
  });
  afterAll(() => cluster?.stop());

  it('that is killed at any call around a submission loses nothing and submits nothing that runs twice', async () => {
    const drive = (queue: SlurmQueue, env: Record<string, string> = {}, node: readonly string[] = []) =>
      runToEnd(
        [
          process.execPath,
          ...node,
          cliPath,
          'queue',
          'm.yaml',
          '--target',
          'slurm',
          '--workspace',
          queue.root,
        ],
        { ...queue.env, ...env },
      );
    const whole = new SlurmQueue(cluster, manifest);
    expect((await drive(whole, { BRIDGE_KILL_COUNT: whole.path('count') }, preload)).code).toBe(0);
    const points = Number(readFileSync(whole.path('count'), 'utf8'));
    const wanted = ['a0 1', 'g0 1', 'g1 1', 'g2 1'];
    expect(whole.begun()).toEqual(wanted);
    whole.dispose();

    const day = Math.floor(Date.now() / 86_400_000);
    const stride = points / sampleSize;
    const sample = all
      ? Array.from({ length: points }, (_, at) => at + 1)
      : Array.from({ length: sampleSize }, (_, at) => 1 + (Math.floor(at * stride + day * 3) % points));
    let killed = 0;
    const wrong: string[] = [];
    await inParallel(sample, 2, async (at) => {
      const queue = new SlurmQueue(cluster, manifest);
      const first = await drive(queue, { BRIDGE_KILL_AT: String(at) }, preload);
      if (first.signal === 'SIGKILL') killed++;
      const second = await drive(queue);
      if (second.code !== 0) wrong.push(`${at}: ${second.stderr}`);
      const begun = queue.begun();
      if (JSON.stringify(begun) !== JSON.stringify(wanted)) wrong.push(`${at}: ${begun.join(', ')}`);
      const jobs = await queue.status();
      for (const [id, { status, attempts }] of Object.entries(jobs))
        if (status !== 'completed' || attempts !== 1) wrong.push(`${at}: ${id} ${status} after ${attempts}`);
      queue.dispose();
    });
    console.log(`${points} points, ${sample.length} of them tried, ${killed} drivers killed by SIGKILL`);
    expect(killed).toBeGreaterThan(sample.length * 0.8);
    expect(wrong).toEqual([]);
  }, 7_200_000);
});

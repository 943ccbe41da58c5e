import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasMemoryCgroups, SlurmCluster, slurmLacks } from '../integration/harness/slurm';
import { begins, SlurmQueue } from './slurmQueue';

describe.skipIf(slurmLacks)(`on a real cluster${slurmLacks ? ` (${slurmLacks})` : ''}`, () => {
  let cluster: SlurmCluster;
  const open: SlurmQueue[] = [];
  beforeAll(async () => {
    cluster = await SlurmCluster.start();
  });
  afterAll(async () => {
    for (const queue of open) queue.dispose();
    await cluster?.stop();
  });
  const queueOf = (manifest: string) => {
    const queue = new SlurmQueue(cluster, manifest);
    open.push(queue);
    return queue;
  };

  it('an array with one failing task fails that run alone, and what depends on it is skipped', async () => {
    const queue = queueOf(`
phases:
  - name: grid
    grid: { n: [0, 1, 2, 3] }
    template: { id: "g\${n}", cmd: '${begins}; [ $BRIDGE_RUN != g2 ]', gpus: 1 }
  - name: after
    depends_on: [grid]
    grid: { n: [0, 1] }
    template: { id: "a\${n}", cmd: '${begins}', gpus: 0 }
jobs:
  - { id: apart, cmd: '${begins}', gpus: 0 }
`);
    const { jobs, code } = await queue.drive();
    expect(code).toBe(1);
    expect(queue.begun()).toEqual(['apart 1', 'g0 1', 'g1 1', 'g2 1', 'g3 1']);
    expect(jobs.g2).toMatchObject({ status: 'failed', attempts: 1, exitCode: 1 });
    expect(jobs.g1).toMatchObject({ status: 'completed' });
    expect(jobs.a0).toMatchObject({ status: 'skipped', attempts: 0 });
    expect(jobs.a0!.why).toContain('g2');
    // One array, and one job beside it.
    expect(new Set(cluster.jobs('%F %j').filter((line) => /grid~|apart~/.test(line))).size).toBe(2);
  });

  it.skipIf(!hasMemoryCgroups)(
    'a run over its memory is named so, and tried again as its policy says',
    async () => {
      const queue = queueOf(`
jobs:
  - id: greedy
    cmd: '${begins}; python3 -c "x = bytearray(300 << 20); print(len(x))"'
    gpus: 0
    slurm: { memory: 60M }
    retry: { oom: 2 }
`);
      const { jobs } = await queue.drive();
      expect(jobs.greedy).toMatchObject({ status: 'stuck', reason: 'oom', attempts: 2 });
      expect(jobs.greedy!.why).toMatch(/more memory than its Slurm job \d+ may/);
      expect(queue.begun()).toEqual(['greedy 1', 'greedy 2']);
    },
  );

  it('a run over its walltime is named so, though no driver was there when Slurm ended it', async () => {
    const queue = queueOf(`
jobs:
  - { id: slow, cmd: '${begins}; sleep 300', gpus: 0, slurm: { time: 1m } }
`);
    const driver = queue.startDriver();
    await queue.until('the run begins', () => queue.begun().length > 0);
    driver.child.kill('SIGKILL');
    await driver.ended;
    await queue.until(
      'Slurm ends it',
      () => cluster.jobs('%j %T').some((line) => /^slow~\S+ TIMEOUT/.test(line)),
      150_000,
    );
    const { jobs } = await queue.drive();
    expect(jobs.slow).toMatchObject({ status: 'failed', reason: 'timeout', attempts: 1 });
    expect(jobs.slow!.why).toContain('walltime');
    expect(queue.begun()).toEqual(['slow 1']);
  }, 240_000);

  it('a job that somebody else cancels is named so, waiting or running, and is not tried again', async () => {
    const queue = queueOf(
      `
jobs:
  - { id: runs, cmd: '${begins}; sleep 60', gpus: 0 }
  - { id: waits, cmd: '${begins}', gpus: 0, slurm: { cpus: 8, constraint: "" } }
`.replace(', constraint: ""', ''),
    );
    // Three nodes of eight CPUs: with all of them taken the second run waits.
    const others = Array.from({ length: 3 }, () =>
      cluster.run('sbatch', '--parsable', '-J', 'other', '-c', '8', '-o', '/dev/null', '--wrap', 'sleep 120'),
    );
    await queue.until(
      'the others run',
      () => cluster.jobs('%j %T').filter((line) => line === 'other RUNNING').length === 3,
    );
    cluster.run('scancel', others[0]!);
    await queue.until(
      'one node is free',
      () => cluster.jobs('%j %T').filter((line) => line === 'other RUNNING').length === 2,
    );
    const driver = queue.startDriver('--json');
    await queue.until('one runs and one waits', () => {
      const lines = cluster.jobs('%j %T');
      return (
        lines.some((line) => /^runs~\S+ RUNNING/.test(line)) &&
        lines.some((line) => /^waits~\S+ PENDING/.test(line))
      );
    });
    await queue.until('why it waits is said', () =>
      /no node has enough free|other jobs go first/.test(queue.read('.bridge/journal/000001.jsonl')),
    );
    const waiting = (await queue.status()).waits!;
    expect(waiting).toMatchObject({ status: 'pending' });
    expect(waiting.why).toMatch(
      /in the queue of slurm as job \d+: (no node has enough free for it|other jobs go first)/,
    );
    for (const line of cluster.jobs('%j %i'))
      if (/^(runs|waits)~/.test(line)) cluster.run('scancel', line.split(' ')[1]!);
    await driver.ended;
    const jobs = await queue.status();
    for (const run of ['runs', 'waits']) {
      expect(jobs[run]).toMatchObject({ status: 'failed', reason: 'killed', attempts: 1 });
      expect(jobs[run]!.why).toMatch(/was cancelled in Slurm, not by Bridge/);
    }
    expect(queue.begun()).toEqual(['runs 1']);
    for (const id of others) cluster.run('scancel', id);
  });

  it('a run whose place is taken by a job of higher priority is tried again as preempted', async () => {
    const queue = queueOf(`
jobs:
  - { id: low, cmd: '${begins}; [ -e urgent ] || sleep 60', gpus: 0, slurm: { cpus: 8 } }
`);
    const driver = queue.startDriver();
    await queue.until('it runs', () => queue.begun().length === 1);
    writeFileSync(queue.path('urgent'), '');
    const urgent = Array.from({ length: 3 }, () =>
      cluster.run('sbatch', '--parsable', '-p', 'urgent', '-c', '8', '-o', '/dev/null', '--wrap', 'sleep 3'),
    );
    await driver.ended;
    expect(urgent).toHaveLength(3);
    const jobs = await queue.status();
    expect(jobs.low).toMatchObject({ status: 'completed', attempts: 2 });
    expect(queue.read('.bridge/journal/000001.jsonl')).toMatch(/"cause":"preempted"/);
    expect(queue.begun()).toEqual(['low 1', 'low 2']);
  });

  it('a request that no node can ever meet is refused with the reason before anything is submitted', async () => {
    const before = cluster.jobs('%i').length;
    const queue = queueOf(`
jobs:
  - { id: gpus, cmd: '${begins}', gpus: 3 }
  - { id: type, cmd: '${begins}', gpus: 1, slurm: { gres: "gpu:v100:1" } }
  - { id: memory, cmd: '${begins}', gpus: 0, slurm: { memory: 1T } }
  - { id: cpus, cmd: '${begins}', gpus: 0, slurm: { cpus: 9 } }
  - { id: place, cmd: '${begins}', gpus: 0, slurm: { partition: nowhere } }
  - { id: time, cmd: '${begins}', gpus: 0, time_limit: 2h, slurm: { partition: urgent } }
  - { id: feature, cmd: '${begins}', gpus: 0, slurm: { constraint: nvlink } }
`);
    const { jobs } = await queue.drive();
    const whys = Object.fromEntries(
      Object.entries(jobs).map(([id, { why, attempts }]) => [id, [attempts, why]]),
    );
    expect(whys).toEqual({
      gpus: [0, 'it asks for 3 GPUs and a node of partition gpu has only 2'],
      type: [0, 'it asks for 1 v100 GPU and a node of partition gpu has none'],
      memory: [0, 'it asks for 1048576 MiB of memory and a node of partition gpu has only 8000'],
      cpus: [0, 'it asks for 9 CPUs and a node of partition gpu has only 8'],
      place: [0, 'the cluster has no partition "nowhere"'],
      time: [0, 'it asks for 02:00:00 and partition urgent allows 01:00:00'],
      feature: [
        0,
        'no node of partition gpu has all that it asks for at once (constraint nvlink; there are no features)',
      ],
    });
    expect(cluster.jobs('%i')).toHaveLength(before);
    rmSync(queue.path('ledger'), { force: true });
  });
});

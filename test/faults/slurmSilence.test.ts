import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SlurmCluster, slurmLacks } from '../integration/harness/slurm';
import { begins, SlurmQueue } from './slurmQueue';

/** For how long the controller is away around a submission. */
const awayMs = 60_000;

describe.skipIf(slurmLacks)(`on a real cluster${slurmLacks ? ` (${slurmLacks})` : ''}`, () => {
  let cluster: SlurmCluster;
  const open: SlurmQueue[] = [];
  beforeAll(async () => {
    cluster = await SlurmCluster.start({ minJobAge: 10 });
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
  const journal = (queue: SlurmQueue) => readFileSync(queue.path('.bridge/journal/000001.jsonl'), 'utf8');

  it('what ended while nobody looked, and was forgotten by Slurm, is judged by its own records', async () => {
    const queue = queueOf(`
phases:
  - name: grid
    grid: { n: [0, 1, 2] }
    template: { id: "g\${n}", cmd: '${begins}; sleep 2; [ $BRIDGE_RUN != g1 ] || exit 7', gpus: 0 }
`);
    const driver = queue.startDriver();
    await queue.until('all begin', () => queue.begun().length === 3);
    driver.child.kill('SIGKILL');
    await driver.ended;
    await queue.until(
      'Slurm forgets them',
      () => cluster.jobs('%j').every((name) => !name.startsWith('grid~')),
      90_000,
    );
    const { jobs } = await queue.drive();
    expect(jobs.g0).toMatchObject({ status: 'completed', attempts: 1 });
    expect(jobs.g1).toMatchObject({ status: 'failed', attempts: 1, exitCode: 7 });
    expect(queue.begun()).toEqual(['g0 1', 'g1 1', 'g2 1']);
  }, 180_000);

  it('a controller that is away for a minute around a submission costs nothing: unknown, not failed, and sent once', async () => {
    const queue = queueOf(`
phases:
  - name: first
    grid: { n: [0, 1] }
    template: { id: "f\${n}", cmd: '${begins}; until [ -e go ]; do sleep 0.1; done', gpus: 0 }
  - name: second
    depends_on: [first]
    grid: { n: [0, 1, 2] }
    template: { id: "s\${n}", cmd: '${begins}', gpus: 0 }
`);
    const driver = queue.startDriver();
    await queue.until('the first phase runs', () => queue.begun().length === 2);
    await cluster.stopController();
    queue.write('go', '');
    // The first phase is judged by its own records; the second is asked for and cannot be sent.
    await queue.until(
      'the second is asked for',
      () => /"attempt.requested","job":"s2"/.test(journal(queue)),
      90_000,
    );
    await queue.until(
      'that is said',
      () => (journal(queue).match(/"attempt.unreachable"/g)?.length ?? 0) >= 3,
      90_000,
    );
    const meanwhile = await queue.status();
    expect(meanwhile.f0).toMatchObject({ status: 'completed' });
    expect(meanwhile.s0).toMatchObject({ status: 'unreachable' });
    await pause(awayMs / 2);
    // Whoever drives next finds it in the middle.
    driver.child.kill('SIGKILL');
    await driver.ended;
    const again = queue.startDriver();
    await pause(awayMs / 2);
    expect(Object.values(await queue.status()).map(({ status }) => status)).not.toContain('failed');
    cluster.startController();
    await again.ended;
    const jobs = await queue.status();
    expect(Object.values(jobs).map(({ status, attempts, why }) => [status, attempts, why])).toEqual(
      Array.from({ length: 5 }, () => ['completed', 1, null]),
    );
    expect(queue.begun()).toEqual(['f0 1', 'f1 1', 's0 1', 's1 1', 's2 1']);
  }, 300_000);

  it('a node that dies loses its run to a new attempt, by us or by Slurm itself', async () => {
    await cluster.heal();
    const queue = queueOf(`
jobs:
  - { id: ours, cmd: '${begins}; [ $BRIDGE_ATTEMPT = 2 ] || sleep 300', gpus: 0, slurm: { cpus: 8 } }
  - id: theirs
    cmd: '${begins}; [ $BRIDGE_ATTEMPT = 2 ] || { echo half > out; sleep 300; }; [ ! -e late ] || echo whole > out'
    gpus: 0
    expected_output: out
    retry: { missing-output: 1 }
    slurm: { cpus: 8, requeue: true }
`);
    const driver = queue.startDriver();
    await queue.until('both run', () => queue.begun().length === 2 && queue.has('out'));
    const nodes = cluster
      .jobs('%j %N %T')
      .flatMap((line) => /^(?:ours|theirs)~\S+ (\S+) RUNNING/.exec(line)?.[1] ?? []);
    expect(new Set(nodes).size).toBe(2);
    for (const node of nodes) cluster.killNode(node);
    const gone = () => new Set(journal(queue).match(/"attempt.lost","key":"\w+:\w+/g)).size === 2;
    await queue.until('both are lost', gone, 120_000);
    await cluster.heal();
    await driver.ended;
    const jobs = await queue.status();
    expect(jobs.ours).toMatchObject({ status: 'completed', attempts: 2 });
    // What the first attempt left does not count as the second one's.
    expect(jobs.theirs).toMatchObject({ status: 'failed', attempts: 2, reason: 'missing-output' });
    expect(jobs.theirs!.why).toContain('older than this attempt');
    expect(journal(queue)).toMatch(/the node of its Slurm job \d+ failed/);
    expect(queue.begun()).toEqual(['ours 1', 'ours 2', 'theirs 1', 'theirs 2']);
  }, 300_000);
});

import { existsSync, readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../integration/harness/bridge';
import { Snapshots } from '../../src/store/snapshots';
import { QueueWorkspace } from './queueWorkspace';
import { readStudy } from './study30';

let ws: QueueWorkspace;
afterEach(() => ws.dispose());

const note = 'echo $BRIDGE_RUN $BRIDGE_ATTEMPT >> ledger';
const grid = (values: string, command = note) => `
max_parallel: 2
phases:
  - name: p
    grid: { n: [${values}] }
    template: { id: "a\${n}", gpus: 0, cmd: "${command}" }
`;

describe('a manifest that is edited and queued again', () => {
  it('runs only cells that are new or failed, and shows the others as they are', async () => {
    ws = new QueueWorkspace(grid('1, 2, 3', `${note}; test -e ok || test \${n} != 2`));
    expect((await ws.queue()).code).toBe(1);
    ws.write('ok', '');
    ws.write('m.yaml', grid('1, 2, 4', `${note}; test -e ok || test \${n} != 2`));
    const { code, jobs, stderr } = await ws.queue();
    expect(code).toBe(0);
    expect(ws.ledger().sort()).toEqual(['a1 1', 'a2 1', 'a2 2', 'a3 1', 'a4 1']);
    expect(Object.keys(jobs)).toEqual(['a1', 'a2', 'a4']);
    // What is obsolete is shown and not deleted.
    expect(existsSync(ws.path('.bridge/jobs/a3'))).toBe(true);
    expect(stderr).toContain('No longer in the run manifest, kept and not run again: a3');
    expect((await ws.call('status')).stdout).toContain('kept and not run again: a3');
  });

  it('runs cells whose command changed as a new attempt beside the old one', async () => {
    ws = new QueueWorkspace(grid('1, 2'));
    await ws.queue();
    ws.write('m.yaml', ws.read('m.yaml').replace(note, `${note}; true \${n}`));
    expect((await ws.queue()).code).toBe(0);
    expect(ws.ledger().sort()).toEqual(['a1 1', 'a1 2', 'a2 1', 'a2 2']);
    expect(readdirSync(ws.path('.bridge/jobs/a1'))).toHaveLength(2);
  });

  it('runs nothing when nothing changed', async () => {
    ws = new QueueWorkspace(grid('1, 2'));
    await ws.queue();
    expect((await ws.queue()).code).toBe(0);
    expect(ws.ledger()).toHaveLength(2);
  });
});

describe('runs that a person holds, stops and takes up', () => {
  it('paused ones wait, resumed ones go on, by id and by phase', async () => {
    ws = new QueueWorkspace(`
max_parallel: 1
phases:
  - name: first
    grid: { n: [1] }
    template: { id: "first\${n}", gpus: 0, cmd: "${note}; sleep 1.5" }
  - name: later
    grid: { n: [1, 2] }
    template: { id: "later\${n}", gpus: 0, cmd: "${note}" }
`);
    const { ended } = ws.start('queue', 'm.yaml');
    await until('the first is at work', () => ws.ledger().length === 1);
    expect((await ws.call('pause', 'later')).code).toBe(0);
    expect(await ended).toBe(0);
    expect((await ws.status()).later1).toMatchObject({ status: 'paused', why: 'paused by person' });
    expect((await ws.call('resume', 'later2')).code).toBe(0);
    await until('the resumed one ran', () => ws.ledger().length === 2);
    expect(ws.ledger()).toEqual(['first1 1', 'later2 1']);
    expect((await ws.call('cancel', 'later1')).code).toBe(0);
  });

  it('reprioritised ones start before the others', async () => {
    ws = new QueueWorkspace(`
max_parallel: 1
jobs:
  - { id: a, gpus: 0, cmd: "${note}; sleep 1.5" }
  - { id: b, gpus: 0, cmd: "${note}" }
  - { id: c, gpus: 0, cmd: "${note}" }
`);
    const { ended } = ws.start('queue', 'm.yaml');
    await until('the first is at work', () => ws.ledger().length === 1);
    expect((await ws.call('reprioritise', 'c', '--priority', '5')).code).toBe(0);
    await ended;
    expect(ws.ledger()).toEqual(['a 1', 'c 1', 'b 1']);
  });

  it('a retry of a run takes up what was skipped because of it', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: a, gpus: 0, cmd: "${note}; test -e ok" }
  - { id: b, gpus: 0, depends_on: a, cmd: "${note}" }
  - { id: c, gpus: 0, depends_on: b, cmd: "${note}" }
`);
    expect((await ws.queue()).code).toBe(1);
    expect((await ws.status()).c!.status).toBe('skipped');
    ws.write('ok', '');
    expect((await ws.call('retry', 'a')).code).toBe(0);
    await until('all have run', () => ws.ledger().length === 4);
    expect(ws.ledger()).toEqual(['a 1', 'a 2', 'b 1', 'c 1']);
    // The last run has started: the driver that "retry" left behind is still to conclude it.
    await until('the driver has left', () => ws.processes().length === 0);
    expect((await ws.status()).c!.status).toBe('completed');
  });

  it('a precondition that is not met fails the run before it starts, with the path', async () => {
    ws = new QueueWorkspace(`
preconditions:
  - { type: checkpoint_exists, path: "checkpoints/teacher_N{N}.pt" }
phases:
  - name: p
    grid: { N: [1, 2] }
    template: { id: "a\${N}", gpus: 0, cmd: "${note}" }
`);
    ws.write('checkpoints/teacher_N1.pt', '');
    const { jobs } = await ws.queue();
    expect(jobs.a1!.status).toBe('completed');
    expect(jobs.a2).toMatchObject({ status: 'failed', reason: 'missing-file' });
    expect(jobs.a2!.why).toMatch(/checkpoints\/teacher_N2\.pt/);
  });

  it('a queue leaves its snapshot, its manifest and a summary for other tools', async () => {
    ws = new QueueWorkspace(grid('1, 2', `${note}; test \${n} = 1`));
    await ws.queue();
    const [folder] = readdirSync(ws.path('experiment_queue'));
    const snapshot = JSON.parse(ws.read(`experiment_queue/${folder}/queue_state.json`)) as {
      jobs: { id: string; status: string }[];
    };
    expect(snapshot.jobs.map(({ id, status }) => [id, status])).toEqual([
      ['a1', 'completed'],
      ['a2', 'failed_other'],
    ]);
    expect(ws.read(`experiment_queue/${folder}/summary.md`)).toMatch(/1 of 2 completed, 1 failed/);
    expect(JSON.parse(ws.read(`experiment_queue/${folder}/manifest.json`))).toMatchObject({
      phases: [{ name: 'p', jobs: [{ id: 'a1' }, { id: 'a2' }] }],
    });
  });
});

describe('the code that runs start with', () => {
  it('is kept by content, once for all runs that share it, and an edit while a run waits or runs is said', async () => {
    ws = new QueueWorkspace(`
max_parallel: 1
jobs:
  - { id: a, gpus: 0, cmd: "bash work.sh" }
  - { id: b, gpus: 0, cmd: "bash work.sh" }
  - { id: c, gpus: 0, cmd: "true" }
`);
    const before = `${note}; sleep 3\n`;
    ws.write('work.sh', before);
    const { ended } = ws.start('queue', 'm.yaml');
    await until('the first is at work', () => ws.ledger().length === 1);
    ws.write('work.sh', `${note}\n`);
    expect(await ended).toBe(0);
    const { jobs } = readStudy(ws.root);
    expect(jobs.get('a')!.flags).toEqual(['its code was edited while it ran: work.sh changed']);
    expect(jobs.get('b')!.flags).toEqual(['its code was edited while it waited: work.sh changed']);
    const [first, second, third] = ['a', 'b', 'c'].map((id) => jobs.get(id)!.attempts[0]!.code);
    expect(second).toBe(third);
    const snapshots = new Snapshots(ws.path('.bridge/snapshots'), ws.root);
    const tree = (await snapshots.tree(first!))!;
    expect(Buffer.from(snapshots.read(tree['work.sh']!)!).toString()).toBe(before);
  });
});

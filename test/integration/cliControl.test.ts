import { afterEach, describe, expect, it } from 'vitest';
import { QueueWorkspace } from '../faults/queueWorkspace';
import { until } from './harness/bridge';

let ws: QueueWorkspace;
afterEach(() => ws.dispose());

const statusOf = async () =>
  Object.fromEntries(Object.values(await ws.status()).map(({ id, status }) => [id, status]));

/** Two phases of two; one run at a time, and the first goes on until it is told. */
const manifest = `
max_parallel: 1
phases:
  - name: train
    grid: { n: [1, 2] }
    template: { id: "t\${n}", gpus: 0, cmd: "echo t\${n} >> ledger; while [ ! -e go ]; do sleep 0.05; done" }
  - name: test
    grid: { n: [1, 2] }
    template: { id: "e\${n}", gpus: 0, cmd: "echo e\${n} >> ledger" }
`;

async function busy(): Promise<{ readonly ended: Promise<number | null> }> {
  ws = new QueueWorkspace(manifest);
  const { ended } = ws.start('queue', 'm.yaml');
  await until('the first run is there', () => ws.ledger().length === 1);
  return { ended };
}

describe('runs can be told, one, many or a phase', () => {
  it('a phase that is paused waits, says who paused it, and goes on when it is resumed', async () => {
    const { ended } = await busy();
    expect((await ws.call('pause', 'test', 't2')).code).toBe(0);
    await until('it is paused', async () => (await statusOf()).e2 === 'paused');
    expect((await ws.status()).e1?.why).toBe('paused by person');
    ws.write('go', '');
    expect(await ended).toBe(0);
    expect(await statusOf()).toEqual({ t1: 'completed', t2: 'paused', e1: 'paused', e2: 'paused' });
    expect((await ws.call('resume')).code).toBe(0);
    await until('all has run', async () =>
      Object.values(await statusOf()).every((each) => each === 'completed'),
    );
    expect(ws.ledger().sort()).toEqual(['e1', 'e2', 't1', 't2']);
  });

  it('runs of a higher priority start first', async () => {
    const { ended } = await busy();
    expect((await ws.call('reprioritise', 'e2', '--priority', '5')).code).toBe(0);
    expect((await ws.call('reprioritise', 't2', '-3')).code).toBe(0);
    await until('the driver has heard', async () =>
      /t2 has priority|"priority":-3/.test(ws.read('.bridge/journal/000001.jsonl')),
    );
    ws.write('go', '');
    expect(await ended).toBe(0);
    expect(ws.ledger()).toEqual(['t1', 'e2', 'e1', 't2']);
  });

  it('all of them at once when none is named, and one that is tried again alone', async () => {
    const { ended } = await busy();
    expect((await ws.call('cancel')).code).toBe(0);
    expect(await ended).toBe(0);
    expect(new Set(Object.values(await statusOf()))).toEqual(new Set(['cancelled']));
    ws.write('go', '');
    expect((await ws.call('retry', 'e1')).code).toBe(0);
    await until('it has run', async () => (await statusOf()).e1 === 'completed');
    expect(await statusOf()).toMatchObject({ t1: 'cancelled', t2: 'cancelled', e2: 'cancelled' });
    expect((await ws.call('pause')).code).toBe(2);
  });

  it('a run that is not there is named', async () => {
    const { ended } = await busy();
    ws.write('go', '');
    await ended;
    const { code, stderr } = await ws.call('cancel', 'nobody');
    expect(code).toBe(2);
    expect(stderr).toContain('there is no run, phase or milestone "nobody" here');
  });
});

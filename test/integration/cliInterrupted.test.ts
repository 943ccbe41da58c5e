import { afterEach, describe, expect, test } from 'vitest';
import { bridge, startBridge, until } from './harness/bridge';
import { parseDocument, statusesOf } from './harness/statusDocument';
import { statusAndNotes } from './harness/trackerCells';
import { waitsFor, Workspace, writesResult, writeTally } from './harness/workspace';

const tracker = 'refine-logs/EXPERIMENT_TRACKER.md';
/** Starts, then waits until the test lets it go on. */
const held = (id: string) => ({ id, does: `${waitsFor(`go-${id}`)}\n${writesResult}` });
const sanity = { id: 'R0', milestone: 'M0' };

let ws: Workspace;
afterEach(async () => {
  // Whatever still runs would write into a folder that is gone.
  if (ws.has('.bridge')) await bridge(ws, ['cancel', 'M0', 'M1']).catch(() => undefined);
  ws.dispose();
});

describe('kill -9 of the engine', () => {
  test('in the middle: the same command adopts what runs, starts nothing twice and loses nothing', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, held('a'), held('b'), { id: 'c' }, held('d'), { id: 'e' }], { max_parallel: 3 });
    const engine = startBridge(ws, ['run', '--yes']);
    await until('a, b and c have started, c has ended', () => /✓ c /.test(engine.stderr));
    engine.child.kill('SIGKILL');
    expect((await engine.ended).code).toBe(null);
    // a ends while nobody looks.
    ws.write('go-a', '');
    await until('a wrote its result', () => ws.has('out/a.json'));

    const again = startBridge(ws, ['run', '--yes']);
    await until('d has started', () => ws.ledger().includes('d'));
    ws.write('go-b', '');
    ws.write('go-d', '');
    expect((await again.ended).code).toBe(0);
    expect(ws.ledger().sort()).toEqual(['R0', 'a', 'b', 'c', 'd', 'e']);
    const document = parseDocument((await bridge(ws, ['status', '--json'])).stdout);
    expect(document.jobs.map((job) => [job.status, job.attempts])).toEqual(Array(6).fill(['completed', 1]));
  });

  test('again and again at moments of chance: each run still starts once', async () => {
    ws = new Workspace();
    const ids = Array.from({ length: 12 }, (_, at) => `r${at}`);
    writeTally(ws, [sanity, ...ids.map((id) => ({ id }))], { max_parallel: 2 });
    let kills = 0;
    for (let round = 0; round < 6; round++) {
      const engine = startBridge(ws, ['run', '--yes']);
      const before = ws.ledger().length;
      await until('two more runs started, or it is over', () => {
        return ws.ledger().length >= before + 2 || engine.child.exitCode !== null;
      });
      if (engine.child.kill('SIGKILL')) kills++;
      await engine.ended;
    }
    expect(kills).toBeGreaterThan(2);
    expect((await bridge(ws, ['run', '--yes'])).code).toBe(0);
    expect(ws.ledger().sort()).toEqual(['R0', ...ids].sort());
  });
});

describe('Ctrl-C', () => {
  test('ends the call with 130, its runs go on, and the next call adopts them', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, held('a'), { id: 'b' }], { max_parallel: 1 });
    const engine = startBridge(ws, ['run', '--yes']);
    await until('a has started', () => ws.ledger().includes('a'));
    engine.child.kill('SIGINT');
    const interrupted = await engine.ended;
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toMatch(/Runs that were started go on/);
    expect(statusesOf(parseDocument((await bridge(ws, ['status', '--json'])).stdout))).toMatchObject({
      a: 'running',
    });

    ws.write('go-a', '');
    await until('a wrote its result although nobody drove', () => ws.has('out/a.json'));
    expect(ws.ledger()).toEqual(['R0', 'a']);
    expect((await bridge(ws, ['run', '--yes'])).code).toBe(0);
    expect(ws.ledger()).toEqual(['R0', 'a', 'b']);
  });
});

describe('two calls on one workspace', () => {
  test('the second says who drives, follows to the same end, and nothing starts twice', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, held('a'), { id: 'b' }], { max_parallel: 1 });
    const first = startBridge(ws, ['run', '--yes']);
    await until('a has started', () => ws.ledger().includes('a'));
    const second = startBridge(ws, ['run', '--yes']);
    await until('the second follows', () => second.stderr.includes('this call follows it'));
    expect(second.stderr).toContain(`process ${first.pid}`);
    ws.write('go-a', '');
    const [one, two] = await Promise.all([first.ended, second.ended]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(two.stderr).toMatch(/✓ b /);
    expect(two.stdout).toBe(one.stdout);
    expect(ws.ledger()).toEqual(['R0', 'a', 'b']);
  });

  test('started at the same moment: one drives, and nothing starts twice', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, { id: 'a' }, { id: 'b' }, { id: 'c' }]);
    const calls = await Promise.all([1, 2, 3].map(() => bridge(ws, ['run', '--yes'])));
    expect(calls.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(ws.ledger().sort()).toEqual(['R0', 'a', 'b', 'c']);
  });

  test('the second takes over at once when the first is killed', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, held('a'), { id: 'b' }], { max_parallel: 1 });
    const first = startBridge(ws, ['run', '--yes']);
    await until('a has started', () => ws.ledger().includes('a'));
    const second = startBridge(ws, ['run', '--yes']);
    await until('the second follows', () => second.stderr.includes('this call follows it'));
    first.child.kill('SIGKILL');
    await first.ended;
    ws.write('go-a', '');
    expect((await second.ended).code).toBe(0);
    expect(ws.ledger()).toEqual(['R0', 'a', 'b']);
  });

  test('the second’s --yes counts when the first stops at the checkpoint', async () => {
    ws = new Workspace();
    writeTally(ws, [{ ...held('R0'), milestone: 'M0' }, { id: 'a' }]);
    const first = startBridge(ws, ['run']);
    await until('sanity has started', () => ws.ledger().includes('R0'));
    const second = startBridge(ws, ['run', '--yes']);
    await until('the second follows', () => second.stderr.includes('this call follows it'));
    ws.write('go-R0', '');
    expect(await first.ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Checkpoint') as string,
    });
    expect(await second.ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Completed: 2/2') as string,
    });
    expect(ws.ledger()).toEqual(['R0', 'a']);
  });

  test('an approval while something else runs is refused at once, with who drives', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, held('a')]);
    const first = startBridge(ws, ['run', '--yes']);
    await until('a has started', () => ws.ledger().includes('a'));
    const approve = await bridge(ws, ['approve']);
    expect(approve).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`process ${first.pid}`) as string,
    });
    ws.write('go-a', '');
    expect((await first.ended).code).toBe(0);
  });
});

describe('control', () => {
  test('cancel stops a run that runs, through whoever drives, and the rest goes on', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, held('a'), { id: 'b' }], { max_parallel: 1 });
    const engine = startBridge(ws, ['run', '--yes']);
    await until('a has started', () => ws.ledger().includes('a'));
    const { code, stderr } = await bridge(ws, ['cancel', 'a']);
    expect([code, stderr]).toEqual([0, 'Asked the driver to cancel a.\n']);
    expect((await engine.ended).stderr).toMatch(/a is cancelled/);
    expect(ws.ledger()).toEqual(['R0', 'a', 'b']);
    expect(statusAndNotes(ws.read(tracker), 'a')[0]).toBe('SKIPPED');
    expect(statusAndNotes(ws.read(tracker), 'b')[0]).toBe('DONE');
  });

  test('cancel without a driver stops what an interrupted call left running', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, held('a')]);
    const engine = startBridge(ws, ['run', '--yes']);
    await until('a has started', () => ws.ledger().includes('a'));
    engine.child.kill('SIGINT');
    await engine.ended;
    expect((await bridge(ws, ['cancel', 'a'])).code).toBe(0);
    await bridge(ws, ['run', '--yes']);
    expect(statusesOf(parseDocument((await bridge(ws, ['status', '--json'])).stdout))).toMatchObject({
      a: 'cancelled',
    });
    expect(ws.has('out/a.json')).toBe(false);
    expect(ws.ledger()).toEqual(['R0', 'a']);
  });

  test('a paused run waits until it is resumed; status says who paused it', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, { id: 'a' }, { id: 'b' }]);
    await bridge(ws, ['run']);
    expect((await bridge(ws, ['pause', 'b'])).code).toBe(0);
    const approved = await bridge(ws, ['approve']);
    expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining('bridge resume') as string });
    expect(ws.ledger()).toEqual(['R0', 'a']);
    expect((await bridge(ws, ['status'])).stdout).toMatch(/b +paused +paused by person/);
    expect((await bridge(ws, ['resume', 'b'])).code).toBe(0);
    await until('the driver in the background ran b', () => ws.has('out/b.json'));
    await until('it wrote that down', () => statusAndNotes(ws.read(tracker), 'b')[0] === 'DONE');
    expect(ws.ledger()).toEqual(['R0', 'a', 'b']);
  });

  test('retry makes a new attempt of an ended run and keeps the one before', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, { id: 'a' }]);
    await bridge(ws, ['run', '--yes']);
    expect((await bridge(ws, ['retry', 'a'])).code).toBe(0);
    await until('the driver in the background ran a again', () => ws.ledger().length === 3);
    await until('it has left', () => !ws.read(tracker).includes('RUNNING'));
    const wait = async () => parseDocument((await bridge(ws, ['status', '--json'])).stdout);
    let document = await wait();
    for (; document.driving; document = await wait());
    expect(document.jobs[1]).toMatchObject({ id: 'a', status: 'completed', attempts: 2 });
  });

  test('a milestone stands for its runs, and an unknown name changes nothing', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, { id: 'a' }, { id: 'b' }]);
    await bridge(ws, ['run']);
    const before = ws.fingerprint();
    const unknown = await bridge(ws, ['pause', 'zzz']);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('"zzz"') as string });
    expect(ws.fingerprint()).toEqual(before);
    await bridge(ws, ['pause', 'M1']);
    expect(statusesOf(parseDocument((await bridge(ws, ['status', '--json'])).stdout))).toMatchObject({
      ...{ a: 'paused', b: 'paused' },
    });
  });

  test('reprioritise changes who starts first', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, { id: 'a' }, { id: 'b' }, { id: 'c' }], { max_parallel: 1 });
    await bridge(ws, ['run']);
    expect((await bridge(ws, ['reprioritise', 'c', '--priority', '7'])).code).toBe(0);
    await bridge(ws, ['approve']);
    expect(ws.ledger()).toEqual(['R0', 'c', 'a', 'b']);
    const wrong = await bridge(ws, ['reprioritise', 'c', '--priority', 'soon']);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('whole number') as string });
  });
});

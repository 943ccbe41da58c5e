import { appendFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { bridge } from './harness/bridge';
import { parseDocument, statusesOf } from './harness/statusDocument';
import { Workspace, writesResult, writeTally, writeTallyManifest } from './harness/workspace';

const results = 'refine-logs/EXPERIMENT_RESULTS.md';
const manifest = 'refine-logs/experiments.yaml';

let ws: Workspace;
afterEach(() => ws.dispose());

describe('bridge approve', () => {
  test('goes on exactly from the checkpoint', async () => {
    ws = new Workspace();
    writeTally(ws, [{ id: 'R0', milestone: 'M0' }, { id: 'R1' }, { id: 'R2' }]);
    await bridge(ws, ['run']);
    const { code, stdout } = await bridge(ws, ['approve']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Completed: 3\/3/);
    expect(ws.ledger().sort()).toEqual(['R0', 'R1', 'R2']);
  });

  test('of one milestone starts that one and asks about the next', async () => {
    ws = new Workspace();
    writeTally(ws, [{ id: 'R0', milestone: 'M0' }, { id: 'R1' }, { id: 'R2', milestone: 'M2' }]);
    await bridge(ws, ['run']);
    const first = await bridge(ws, ['approve', '--milestone', 'M1']);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/Checkpoint[^]*M2/) as string });
    expect(ws.ledger()).toEqual(['R0', 'R1']);
    const unknown = await bridge(ws, ['approve', '--milestone', 'M9']);
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('no milestone M9') as string });
    expect((await bridge(ws, ['approve'])).code).toBe(0);
    expect(ws.ledger()).toEqual(['R0', 'R1', 'R2']);
  });

  test.each([
    ['the code', 'tools/fit.py', '\n# edited\n'],
    ['the manifest', manifest, '\n# edited\n'],
    ['the plan', 'refine-logs/EXPERIMENT_PLAN.md', '\nOne more word.\n'],
  ])(
    'is refused when %s changed, names the file, shows the new checkpoint, and works the next time',
    async (_, file, text) => {
      ws = Workspace.studyLine();
      await bridge(ws, ['run']);
      appendFileSync(ws.path(file), text);
      const refused = await bridge(ws, ['approve']);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(`${file} changed`);
      expect(refused.stdout).toMatch(/^Checkpoint: ready to deploy$/m);
      expect(refused.stdout).toContain(`Since the last checkpoint: ${file} changed`);
      expect(ws.has('points')).toBe(false);
      expect((await bridge(ws, ['approve'])).code).toBe(0);
      expect(ws.read(results)).toContain('6/6 must-run');
    },
  );

  test('is not refused for prose, results, or what git ignores', async () => {
    ws = Workspace.studyLine();
    await bridge(ws, ['run']);
    ws.write('notes.md', 'a thought');
    ws.write('measured/other.json', '{}');
    expect((await bridge(ws, ['approve'])).code).toBe(0);
  });

  test('says that there is nothing to approve where nothing was run, and where all is done', async () => {
    ws = new Workspace();
    writeTally(ws, [{ id: 'R0', milestone: 'M0' }, { id: 'R1' }]);
    const early = await bridge(ws, ['approve']);
    expect(early).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing to approve') as string });
    expect(ws.has('.bridge')).toBe(false);
    await bridge(ws, ['run', '--yes']);
    const late = await bridge(ws, ['approve']);
    expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('no checkpoint') as string });
    expect(ws.ledger()).toEqual(['R0', 'R1']);
  });
});

describe('bridge queue', () => {
  test('runs a manifest without a plan, and a second call runs only what is new', async () => {
    ws = new Workspace();
    writeTallyManifest(ws, [{ id: 'a' }, { id: 'b' }]);
    const first = await bridge(ws, ['queue', manifest, '--json']);
    expect(first.code).toBe(0);
    expect(statusesOf(parseDocument(first.stdout))).toEqual({ a: 'completed', b: 'completed' });
    writeTallyManifest(ws, [{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    expect(statusesOf(parseDocument((await bridge(ws, ['queue', manifest, '--json'])).stdout))).toMatchObject(
      {
        c: 'completed',
      },
    );
    expect(ws.ledger().sort()).toEqual(['a', 'b', 'c']);
  });

  test('skips what needs a phase that failed, runs its siblings, and ends with 1', async () => {
    ws = new Workspace();
    writeTallyManifest(ws, [
      { id: 'teacher', does: 'exit 2' },
      { id: 'student', more: { depends_on: 'teacher' } },
      { id: 'other' },
    ]);
    const { code, stdout } = await bridge(ws, ['queue', manifest, '--json']);
    expect(code).toBe(1);
    expect(statusesOf(parseDocument(stdout))).toEqual({
      teacher: 'failed',
      student: 'skipped',
      other: 'completed',
    });
    expect(parseDocument(stdout).jobs[1]!.why).toMatch(/teacher.*failed/);
  });
});

test('bridge status --json has every field that other programs rely on', async () => {
  ws = new Workspace();
  writeTally(ws, [{ id: 'R0', milestone: 'M0' }, { id: 'R1' }, { id: 'R2', does: 'exit 3' }]);
  await bridge(ws, ['run']);
  const waiting = parseDocument((await bridge(ws, ['status', '--json'])).stdout);
  expect(waiting.checkpoint?.hash).toBeDefined();
  expect(waiting.jobs[1]).toEqual({
    ...{ id: 'R1', run: 'R1', phase: null, milestone: 'M1', status: 'pending', attempts: 0, reason: null },
    why: expect.stringContaining('approval') as string,
    ...{ gpu: null, started: null, ended: null, exitCode: null, target: 'local', host: null },
  });
  await bridge(ws, ['approve']);
  const done = parseDocument((await bridge(ws, ['status', '--json'])).stdout);
  const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
  expect(done.jobs[0]).toMatchObject({
    status: 'completed',
    attempts: 1,
    started: iso,
    ended: iso,
    exitCode: 0,
  });
  expect(done.jobs[0]).toMatchObject({ host: 'local', why: null, reason: null });
  expect(done.jobs[2]).toMatchObject({ status: 'failed', reason: 'unknown', exitCode: 3 });
  expect(done.phases).toEqual([
    { name: 'M0', status: 'completed' },
    { name: 'M1', status: 'failed' },
  ]);
  expect(done.budget).toMatchObject({
    gpuHours: { planned: 0, used: 0, cap: null },
    usd: { planned: 0, used: 0, cap: null },
  });
});

test('bridge logs prints what a run said, and names what has no log', async () => {
  ws = new Workspace();
  writeTally(ws, [
    { id: 'R0', milestone: 'M0', does: `echo hello from sanity\n${writesResult}` },
    { id: 'R1' },
  ]);
  await bridge(ws, ['run']);
  expect(await bridge(ws, ['logs', 'R0'])).toEqual({ code: 0, stdout: 'hello from sanity\n', stderr: '' });
  expect(await bridge(ws, ['logs', 'R1'])).toMatchObject({
    ...{ code: 2, stdout: '' },
    stderr: expect.stringContaining('R1 has not started') as string,
  });
  expect((await bridge(ws, ['logs', 'R7'])).stderr).toContain('no run "R7"');
});

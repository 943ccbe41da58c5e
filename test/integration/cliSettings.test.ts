import { chmodSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { bridge, cliPath } from './harness/bridge';
import { parseDocument } from './harness/statusDocument';
import { Workspace, writeTally } from './harness/workspace';

const plan = 'refine-logs/EXPERIMENT_PLAN.md';

let ws: Workspace;
afterEach(() => ws.dispose());

const tally = () => {
  ws = new Workspace();
  writeTally(ws, [{ id: 'R0', milestone: 'M0' }, { id: 'a' }]);
};

describe('settings', () => {
  const shownParallel = async (...args: string[]) => (await bridge(ws, ['run', '--dry-run', ...args])).stderr;

  test('a workspace can only tighten, and is told where it did not', async () => {
    tally();
    ws.write(
      '.vscode/settings.json',
      '{ // comments are fine\n  "bridge.autoDeploy": true,\n  "bridge.maxParallelRuns": 9,\n  "bridge.codeReview": false,\n}',
    );
    const stderr = await shownParallel();
    expect(stderr).toContain(
      'The workspace sets bridge.autoDeploy to true; a workspace can only tighten, so false counts.',
    );
    expect(stderr).toContain('bridge.maxParallelRuns to 9; a workspace can only tighten, so 4 counts');
    const { stdout } = await bridge(ws, ['run']);
    expect(stdout).toContain('Checkpoint');
    expect(ws.ledger()).toEqual(['R0']);
  });

  test('the person’s own autoDeploy starts what was shown, and a workspace may take that back', async () => {
    tally();
    ws.setUser({ 'bridge.autoDeploy': true });
    ws.write('.vscode/settings.json', '{"bridge.autoDeploy": false}');
    await bridge(ws, ['run']);
    expect(ws.ledger()).toEqual(['R0']);
    rmSync(ws.path('.vscode'), { recursive: true });
    expect((await bridge(ws, ['run'])).code).toBe(0);
    expect(ws.ledger()).toEqual(['R0', 'a']);
  });

  test('what this call says counts over the person’s settings', async () => {
    tally();
    ws.setUser({ 'bridge.autoDeploy': true });
    await bridge(ws, ['run', '--set', 'bridge.autoDeploy=false']);
    expect(ws.ledger()).toEqual(['R0']);
  });

  test('a settings file that is no JSON is named with its line', async () => {
    tally();
    ws.write('.vscode/settings.json', '{\n  "bridge.compact": tru\n}');
    const { code, stderr } = await bridge(ws, ['run']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/\.vscode\/settings\.json:2:\d+: not valid JSON/),
    ]);
  });
});

describe('a workspace in an odd state', () => {
  test.each(['it’s "my" study', '实验 一', 'a $HOME `b` %s'])('its folder may be called %s', async (name) => {
    ws = Workspace.studyLine(name);
    const { code, stdout } = await bridge(ws, ['run', '--yes', '--workspace', ws.root], { cwd: '/' });
    expect([code, stdout]).toEqual([0, expect.stringContaining('6/6 must-run')]);
  });

  test('damaged records of the journal are named and passed over; nothing runs again', async () => {
    tally();
    await bridge(ws, ['run']);
    const journal = '.bridge/journal/000001.jsonl';
    const lines = ws.read(journal).split('\n');
    const at = lines.findIndex((line) => line.includes('"tracker.written"'));
    lines.splice(at, 1, lines[at]!.slice(0, 30));
    ws.write(journal, lines.join('\n'));
    expect((await bridge(ws, ['status'])).stderr).toMatch(
      /damaged record, which is passed over: .*000001\.jsonl/,
    );
    expect((await bridge(ws, ['approve'])).code).toBe(0);
    expect(ws.ledger()).toEqual(['R0', 'a']);
  });

  test('a journal whose end was torn off goes on from what is whole', async () => {
    tally();
    await bridge(ws, ['run', '--yes']);
    const journal = '.bridge/journal/000001.jsonl';
    const text = ws.read(journal);
    const cut = text.indexOf('"type":"job.completed","job":"a"');
    ws.write(journal, text.slice(0, cut));
    expect((await bridge(ws, ['run', '--yes'])).code).toBe(0);
    expect(ws.ledger()).toEqual(['R0', 'a']);
    const { jobs } = parseDocument((await bridge(ws, ['status', '--json'])).stdout);
    expect(jobs.map(({ status, attempts }) => [status, attempts])).toEqual([
      ['completed', 1],
      ['completed', 1],
    ]);
  });

  test('a record that is no folder is something missing: 3, with what to do', async () => {
    tally();
    ws.write('.bridge/journal', 'not a folder');
    for (const verb of ['run', 'status', 'approve']) {
      const { code, stderr } = await bridge(ws, [verb]);
      expect([verb, code, stderr]).toEqual([verb, 3, expect.stringContaining('.bridge')]);
    }
  });

  // Root may write everywhere, so the call is made by somebody who may not.
  const through = { through: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] };
  const canChangeUser = process.platform === 'linux' && process.getuid?.() === 0;

  test.runIf(canChangeUser)(
    'where nothing can be written, reading works and a run says what to do: 3',
    async () => {
      tally();
      ws.openForOthers();
      const asNobody = { ...through, program: join(ws.copyBeside(dirname(cliPath)), basename(cliPath)) };
      const run = await bridge(ws, ['run'], asNobody);
      expect([run.code, run.stderr]).toEqual([
        3,
        expect.stringMatching(/\.bridge cannot be written .*make the folder writable/),
      ]);
      expect(await bridge(ws, ['run', '--dry-run'], asNobody)).toMatchObject({ code: 0 });
      expect(await bridge(ws, ['status'], asNobody)).toMatchObject({ code: 0 });
      chmodSync(ws.path(plan), 0);
      for (const args of [['run'], ['run', '--dry-run'], ['plan', plan]]) {
        const { code, stderr } = await bridge(ws, args, asNobody);
        expect([code, stderr]).toEqual([2, expect.stringMatching(/EXPERIMENT_PLAN\.md.*permission denied/)]);
        expect(stderr).not.toContain('EACCES');
      }
    },
  );
});

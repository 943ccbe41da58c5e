import { afterEach, describe, expect, test } from 'vitest';
import { bridge } from './harness/bridge';
import { parseDocument, statusesOf } from './harness/statusDocument';
import { statusAndNotes, withoutStatusAndNotes } from './harness/trackerCells';
import { Workspace, writesResult, writeTally } from './harness/workspace';

const tracker = 'refine-logs/EXPERIMENT_TRACKER.md';
const results = 'refine-logs/EXPERIMENT_RESULTS.md';

let ws: Workspace;
afterEach(() => ws.dispose());

describe('bridge run --yes', () => {
  test('carries a study that was not made for it to its results', async () => {
    ws = Workspace.studyLine();
    const { code, stdout } = await bridge(ws, ['run', '--yes']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Completed: 6\/6 must-run/);
    const report = ws.read(results);
    expect(report).toMatch(/^### M0: Sanity — PASSED$/m);
    for (const id of ['descent', 'points-n40', 'least-squares-s3', 'median-slopes-s8'])
      expect(report).toMatch(new RegExp(`^\\| ${id} \\|.*\\| DONE \\|`, 'm'));
    // A number of the report is the number of the file that it links to.
    const [, shown, file] = /^\| least-squares-s3 .*\[([\d.]+)\]\(\.\.\/(\S+)/m.exec(report)!;
    const measured = JSON.parse(ws.read(file!)) as { error: { slope: number } };
    expect(Number(shown)).toBeCloseTo(measured.error.slope, 3);
    expect(ws.read('MANIFEST.md')).toMatch(
      /\| \/experiment-bridge \| refine-logs\/EXPERIMENT_RESULTS_\d{8}_\d{6}.*\.md \| implementation \|/,
    );
  });

  test.each([
    ['\n', ''],
    ['\r\n', '\ufeff'],
  ])('changes Status and Notes of the tracker and no other byte (line ends %j)', async (end, mark) => {
    ws = Workspace.studyLine();
    const before = mark + ws.read(tracker).replaceAll('\n', end);
    ws.write(tracker, before);
    expect((await bridge(ws, ['run', '--yes'])).code).toBe(0);
    const after = ws.read(tracker);
    expect(withoutStatusAndNotes(after)).toBe(withoutStatusAndNotes(before));
    expect(statusAndNotes(after, 'descent')[0]).toBe('DONE');
    expect(statusAndNotes(after, 'points-n40')).toEqual([
      'DONE',
      expect.stringMatching(/^keep the seeds; files = 2/),
    ]);
    expect(statusAndNotes(after, 'median-slopes-s3')[1]).toMatch(/^ask \\\| before changing; slope_error = /);
    expect(statusAndNotes(after, 'ransac-s3')).toEqual(statusAndNotes(before, 'ransac-s3'));
  });

  test('with --json prints one document on stdout and everything else on stderr', async () => {
    ws = Workspace.studyLine();
    const { code, stdout, stderr } = await bridge(ws, ['run', '--yes', '--json']);
    expect(code).toBe(0);
    const document = parseDocument(stdout);
    expect(new Set(Object.values(statusesOf(document)))).toEqual(new Set(['completed']));
    expect(document.checkpoint).toBeUndefined();
    expect(stderr).toContain('descent');
  });
});

describe('bridge run', () => {
  test('without --yes stops after sanity with 0, prints the checkpoint, and starts nothing of it', async () => {
    ws = Workspace.studyLine();
    const { code, stdout } = await bridge(ws, ['run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Checkpoint: ready to deploy$/m);
    expect(stdout).toContain('Sanity passed');
    expect(stdout).toContain('M1 Points: 1 run');
    expect(stdout).toContain('python3 tools/make_points.py --n 40 --seeds 3 8 --into points/n40');
    expect(stdout).toMatch(/Total: 5 runs/);
    expect(ws.has('measured/descent.csv')).toBe(true);
    expect(ws.has('points')).toBe(false);
    expect(statusAndNotes(ws.read(tracker), 'points-n40')[0]).toBe('TODO');
  });

  test('with --json prints one document that holds the checkpoint', async () => {
    ws = Workspace.studyLine();
    const document = parseDocument((await bridge(ws, ['run', '--json'])).stdout);
    expect(document.checkpoint?.milestones.map(({ id, runs }) => [id, runs])).toEqual([
      ['M1', 1],
      ['M2', 2],
      ['M3', 2],
    ]);
    expect(document.checkpoint?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(statusesOf(document)).toMatchObject({ descent: 'completed', 'points-n40': 'pending' });
  });

  test('a second time without --yes runs nothing again and shows the same checkpoint', async () => {
    ws = new Workspace();
    writeTally(ws, [{ id: 'R0', milestone: 'M0' }, { id: 'R1' }]);
    const first = parseDocument((await bridge(ws, ['run', '--json'])).stdout);
    const second = parseDocument((await bridge(ws, ['run', '--json'])).stdout);
    expect(ws.ledger()).toEqual(['R0']);
    expect(second.checkpoint?.hash).toBe(first.checkpoint?.hash);
  });

  test('after a fix tries just the failed runs again', async () => {
    ws = new Workspace();
    const runs = [
      { id: 'R0', milestone: 'M0' },
      { id: 'good' },
      { id: 'bad', does: `test -e fixed || { echo 'no such table' >&2; exit 4; }\n${writesResult}` },
    ];
    writeTally(ws, runs);
    const first = await bridge(ws, ['run', '--yes']);
    expect(first.code).toBe(1);
    expect(first.stderr).toMatch(/✕ bad .*exit code 4/);
    expect(first.stderr).toContain('no such table');
    ws.write('fixed', '');
    const second = await bridge(ws, ['run', '--yes']);
    expect(second.code).toBe(0);
    // The two of one milestone start together, in either order.
    expect([...ws.ledger()].sort()).toEqual(['R0', 'bad', 'bad', 'good']);
    expect(statusAndNotes(ws.read(tracker), 'bad')[0]).toBe('DONE');
  });

  test('a sanity run that exits with 1 stops everything after it, and its last lines are in the report', async () => {
    ws = new Workspace();
    writeTally(ws, [
      { id: 'R0', milestone: 'M0', does: `echo one\necho 'the labels are shuffled'\nexit 1` },
      { id: 'R1' },
    ]);
    const { code, stderr } = await bridge(ws, ['run', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain('the labels are shuffled');
    expect(ws.ledger()).toEqual(['R0']);
    expect(ws.read(results)).toMatch(/^### M0.* — FAILED$/m);
    expect(ws.read(results)).toContain('the labels are shuffled');
    expect(statusAndNotes(ws.read(tracker), 'R0')[0]).toBe('FAILED');
    expect(statusAndNotes(ws.read(tracker), 'R1')[0]).toBe('TODO');
    const { stdout } = await bridge(ws, ['status']);
    expect(stdout).toMatch(/R1 +pending +the gate of M0 failed/);
  });
});

describe('bridge run --dry-run', () => {
  test('prints the checkpoint and changes not a byte, before a first run and after one', async () => {
    ws = Workspace.studyLine();
    const fresh = ws.fingerprint();
    const first = await bridge(ws, ['run', '--dry-run']);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/Dry run[^]*descent[^]*Total: 5 runs/);
    expect(ws.fingerprint()).toEqual(fresh);
    expect(ws.has('.bridge')).toBe(false);

    await bridge(ws, ['run']);
    const ran = ws.fingerprint();
    const second = await bridge(ws, ['run', '--dry-run', '--json']);
    expect(parseDocument(second.stdout).checkpoint?.milestones).toHaveLength(3);
    expect(ws.fingerprint()).toEqual(ran);
  });

  test('names a script that is missing', async () => {
    ws = Workspace.studyLine();
    ws.remove('tools/make_points.py');
    const { code, stderr } = await bridge(ws, ['run', '--dry-run']);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /experiments\.yaml:\d+ starts points-n40 with tools\/make_points\.py, which does not exist/,
    );
  });
});

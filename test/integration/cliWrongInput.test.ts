import { afterEach, describe, expect, test } from 'vitest';
import { bridge } from './harness/bridge';
import { parseDocument, statusesOf } from './harness/statusDocument';
import { statusAndNotes } from './harness/trackerCells';
import { Workspace, writesResult, writeTally, writeTallyManifest } from './harness/workspace';

const plan = 'refine-logs/EXPERIMENT_PLAN.md';
const tracker = 'refine-logs/EXPERIMENT_TRACKER.md';
const manifest = 'refine-logs/experiments.yaml';
const sanity = { id: 'R0', milestone: 'M0' };

let ws: Workspace;
afterEach(() => ws.dispose());

/** Wrong input ends with 2, starts nothing, writes nothing, and says this. */
async function refuses(args: readonly string[], said: string | RegExp): Promise<void> {
  const before = ws.fingerprint();
  const { code, stdout, stderr } = await bridge(ws, args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  if (typeof said === 'string') expect(stderr).toContain(said);
  else expect(stderr).toMatch(said);
  expect(ws.fingerprint()).toEqual(before);
}

describe('input that names nothing to run', () => {
  test('no plan: says where it looked, asks what to run and offers a template', async () => {
    ws = new Workspace();
    await refuses(
      ['run'],
      /No plan was found. Looked for refine-logs\/EXPERIMENT_PLAN\.md, EXPERIMENT_PLAN\.md.*What should be run\? "bridge template"/,
    );
    await refuses(['run', 'other.md'], 'There is no plan at other.md, nor at refine-logs/other.md');
  });

  test('no manifest: says what is missing and what to write', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity]);
    ws.remove(manifest);
    await refuses(['run'], /no refine-logs\/experiments\.yaml was found\. Write one/);
    await refuses(['queue', 'jobs.yaml'], 'There is no run manifest at jobs.yaml');
  });

  test('a tracker with a manifest is enough', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, { id: 'a' }]);
    ws.remove(plan);
    expect((await bridge(ws, ['run', '--yes'])).code).toBe(0);
    expect(ws.ledger()).toEqual(['R0', 'a']);
  });

  test('a plan with no runs and no tracker starts nothing and says how to say what to run', async () => {
    ws = new Workspace();
    writeTallyManifest(ws, [{ id: 'a' }]);
    ws.write(plan, '# Experiment Plan: something\n\nWe shall see.\n');
    await refuses(['run', '--yes'], /EXPERIMENT_PLAN\.md:1:1: .*nothing to run.*bridge queue/);
    ws.write(plan, '');
    await refuses(['run', '--yes'], /EXPERIMENT_PLAN\.md: The plan is empty/);
  });

  test('a run that stands in the manifest only is not run, and its line is named', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, { id: 'a' }]);
    writeTallyManifest(ws, [sanity, { id: 'a' }, { id: 'invented', milestone: 'M7' }]);
    const { code, stderr } = await bridge(ws, ['run', '--yes']);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /warning: refine-logs\/experiments\.yaml:5:\d+: Run "invented" stands neither in the plan nor/,
    );
    expect(ws.ledger()).toEqual(['R0', 'a']);
  });

  test('a run of a known milestone that the tracker does not list is run, and that is said', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, { id: 'a' }]);
    writeTallyManifest(ws, [sanity, { id: 'a' }, { id: 'extra' }]);
    const { stderr } = await bridge(ws, ['run', '--yes']);
    expect(stderr).toMatch(
      /experiments\.yaml:5:\d+: Run "extra" stands neither .* It runs as a part of milestone M1/,
    );
    expect(ws.ledger().sort()).toEqual(['R0', 'a', 'extra']);
  });

  test('a run of the tracker without a job is named, the others run, and the end is not ready', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, { id: 'a' }, { id: 'b' }]);
    writeTallyManifest(ws, [sanity, { id: 'a' }]);
    const { stderr, stdout } = await bridge(ws, ['run', '--yes']);
    expect(stderr).toMatch(
      /EXPERIMENT_TRACKER\.md:7:1: Run "b" has no entry in refine-logs\/experiments\.yaml.*Add a job/,
    );
    expect(ws.ledger()).toEqual(['R0', 'a']);
    expect(stdout).toContain('Completed: 2/3 must-run');
    expect(stdout).toMatch(/Not ready/);
  });
});

describe('a manifest that cannot be run', () => {
  test.each([
    ['is no YAML', 'jobs: [', /experiments\.yaml:1:8: Not valid YAML/],
    ['is empty', '', /experiments\.yaml:1:1: The manifest is empty/],
    ['has no runs', 'jobs: []\n', /experiments\.yaml:1:1: The manifest has no runs/],
    [
      'has an id that a shell would run',
      'jobs:\n  - { id: "x; touch p", cmd: a }\n',
      /experiments\.yaml:2:11: Run id "x; touch p" is refused/,
    ],
    [
      'has an unknown placeholder',
      'jobs:\n  - { id: a, cmd: "a ${seed}" }\n',
      /experiments\.yaml:2:19: .*Unknown placeholder \$\{seed\}/,
    ],
    [
      'names an id twice',
      'jobs:\n  - { id: a, cmd: a }\n  - { id: a, cmd: b }\n',
      /experiments\.yaml:3:5: Run id "a" is already used at line 2/,
    ],
    [
      'waits in a circle',
      'jobs:\n  - { id: a, cmd: a, depends_on: b }\n  - { id: b, cmd: b, depends_on: a }\n',
      /experiments\.yaml:2:5: .*a → b → a/,
    ],
    [
      'leaves the workspace',
      'jobs:\n  - { id: a, cmd: a, expected_output: ../x }\n',
      /experiments\.yaml:2:39: .*leaves the workspace/,
    ],
    [
      'writes a number where a list belongs',
      'phases:\n  - { name: p, grid: { n: 1 }, template: { id: "a${n}", cmd: x } }\n',
      /experiments\.yaml:2:27: Grid key "n" must be a list of values\. Write "n: \[1\]"/,
    ],
    [
      'writes a bare placeholder as the reference does',
      'jobs:\n  - { id: a, cmd: a, args: { seed: ${seed} } }\n',
      /experiments\.yaml:2:\d+: .*put the placeholders in quotes, as in \{seed: "\$\{seed\}"\}/,
    ],
  ])('because it %s: file, line and column, and nothing starts', async (_, text, said) => {
    ws = new Workspace();
    ws.write(manifest, text);
    await refuses(['queue', manifest], said);
  });
});

describe('a run that cannot end well', () => {
  test('a missing script is named with the line that starts it; the other runs go on', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, { id: 'a', does: 'python3 absent.py' }, { id: 'b' }]);
    const { code, stderr } = await bridge(ws, ['run', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/experiments\.yaml:4 starts a with absent\.py, which does not exist/);
    expect(stderr).toMatch(/Write absent\.py, or correct the command in refine-logs\/experiments\.yaml:4/);
    expect(ws.ledger()).toEqual(['R0', 'b']);
    expect(statusAndNotes(ws.read(tracker), 'a')[0]).toBe('FAILED');
    expect(statusAndNotes(ws.read(tracker), 'b')[0]).toBe('DONE');
  });

  test('a script outside of the workspace is no fault', async () => {
    ws = new Workspace();
    writeTally(ws, [{ ...sanity, does: `sh ../beside.sh\n${writesResult}` }]);
    ws.write('../beside.sh', 'echo beside\n');
    expect((await bridge(ws, ['run', '--yes'])).code).toBe(0);
    expect((await bridge(ws, ['logs', 'R0'])).stdout).toBe('beside\n');
  });

  test('a command that is not found is named with what to do, where it is started and how its log is read', async () => {
    ws = new Workspace();
    writeTally(ws, [sanity, { id: 'a', does: 'pyton3 -c 1' }, { id: 'b' }]);
    const { code, stderr } = await bridge(ws, ['run', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/✕ a .*exit code 127.*pyton3.*not/);
    expect(stderr).toContain('Install pyton3');
    expect(stderr).toMatch(/started by refine-logs\/experiments\.yaml:4\. Its log: bridge logs a/);
    expect(stderr).not.toMatch(/\.\.$/m);
    expect(statusesOf(parseDocument((await bridge(ws, ['status', '--json'])).stdout))).toEqual({
      ...{ R0: 'completed', a: 'failed', b: 'completed' },
    });
  });

  test('a result file that is missing, empty, cut off, not finite, or without its key is named; the rest is kept', async () => {
    ws = new Workspace();
    const result = (text: string) => `mkdir -p out; printf '%s' '${text}' > out/$BRIDGE_RUN.json`;
    writeTally(ws, [
      sanity,
      { id: 'missing', does: 'echo wrote nothing' },
      { id: 'empty', does: result('') },
      { id: 'cut', does: result('{"score": 0.') },
      { id: 'nan', does: result('{\n"score": NaN}') },
      { id: 'other', does: result('{"scores": 1}') },
      { id: 'good' },
    ]);
    const { code, stderr } = await bridge(ws, ['run', '--yes']);
    expect(code).toBe(1);
    for (const said of [
      /✕ missing .*exited with 0, but out\/missing\.json was not written/,
      /✕ empty .*out\/empty\.json is empty/,
      /✕ cut .*out\/cut\.json:1 is cut off/,
      /✕ nan .*out\/nan\.json:2: \/score is NaN/,
      /✕ other .*out\/other\.json:1 has no "score"; it has "scores"/,
    ])
      expect(stderr).toMatch(said);
    const document = parseDocument((await bridge(ws, ['status', '--json'])).stdout);
    expect(document.jobs.map(({ id, reason }) => [id, reason])).toMatchObject([
      ['R0', null],
      ['missing', 'missing-output'],
      ['empty', expect.any(String)],
      ['cut', expect.any(String)],
      ['nan', 'nan'],
      ['other', expect.any(String)],
      ['good', null],
    ]);
    const report = ws.read('refine-logs/EXPERIMENT_RESULTS.md');
    expect(report).toMatch(/\| good \|.*\[0\.5\]/);
    expect(report).toMatch(/\| cut \| .*\| – \| FAILED \|/);
  });

  test('a result that an earlier run left is no result of this one', async () => {
    ws = new Workspace();
    writeTally(ws, [{ ...sanity, does: 'echo did nothing' }]);
    ws.write('out/R0.json', '{"score": 0.99}');
    const { code, stderr } = await bridge(ws, ['run', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain('out/R0.json is older than this attempt');
    expect(ws.read('refine-logs/EXPERIMENT_RESULTS.md')).not.toContain('0.99');
  });
});

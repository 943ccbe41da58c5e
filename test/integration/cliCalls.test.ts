import { symlinkSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { version } from '../../package.json';
import { bridge } from './harness/bridge';
import { Workspace, writeTally } from './harness/workspace';

const results = 'refine-logs/EXPERIMENT_RESULTS.md';
const sanity = { id: 'R0', milestone: 'M0' };
const verbs = [
  'run',
  'approve',
  'queue',
  'status',
  'logs',
  'cancel',
  'retry',
  'pause',
  'resume',
  'reprioritise',
].concat(['plan', 'template', 'diagnose', 'check', 'compare', 'supervise', 'verify']);

let ws: Workspace;
afterEach(() => ws.dispose());

const tally = () => {
  ws = new Workspace();
  writeTally(ws, [sanity, { id: 'a' }]);
};

describe('a call that is not understood', () => {
  test.each([
    [['runn'], /unknown command 'runn'\n\(Did you mean run\?\)/],
    [['run', '--nope'], /unknown option '--nope'/],
    [['logs'], /missing required argument 'id'/],
    [['queue'], /missing required argument 'manifest'/],
    [['status', 'x'], /too many arguments/],
    [['reprioritise', 'a'], /--priority takes a whole number/],
    [['run', '--target', 'moon'], /unknown target "moon"\. Targets are local, ssh:HOST/],
    [['run', '--set', 'compact=true'], /--set takes bridge\.KEY=JSON, not "compact=true"/],
    [['run', '--set', 'bridge.compact=yes'], /yes is not JSON/],
    [
      ['run', '--set', 'bridge.maxParallelRuns=0'],
      /bridge\.maxParallelRuns in this call is 0, which is not a value/,
    ],
    [['run', '--', 'compact:', 'maybe'], /"compact" needs true or false, not "maybe"/],
    [['run', 'EXPERIMENT_PLAN.md — compat: true'], /There is no option "compat"\. Known are codeReview/],
    [['run', '../x.md'], /the plan \.\.\/x\.md leaves the workspace/],
    [['run', '/etc/hosts'], /the plan \/etc\/hosts leaves the workspace/],
    [['run', '--manifest', '../x.yaml'], /the run manifest \.\.\/x\.yaml leaves the workspace/],
    [['status', '--workspace', 'nowhere'], /the workspace .*nowhere is not a folder/],
    [['template', 'thesis'], /no template "thesis"\. There are plan, tracker, manifest/],
  ])('%j ends with 2, one plain message and an empty stdout', async (args, said) => {
    tally();
    const { code, stdout, stderr } = await bridge(ws, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^bridge: /);
    expect(stderr).toMatch(said);
    expect(ws.has('.bridge')).toBe(false);
  });

  test('a machine that no network knows is something missing: 3', async () => {
    tally();
    const { code, stderr } = await bridge(ws, ['run', '--target', 'slurm:cluster.invalid']);
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/cluster\.invalid is not known to this network.*Nothing was started/),
    ]);
  });

  test('a plan that is a link out of the workspace is refused', async () => {
    tally();
    symlinkSync('/etc/hosts', ws.path('linked.md'));
    expect(await bridge(ws, ['run', 'linked.md'])).toMatchObject({
      ...{ code: 2, stderr: expect.stringContaining('leaves the workspace') as string },
    });
  });
});

describe('help', () => {
  test('stands on stdout, for bridge alone and for each verb, and ends with 0', async () => {
    ws = new Workspace();
    const alone = await bridge(ws, []);
    expect(alone).toMatchObject({ code: 0, stderr: '' });
    for (const verb of verbs) expect(alone.stdout).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
    const each = await Promise.all(verbs.map((verb) => bridge(ws, [verb, '--help'])));
    each.forEach(({ code, stdout }, at) => {
      expect([code, stdout.split('\n')[0]]).toEqual([
        0,
        expect.stringMatching(`^Usage: bridge ${verbs[at]}\\b`),
      ]);
      // Not what the program thinks of its defaults.
      expect(stdout).not.toMatch(/default: \[\]|undefined/);
      expect(stdout).toContain('--workspace');
    });
  });

  test('--version is the version of the package', async () => {
    ws = new Workspace();
    expect(await bridge(ws, ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('bridge template', () => {
  test('prints a plan that reads without a problem', async () => {
    ws = new Workspace();
    ws.write('PLAN.md', (await bridge(ws, ['template'])).stdout);
    const read = JSON.parse((await bridge(ws, ['plan', 'PLAN.md', '--json'])).stdout) as Record<
      string,
      unknown[]
    >;
    expect(read.problems).toEqual([]);
    expect(read.milestones).toHaveLength(3);
  });

  test('--write makes a study that can be shown at once, and keeps what is there', async () => {
    ws = new Workspace();
    ws.write('refine-logs/EXPERIMENT_TRACKER.md', 'mine');
    expect((await bridge(ws, ['template', '--write'])).stderr).toContain(
      'EXPERIMENT_TRACKER.md exists and stays',
    );
    expect(ws.read('refine-logs/EXPERIMENT_TRACKER.md')).toBe('mine');
    const { code, stdout, stderr } = await bridge(ws, ['run', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Total: 6 runs/);
    expect(stderr).toMatch(/train\.py, which does not exist/);
  });
});

describe('what is said after a dash', () => {
  test.each([
    ['one argument with an em dash', ['EXPERIMENT_PLAN.md — compact: true']],
    ['the shell’s own --', ['EXPERIMENT_PLAN.md', '--', 'compact:', 'true']],
    ['three hyphens and flags after it', ['EXPERIMENT_PLAN.md', '---', 'compact: true']],
    ['no plan', ['--', 'compact: true']],
  ])('counts, given as %s: a compact study appends each finished run to its log', async (_, words) => {
    tally();
    const { code } = await bridge(ws, ['run', ...words, '--yes']);
    expect(code).toBe(0);
    const log = ws.read('EXPERIMENT_LOG.md');
    expect(log.match(/^## (R0|a) — /gm)).toHaveLength(2);
    expect(log).toMatch(/Reproduce/);
  });

  test('language: zh makes a Chinese report with the same numbers and status words', async () => {
    tally();
    expect((await bridge(ws, ['run', '--yes', '--', 'language: zh'])).code).toBe(0);
    expect(ws.read(results)).toMatch(/[\u4e00-\u9fff]{4}/);
    expect(ws.read(results)).toMatch(/\| a \| sys \|.*\[0\.5\].*\| DONE \|/);
  });

  test('language of CLAUDE.md does the same', async () => {
    tally();
    ws.write('CLAUDE.md', '## Pipeline Status\nlanguage: zh\n');
    expect((await bridge(ws, ['run', '--yes'])).code).toBe(0);
    expect(ws.read(results)).toMatch(/[\u4e00-\u9fff]{4}/);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClientHome } from '../fakes/agentsClients';
import { SmallAuthor, type AuthorStep } from '../fakes/smallAuthor';
import { bridge, startBridge, until } from './harness/bridge';
import { Workspace } from './harness/workspace';

let workspace: Workspace;
let home: ClientHome;
let author: SmallAuthor;
let script: string;

beforeEach(() => {
  workspace = Workspace.studyLine();
  home = new ClientHome();
  author = new SmallAuthor(home);
  script = workspace.read('tools/fit.py');
  workspace.remove('tools/fit.py');
});
afterEach(async () => {
  // A run's own wrapper may still be on its way out; what an agent left would stay.
  await expect.poll(() => home.processes(), { timeout: 10_000 }).toEqual([]);
  home.dispose();
  workspace.dispose();
  expect(copies()).toEqual([]);
});

/** Copies that agents of this test worked in. */
const copies = () => author.asked().flatMap(({ cwd }) => (existsSync(cwd) ? [cwd] : []));
const env = () => ({
  HOME: home.path,
  XDG_CONFIG_HOME: workspace.configHome,
  WANDB_API_KEY: 'must-not-travel',
});
const call = (...args: string[]) => bridge(workspace, args, { env: env() });
const choose = (more: Record<string, unknown> = {}) =>
  workspace.setUser(
    Object.fromEntries(
      Object.entries({ author: author.setting, ...more }).map(([key, value]) => [`bridge.${key}`, value]),
    ),
  );
const writes = (path: string, text: string, more: { sneak?: boolean } = {}): AuthorStep => ({
  ...{ write: path, text },
  ...more,
});
const changeId = (text: string) => /Change (\w+) waits/.exec(text)?.[1] ?? '';

describe('an author agent', () => {
  test('writes what is missing in a copy; it waits as a diff, is taken, and runs to results', async () => {
    author.does({ steps: [writes('tools/fit.py', script), { say: 'Done.' }] });
    choose();
    const first = await call('run', '--yes');
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('tools/fit.py  new, +');
    expect(workspace.has('tools/fit.py')).toBe(false);
    expect(workspace.has('measured')).toBe(false);
    const { cwd, prompt, environment } = author.asked()[0]!;
    expect(cwd.startsWith(workspace.root)).toBe(false);
    expect(prompt).toContain('starts least-squares-s3 with tools/fit.py, which does not exist');
    expect(prompt.indexOf('M2')).toBeLessThan(prompt.indexOf('M3'));
    expect(environment.WANDB_API_KEY).toBeUndefined();
    const id = changeId(first.stdout);
    expect((await call('changes', id)).stdout).toContain('+++ b/tools/fit.py');
    expect((await call('take')).stdout).toContain('Taken over: tools/fit.py');
    const second = await call('run', '--yes');
    expect(second.code).toBe(0);
    // The handoff tells what the agent wrote from what was there.
    expect(second.stdout).toContain('Implemented: 1 experiment script, 2 found and used as they were');
    expect(workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toContain('DONE');
    expect(author.asked()).toHaveLength(1);
  });

  test('runs through to results at once when autoDeploy says so', async () => {
    author.does({ steps: [writes('tools/fit.py', script)] });
    choose({ autoDeploy: true });
    const { code, stderr } = await call('run');
    expect(stderr).toContain('Taken over, since bridge.autoDeploy is on: tools/fit.py');
    expect(code).toBe(0);
    expect(workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toContain('DONE');
  });

  test('writes the run manifest too where there is none', async () => {
    const manifest = workspace.read('refine-logs/experiments.yaml');
    workspace.remove('refine-logs/experiments.yaml');
    author.does({
      steps: [writes('tools/fit.py', script), writes('refine-logs/experiments.yaml', manifest)],
    });
    choose({ autoDeploy: true });
    const { code } = await call('run');
    expect(code).toBe(0);
    expect(author.asked()[0]!.prompt).toContain('refine-logs/experiments.yaml does not exist');
    expect(workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toContain('DONE');
  });

  test('that is not chosen is not asked, whatever the workspace says, and the runs that can go on do', async () => {
    workspace.write('.vscode/settings.json', JSON.stringify({ 'bridge.author': author.setting }));
    const { code, stderr } = await call('run', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain('The workspace sets bridge.author; only your own settings can');
    expect(author.asked()).toEqual([]);
    expect(workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toContain('descent');
  });

  test('that edits plan, tracker or results is refused those, and the rest can be taken', async () => {
    const plan = workspace.read('refine-logs/EXPERIMENT_PLAN.md');
    author.does({
      steps: [
        writes('refine-logs/EXPERIMENT_PLAN.md', 'easier\n', { sneak: true }),
        writes('refine-logs/EXPERIMENT_TRACKER.md', 'all done\n', { sneak: true }),
        writes('measured/median-slopes_seed3.json', '{"error": {"slope": 0}}', { sneak: true }),
        writes('.env', 'KEY=1', { sneak: true }),
        writes('tools/fit.py', script),
      ],
    });
    choose({ autoDeploy: true });
    const { code, stderr } = await call('run');
    expect(stderr).toContain('Refused: refine-logs/EXPERIMENT_PLAN.md is not an agent’s to change');
    expect(code).toBe(0);
    expect(workspace.read('refine-logs/EXPERIMENT_PLAN.md')).toBe(plan);
    expect(workspace.read('refine-logs/EXPERIMENT_TRACKER.md')).not.toContain('all done');
    expect(workspace.has('.env')).toBe(false);
    expect(workspace.read('measured/median-slopes_seed3.json')).not.toContain('"slope": 0}');
  });

  test('is told the reason when its change was rejected, and tries again only when it is called for', async () => {
    author.does({ steps: [writes('tools/fit.py', 'print("not yet")\n')] });
    choose();
    const first = await call('run', '--yes');
    const id = changeId(first.stdout);
    await call('reject', id, '--reason', 'It must really fit a line.');
    author.does({ steps: [writes('tools/fit.py', script)] });
    const second = await call('run', '--yes');
    expect(author.asked()[1]!.prompt).toContain('It must really fit a line.');
    expect(changeId(second.stdout)).not.toBe(id);
    await call('take');
    expect(workspace.read('tools/fit.py')).toBe(script);
  });

  test('runs no command before a person allowed exactly that one from another window', async () => {
    author.does({ steps: [{ run: 'echo ran > proof' }, writes('tools/fit.py', script)] });
    choose({ 'agents.permissionMinutes': 5 });
    const running = startBridge(workspace, ['run', '--yes'], { env: env() });
    await until('a permission is asked for', () => running.stderr.includes('bridge allow'));
    const listed = (await call('permissions')).stdout;
    expect(listed).toContain('echo ran > proof');
    const id = /Permission (\w+)/.exec(listed)![1]!;
    await call('allow', id);
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('proof  new');
    expect(existsSync(workspace.path(`.bridge/asks/${id}.json`))).toBe(false);
  });

  test('is denied by default where nobody answers, --yes or not, and that is said', async () => {
    author.does({ steps: [{ run: 'echo ran > proof' }, writes('tools/fit.py', script)] });
    choose({ 'agents.permissionMinutes': 0.01 });
    const { stdout, stderr } = await call('run', '--yes');
    expect(stderr).toContain('Nobody answered within 0.01 minutes, so it was denied');
    expect(stdout).not.toContain('proof');
    expect(stdout).toContain('tools/fit.py  new');
  });

  test.each([
    ['dies', [{ die: 3 }], 'ended before it could do the work'],
    [
      'answers nonsense',
      [{ nonsense: 'not JSON at all\n{"jsonrpc": \n' }, { die: 0 }],
      'ended before it could',
    ],
    ['does nothing', [], 'The agent ended and changed nothing'],
  ] satisfies [string, AuthorStep[], string][])(
    'that %s leaves the workspace as it was, and the runs that can go on do',
    async (_, steps, sentence) => {
      author.does({ steps });
      choose();
      const { code, stderr } = await call('run', '--yes');
      expect(stderr).toContain(sentence);
      expect(code).toBe(1);
      expect(workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toContain('descent');
    },
  );

  test('that is not on this machine is named, with what to do', async () => {
    workspace.setUser({ 'bridge.author': 'acp:no-such-agent --acp' });
    const { code, stderr } = await call('run', '--yes');
    expect(stderr).toContain('no-such-agent could not be started');
    expect(code).toBe(1);
  });

  test('that hangs is said to have stalled, and ends with its time; nothing of it is left', async () => {
    author.does({ steps: [{ hang: true }] });
    choose({ 'agents.stallMinutes': 0.01, 'agents.workMinutes': 0.05 });
    const { code, stderr } = await call('run', '--yes');
    expect(stderr).toContain('The agent has said nothing for');
    expect(stderr).toContain('It was not done within 0.05 minutes and was ended');
    expect(code).toBe(1);
  });

  test('of a driver that was killed is ended by the next one, and its copy is removed', async () => {
    author.does({ steps: [{ hang: true }] });
    choose();
    const killed = startBridge(workspace, ['run', '--yes'], { env: env() });
    await until('the agent is asked', () => author.asked().length > 0);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(home.processes()).not.toEqual([]);
    author.does({ steps: [writes('tools/fit.py', script)] });
    const { code, stdout } = await call('run', '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain('tools/fit.py  new');
    expect(home.processes()).toEqual([]);
  });

  test('that is interrupted with Ctrl-C leaves no process', async () => {
    author.does({ steps: [{ hang: true }] });
    choose();
    const running = startBridge(workspace, ['run', '--yes'], { env: env() });
    await until('the agent is asked', () => author.asked().length > 0);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(home.processes()).toEqual([]);
  });

  test('with traces off nothing that it was told or said is on the disk', async () => {
    author.does({
      steps: [
        { say: 'SAIDWORD' },
        { run: 'echo COMMANDWORD' },
        writes('tools/fit.py', script),
        { say: 'SAIDWORD' },
      ],
    });
    choose({ traces: 'off', 'agents.permissionMinutes': 0.01 });
    const { code } = await call('run', '--yes');
    expect(code).toBe(0);
    const kept = readdirSync(workspace.path('.bridge'), { recursive: true, encoding: 'utf8' }).filter(
      (name) => {
        try {
          return /SAIDWORD|COMMANDWORD|You write the code/.test(
            readFileSync(workspace.path(`.bridge/${name}`), 'utf8'),
          );
        } catch {
          return false;
        }
      },
    );
    expect(kept).toEqual([]);
    expect(workspace.has('.aris')).toBe(false);
  });
});

describe('without an author and without a run manifest', () => {
  test('a draft from the commands of the plan waits as a diff, is taken, and runs', async () => {
    workspace.write('tools/fit.py', script);
    workspace.remove('refine-logs/experiments.yaml');
    workspace.write(
      'refine-logs/EXPERIMENT_PLAN.md',
      '# Plan: descent\n\n## Run Order and Milestones\n| Milestone | Goal | Runs | Decision Gate | Cost | Risk |\n|---|---|---|---|---|---|\n| M0: Sanity | goal | R1: `python3 tools/check_descent.py --out measured/R1.csv` | none | 0 | none |\n',
    );
    workspace.write(
      'refine-logs/EXPERIMENT_TRACKER.md',
      '| Run ID | Milestone | Purpose | System / Variant | Split | Metrics | Priority | Status | Notes |\n|---|---|---|---|---|---|---|---|---|\n| R1 | M0 | p | descent | all | x | MUST-RUN | TODO | |\n',
    );
    const first = await call('run', '--yes');
    expect(first.stdout).toContain('refine-logs/experiments.yaml  new');
    expect(first.code).toBe(0);
    await call('take');
    expect(workspace.read('refine-logs/experiments.yaml')).toContain(
      'python3 tools/check_descent.py --out measured/R1.csv',
    );
    const second = await call('run', '--yes');
    expect(second.stderr).toContain('✓ R1');
    expect(workspace.has('measured/R1.csv')).toBe(true);
  });

  test('and without a command anywhere, nothing is made and the message says what to write', async () => {
    workspace.remove('refine-logs/experiments.yaml');
    const before = workspace.fingerprint();
    const { code, stderr } = await call('run', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('Nothing says how the runs are started');
    expect(workspace.fingerprint()).toEqual(before);
  });
});

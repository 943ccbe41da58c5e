import { cpSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClientHome, providerConfig } from '../fakes/agentsClients';
import {
  says,
  startScriptedModel,
  type ModelRequest,
  type ScriptedModel,
  type Step,
} from '../fakes/scriptedModel';
import { realClients } from './agentsInstall';
import { bridge, startBridge, until } from './harness/bridge';
import { Workspace } from './harness/workspace';

const programs = realClients('codex-mcp', 'codex');

let workspace: Workspace;
let home: ClientHome;
let model: ScriptedModel;
let script: (request: ModelRequest) => Step;

beforeEach(async () => {
  workspace = new Workspace();
  cpSync('test/fixtures/wrong-study', workspace.root, { recursive: true });
  home = new ClientHome();
  script = () => says(JSON.stringify(review()));
  model = await startScriptedModel((request) => script(request));
});
afterEach(async () => {
  await model.close();
  // A run's own wrapper may still be on its way out; what a reviewer left would stay.
  await expect.poll(() => home.processes(), { timeout: 30_000 }).toEqual([]);
  home.dispose();
  workspace.dispose();
});

/** Line of the first line that holds a text. */
function lineOf(file: string, text: string): number {
  const index = workspace
    .read(file)
    .split('\n')
    .findIndex((line) => line.includes(text));
  if (index < 0) throw new Error(`${file} does not hold ${text}`);
  return index + 1;
}

/** What an attentive reviewer says about the wrong study. */
function review(change: Record<string, unknown> = {}) {
  const finding = (severity: string, file: string, text: string, check: string, title: string) => ({
    ...{ severity, file, line: lineOf(file, text), endLine: lineOf(file, text) + 1, title, check },
    ...{ why: 'As the plan says.', fix: 'Do as the plan says.', patch: null },
  });
  return {
    findings: [
      finding('MINOR', 'train.py', 'import random', 'method', 'Data is made up'),
      finding('MAJOR', 'train.py', 'random.random()', 'stability', 'The seed argument is never used'),
      finding('CRITICAL', 'evaluate.py', 'teacher.predict', 'ground-truth', 'Evaluated against the teacher'),
      finding('CRITICAL', 'train.py', 'test = rows[:50]', 'logic', 'Test rows are training rows'),
    ],
    groundTruth: {
      ...{ answer: 'no', evaluationType: 'synthetic_proxy', sameForAllMethods: true, officialScript: 'none' },
      ...{ file: 'evaluate.py', line: lineOf('evaluate.py', 'teacher.predict') },
    },
    ...change,
  };
}

/** Settings as a person writes them for the headless host. */
function choose(reviewers: readonly string[], path: string, more: Record<string, unknown> = {}): void {
  workspace.setUser({
    'bridge.reviewers': reviewers,
    'bridge.codex.path': path,
    'bridge.codex.config': providerConfig(model.url),
    ...Object.fromEntries(Object.entries(more).map(([key, value]) => [`bridge.${key}`, value])),
  });
}

const env = () => ({ HOME: home.path, CODEX_HOME: home.codexHome, MOCK_KEY: 'dummy-key-0123' });
const call = (...args: string[]) => bridge(workspace, args, { env: env() });

interface Printed {
  findings: { severity: string; file: string; line: number; endLine: number; id: string; place: string }[];
  groundTruth: { answer: string; line: number } | null;
  reviewer: string;
  model: string;
  round: number;
  stale: boolean;
  waivers: { reason: string }[];
  tracePath: string | null;
  unread: string | null;
}
const places = (printed: Printed) =>
  printed.findings.map(({ severity, file, line }) => `${severity} ${file}:${line}`);
const expectedPlaces = () => [
  `CRITICAL evaluate.py:${lineOf('evaluate.py', 'teacher.predict')}`,
  `CRITICAL train.py:${lineOf('train.py', 'test = rows[:50]')}`,
  `MAJOR train.py:${lineOf('train.py', 'random.random()')}`,
  `MINOR train.py:${lineOf('train.py', 'import random')}`,
];

describe.skipIf(programs === null)('bridge review with real clients', () => {
  const carriers = programs
    ? ([
        ['codex-mcp', programs['codex-mcp'], 'codex-mcp-server 0.153'],
        ['codex-exec', programs.codex, 'codex-cli 0.169'],
      ] as const)
    : [];

  test.each(carriers)(
    '%s: findings of a wrong study stand at their lines, exit code 1',
    async (id, path, name) => {
      choose([id], path);
      // The client really looks into a file before it answers.
      const reading = { type: 'function_call', call_id: 'c1', name: 'exec_command' };
      script = ({ toolsUsed }) =>
        toolsUsed === 0
          ? { items: [{ ...reading, arguments: JSON.stringify({ cmd: 'cat -n evaluate.py' }) }] }
          : says(JSON.stringify(review()));
      const { code, stdout, stderr } = await call('review', '--json');
      expect(stderr).toContain(`gpt-5.4 reviews the code`);
      expect(code).toBe(1);
      const printed = JSON.parse(stdout) as Printed;
      expect(places(printed)).toEqual(expectedPlaces());
      expect(printed).toMatchObject({ model: 'gpt-5.4', round: 1, stale: false, waivers: [], unread: null });
      expect(printed.reviewer).toContain(name);
      expect(printed.groundTruth).toMatchObject({
        answer: 'no',
        line: lineOf('evaluate.py', 'teacher.predict'),
      });
      // The tool's output went back to the model: the file was read by the client itself.
      expect(JSON.stringify((await model.question(2)).body)).toContain(
        'def accuracy(student, teacher, rows)',
      );
    },
  );

  test.each(carriers)(
    '%s: the request holds paths and the task, and nothing of the author’s opinion',
    async (id, path) => {
      workspace.write('CLAUDE.md', 'The author finds this code flawless.');
      workspace.write(
        '.agents/skills/praise/SKILL.md',
        '---\nname: praise\ndescription: flawless\n---\nflawless',
      );
      choose([id], path);
      expect((await call('review')).code).toBe(1);
      const sent = model.sent();
      for (const path of [
        'refine-logs/EXPERIMENT_PLAN.md',
        'refine-logs/FINAL_PROPOSAL.md',
        'evaluate.py',
        'model.py',
      ])
        expect(sent).toContain(path);
      expect(sent).not.toContain('flawless');
      expect(sent).not.toContain('I checked');
      expect(sent).not.toContain('def accuracy');
    },
  );

  test.each(carriers)('%s: with traces off nothing of what was said is on the disk', async (id, path) => {
    choose([id], path, { traces: 'off' });
    script = () => says(JSON.stringify({ ...review(), note: 'ANSWERWORD' }));
    const printed = JSON.parse((await call('review', '--json')).stdout) as Printed;
    expect(printed.findings).toHaveLength(4);
    expect(printed.tracePath).toBeNull();
    expect(home.filesWith('You review the code of a machine-learning study')).toEqual([]);
    expect(home.filesWith('ANSWERWORD')).toEqual([]);
    expect(workspace.has('.aris')).toBe(false);
  });

  test('a Codex without its MCP server is passed over for codex exec, and it is said', async () => {
    choose(['codex-mcp', 'codex-exec'], programs!.codex);
    const { stdout, stderr } = await call('review', '--json');
    expect(stderr).toMatch(/codex-mcp: .*does not answer as an MCP server/);
    expect((JSON.parse(stdout) as Printed).reviewer).toContain('codex-cli');
  });
});

describe('a review', () => {
  const small = (more: Record<string, unknown> = {}) => choose(['codex-mcp'], home.smallCodex(), more);

  test('is not asked for, and nothing is sent, before the person chose a reviewer', async () => {
    const none = await call('review');
    expect(none.code).toBe(3);
    expect(none.stderr).toContain('bridge.reviewers');
    workspace.write('.vscode/settings.json', JSON.stringify({ 'bridge.reviewers': ['codex-exec'] }));
    const theirs = await call('review');
    expect(theirs.code).toBe(3);
    expect(theirs.stderr).toContain('The workspace sets bridge.reviewers; only your own settings can');
    expect(model.requests).toEqual([]);
  });

  test('stops a study with something critical before anything runs, until it is mended', async () => {
    small();
    const stopped = await call('run', '--yes');
    expect(stopped.code).toBe(1);
    expect(stopped.stdout).toContain('CRITICAL evaluate.py');
    expect(workspace.has('results')).toBe(false);

    workspace.edit('evaluate.py', 'target = teacher.predict(x)', 'target = label');
    script = () =>
      says(
        JSON.stringify(review({ findings: review().findings.filter((each) => each.severity === 'MAJOR') })),
      );
    workspace.edit('evaluate.py', '"""Share', '"""teacher.predict is not used here. Share');
    const mended = await call('run', '--yes');
    expect(mended.stderr).toContain('round 2');
    expect(workspace.has('results/R002.json')).toBe(true);
    const results = workspace.read('refine-logs/EXPERIMENT_RESULTS.md');
    expect(results).toContain('Review by gpt-5.4 (codex mcp), round 2: 0 critical, 1 major, 0 minor');
  });

  test('is not asked twice about the same content; after two critical rounds the person decides', async () => {
    small();
    expect((await call('run', '--yes')).code).toBe(1);
    expect((await call('run', '--yes')).code).toBe(1);
    const questions = () => model.requests.filter((request) => request.method === 'POST').length;
    expect(questions()).toBe(1);
    workspace.edit('train.py', 'default=20', 'default=21');
    expect((await call('run', '--yes')).code).toBe(1);
    expect(questions()).toBe(2);
    workspace.edit('train.py', 'default=21', 'default=22');
    expect((await call('run', '--yes')).code).toBe(1);
    expect(questions()).toBe(2);
    const status = (await call('status', '--json')).stdout;
    expect(status).not.toContain('"completed"');
  });

  test('lets what was waived with a reason go on, and the results repeat the reason', async () => {
    small();
    expect((await call('run', '--yes')).code).toBe(1);
    const { findings } = JSON.parse((await call('review', '--json')).stdout) as Printed;
    for (const { id } of findings.filter((each) => each.severity === 'CRITICAL'))
      expect((await call('review', '--waive', id, '--reason', 'a demonstration')).code).toBe(0);
    expect((await call('review', '--waive', findings[0]!.id)).code).toBe(2);
    await call('run', '--yes');
    expect(workspace.has('results/R002.json')).toBe(true);
    expect(workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toContain(
      '2 critical waived: “Evaluated against the teacher”, because a demonstration',
    );
  });

  test('that nobody can give is said plainly, and the study goes on', async () => {
    choose(['codex-mcp', 'codex-exec', 'vscode-lm', 'openai'], '/nowhere/codex');
    await call('run', '--yes');
    expect(workspace.has('results/R002.json')).toBe(true);
    expect(workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toContain(
      'No reviewer could be reached, so no other model has read this code',
    );
  });

  test('of which nothing can be read is kept verbatim, and the next reviewer is asked', async () => {
    small();
    script = () => says('I like it. {"findings": [{"severity": "CRIT');
    const unread = await call('review', '--json');
    expect(unread.code).toBe(1);
    expect((JSON.parse(unread.stdout) as Printed).unread).toBe('I like it. {"findings": [{"severity": "CRIT');
    expect(model.requests).toHaveLength(2);

    choose(['codex-mcp', 'codex-exec'], home.smallCodex());
    script = ({ before }) => (before < 4 ? says('I like it.') : says(JSON.stringify(review())));
    const next = await call('review', '--json');
    expect(next.stderr).toContain('nothing of it could be read');
    expect(places(JSON.parse(next.stdout) as Printed)).toEqual(expectedPlaces());
  });

  test('keeps findings for files that are not there or lie outside, and points nowhere with them', async () => {
    small();
    const [first] = review().findings;
    const at = (file: string, line: number) => ({ ...first, file, line, title: `${file}:${line}` });
    const findings = [
      at(`${workspace.root}/evaluate.py`, 5),
      at('gone.py', 1),
      at('evaluate.py', 999),
      at('../../etc/passwd', 1),
      at('/etc/passwd', 1),
      at('refine-logs/../../x', 1),
    ];
    script = () => says(JSON.stringify(review({ findings })));
    const { code, stdout } = await call('review', '--json');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Printed).findings.map(({ file, place }) => `${file} ${place}`)).toEqual([
      'evaluate.py found',
      'gone.py no-such-file',
      'evaluate.py no-such-line',
      '../../etc/passwd outside',
      '/etc/passwd outside',
      'refine-logs/../../x outside',
    ]);
  });

  test('that takes longer than its deadline is given up, and no process is left', async () => {
    small({ 'review.deadlineMinutes': 0.02 });
    script = () => 'hang';
    const { code, stderr } = await call('review');
    expect(code).toBe(3);
    expect(stderr).toContain('No answer came within 1 seconds');
    expect(home.processes()).toEqual([]);
  });

  test('that is interrupted leaves no process, and is due again', async () => {
    small();
    script = () => 'hang';
    const running = startBridge(workspace, ['run', '--yes'], { env: env() });
    await model.question(1);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    await until('the client is gone', () => home.processes().length === 0);
    script = () => says(JSON.stringify(review()));
    expect((await call('run', '--yes')).code).toBe(1);
  });

  test('stands at the checkpoint with its answer about ground truth, and is marked stale by an edit', async () => {
    small();
    script = () => says(JSON.stringify(review({ findings: [] })));
    expect((await call('run')).code).toBe(0);
    workspace.edit('model.py', '0.02', '0.03');
    expect((await call('approve')).code).toBe(1);
    const { stdout } = await call('status', '--json');
    expect(stdout).toContain('The code was edited since.');
    expect(stdout).toContain('does NOT use the data set’s own labels (evaluate.py:');
  });

  test('is traced in full, with secrets taken out, where git does not look', async () => {
    small();
    script = () =>
      says(JSON.stringify({ ...review(), note: 'key dummy-key-0123 and sk-abcdefghijklmnop1234' }));
    const { tracePath } = JSON.parse((await call('review', '--json')).stdout) as Printed;
    expect(tracePath).toMatch(
      /^\.aris\/traces\/experiment-bridge\/\d{4}-\d\d-\d\d_run01\/001-review-round-1\.response\.md$/,
    );
    const answer = workspace.read(tracePath!);
    expect(answer).toContain('"findings"');
    expect(answer).not.toMatch(/dummy-key-0123|sk-abc/);
    const base = tracePath!.replace('.response.md', '');
    expect(JSON.parse(workspace.read(`${base}.request.json`))).toMatchObject({ model: 'gpt-5.4' });
    expect(JSON.parse(workspace.read(`${base}.meta.json`))).toMatchObject({
      status: 'ok',
      thread_id: 'thread-1',
    });
    expect(workspace.read('.aris/traces/.gitignore')).toBe('*\n');
    expect(JSON.parse(workspace.read('.aris/meta/events.jsonl'))).toEqual({
      ...{ event: 'review_trace', skill: '/experiment-bridge', purpose: 'review-round-1' },
      ...{ thread_id: 'thread-1', trace_path: tracePath, status: 'ok' },
    });
    small({ traces: 'meta' });
    const meta = (JSON.parse((await call('review', '--json')).stdout) as Printed).tracePath!;
    expect(meta).toContain('_run02/001-');
    expect(workspace.has(meta)).toBe(true);
    expect(workspace.has(meta.replace('.meta.json', '.response.md'))).toBe(false);
  });

  test('by a model of the author’s own family is passed over, unless the person lets it, and then it is marked', async () => {
    small({ author: 'acp:codex-acp' });
    const refused = await call('review');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('same family as the author');
    expect(model.requests).toEqual([]);
    small({ author: 'acp:codex-acp', 'review.sameFamily': true });
    expect((await call('review')).stdout).toContain('of the author’s own model family');
  });
});

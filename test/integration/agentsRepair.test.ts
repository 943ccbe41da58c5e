import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClientHome, providerConfig } from '../fakes/agentsClients';
import { says, startScriptedModel, type ScriptedModel } from '../fakes/scriptedModel';
import { SmallAuthor } from '../fakes/smallAuthor';
import { bridge, startBridge, until } from './harness/bridge';
import { Workspace, writeTally } from './harness/workspace';

let workspace: Workspace;
let home: ClientHome;
let author: SmallAuthor;
let model: ScriptedModel;
let opinions: string[];

const good =
  'import json, os\nos.makedirs("out", exist_ok=True)\njson.dump({"score": 0.5}, open("out/S.json", "w"))\n';
const noModule = 'import shapes_of_mine\n';
const wrongShape =
  'import sys\nprint("Traceback (most recent call last):\\n  File \\"sanity.py\\", line 9, in <module>", file=sys.stderr)\nprint("ValueError: shapes (3,4) and (3,4) not aligned: 4 (dim 1) != 3 (dim 0)", file=sys.stderr)\nsys.exit(1)\n';

beforeEach(async () => {
  workspace = new Workspace();
  home = new ClientHome();
  author = new SmallAuthor(home);
  opinions = [];
  model = await startScriptedModel(({ body }) => {
    const asked = JSON.stringify(body);
    if (!asked.includes('Say why: find the root cause')) return says('{"findings": [], "groundTruth": null}');
    opinions.push(asked);
    return says(
      JSON.stringify({
        ...{ cause: 'The matrix is not transposed.', where: 'code', advice: 'Transpose it.' },
        ...{ file: 'sanity.py', line: 1 },
      }),
    );
  });
  writeTally(workspace, [
    { id: 'S', milestone: 'M0', does: 'python3 sanity.py' },
    { id: 'A', milestone: 'M1' },
  ]);
  workspace.write('sanity.py', noModule);
});
afterEach(async () => {
  await model.close();
  // A run's own wrapper may still be on its way out; what an agent left would stay.
  await expect.poll(() => home.processes(), { timeout: 10_000 }).toEqual([]);
  home.dispose();
  workspace.dispose();
});

const env = () => ({ HOME: home.path, CODEX_HOME: home.codexHome, MOCK_KEY: 'dummy-key-0123' });
const call = (...args: string[]) => bridge(workspace, args, { env: env() });
const choose = (more: Record<string, unknown> = {}) =>
  workspace.setUser(
    Object.fromEntries(
      Object.entries({ author: author.setting, autoDeploy: true, ...more }).map(([key, value]) => [
        `bridge.${key}`,
        value,
      ]),
    ),
  );
const report = () => workspace.read('refine-logs/SANITY_REPAIRS.md');

describe('a run of sanity that fails', () => {
  test('for a missing module and then for a wrong shape is repaired within three attempts, and the study goes on', async () => {
    author.does(
      { when: 'not aligned', steps: [{ write: 'sanity.py', text: good }] },
      { when: 'shapes_of_mine', steps: [{ write: 'sanity.py', text: wrongShape }] },
    );
    choose({
      ...{ reviewers: ['codex-mcp'], codeReview: false, 'codex.path': home.smallCodex() },
      'codex.config': providerConfig(model.url),
    });
    const { code, stderr } = await call('run');
    expect(stderr).toContain('repairs S (repair 1 of 3)');
    expect(stderr).toContain('repairs S (repair 2 of 3)');
    expect(code).toBe(0);
    expect(workspace.ledger()).toEqual(['S', 'S', 'S', 'A']);
    // The second opinion comes from code and log, by path, and not from what the author said.
    expect(opinions).toHaveLength(1);
    expect(opinions[0]).toContain('sanity.py');
    expect(opinions[0]).toContain('refine-logs/sanity-repairs/S-2.log');
    expect(author.asked()[1]!.prompt).toContain('The matrix is not transposed.');
    expect(report()).toContain('### Repair 1: patch');
    expect(report()).toContain('missing-module');
    expect(report()).toContain('-import shapes_of_mine');
    expect(report()).toContain('**Second opinion** by gpt-5.4');
  });

  test('and cannot be repaired stops the study after three repairs, with the report of all of them', async () => {
    workspace.write('sanity.py', wrongShape);
    author.does({ steps: [{ write: 'notes.py', text: 'print(1)\n' }] });
    choose();
    const { code, stderr } = await call('run');
    expect(code).toBe(1);
    expect(stderr).toContain('S could not be repaired');
    expect(workspace.ledger().includes('A')).toBe(false);
    expect(report()).toContain('### Repair 3');
    expect(report()).toContain('**Given up**');
    expect(stderr).toContain('No second opinion: No reviewer is configured');
  });

  test('whose clean rewrites fail alike names plan or environment as the likely cause', async () => {
    workspace.write('sanity.py', wrongShape);
    const again = (mark: number) => `${wrongShape}# ${mark}\n`;
    author.does(
      { when: 'repair 2 (rewrite)', steps: [{ write: 'sanity.py', text: again(3) }] },
      { when: 'repair 1 (patch)', steps: [{ write: 'sanity.py', text: again(2) }] },
      { steps: [{ write: 'sanity.py', text: again(1) }] },
    );
    choose();
    const { code, stderr } = await call('run');
    expect(code).toBe(1);
    expect(author.asked()[1]!.prompt).toContain('write sanity.py anew from the plan');
    expect(stderr).toContain('plan or environment is the likely cause');
    expect(report()).toContain('### Repair 3: rewrite');
  });

  test('is never repaired by a change of the science without asking, autoDeploy or not', async () => {
    workspace.write('sanity.py', `lr = 0.1\nbatch_size = 64\n${wrongShape}`);
    author.does({ steps: [{ write: 'sanity.py', text: `lr = 0.01\nbatch_size = 64\n${good}` }] });
    choose();
    const { code, stdout, stderr } = await call('run', '--yes');
    expect(code).toBe(0);
    expect(stderr).toContain('It departs from the plan');
    expect(stdout).toContain('Departs from the plan: the learning rate in sanity.py:1');
    expect(workspace.read('sanity.py')).toContain('lr = 0.1\n');
    await call('take');
    const after = await call('run');
    expect(after.code).toBe(0);
    expect(report()).toContain('**Departs from the plan**: learning-rate in sanity.py:1');
  });

  test('for a well-known module asks to install exactly that, and the author is asked when it is denied', async () => {
    workspace.write('sanity.py', 'import torch_geometric\n');
    author.does({ steps: [{ write: 'sanity.py', text: good }] });
    choose({ 'agents.permissionMinutes': 5 });
    const running = startBridge(workspace, ['run'], { env: env() });
    await until('an installation is asked for', () => running.stderr.includes('bridge allow'));
    const listed = (await call('permissions')).stdout;
    expect(listed).toContain('python3 -m pip install torch-geometric');
    await call('deny', /Permission (\w+)/.exec(listed)![1]!);
    expect((await running.ended).code).toBe(0);
    expect(author.asked()).toHaveLength(1);
  });

  test('for a path that leads elsewhere is mended in the manifest, without any agent', async () => {
    workspace.write('tools/inner.py', good);
    writeTally(workspace, [
      { id: 'S', milestone: 'M0', does: 'cd . && python3 wrong/inner.py' },
      { id: 'A', milestone: 'M1' },
    ]);
    author.does({ steps: [{ die: 1 }] });
    choose();
    const { code, stdout, stderr } = await call('run');
    expect(stdout + stderr).not.toContain('could not be repaired');
    expect(code).toBe(0);
    expect(workspace.read('refine-logs/experiments.yaml')).toContain('tools/inner.py');
    expect(author.asked()).toEqual([]);
  });

  test('keeps plan, tracker and results when its repair would delete them', async () => {
    author.does({
      steps: [
        { remove: 'refine-logs/EXPERIMENT_PLAN.md' },
        { remove: 'refine-logs/experiments.yaml' },
        { write: 'sanity.py', text: good },
      ],
    });
    choose();
    const { code, stderr } = await call('run');
    expect(stderr).toContain('a repair does not delete refine-logs/EXPERIMENT_PLAN.md');
    expect(code).toBe(0);
    expect(workspace.has('refine-logs/EXPERIMENT_PLAN.md')).toBe(true);
    expect(workspace.has('refine-logs/experiments.yaml')).toBe(true);
  });
});

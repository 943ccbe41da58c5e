import { afterEach, beforeEach, expect, test } from 'vitest';
import { ClientHome, providerConfig } from '../fakes/agentsClients';
import { says, startScriptedModel, type ScriptedModel } from '../fakes/scriptedModel';
import { SmallAuthor, type AuthorStep } from '../fakes/smallAuthor';
import { bridge } from './harness/bridge';
import { Workspace } from './harness/workspace';

let workspace: Workspace;
let home: ClientHome;
let model: ScriptedModel;
let asked: string[];

beforeEach(async () => {
  workspace = Workspace.studyLine();
  home = new ClientHome();
  asked = [];
  model = await startScriptedModel(({ body }) => {
    const text = JSON.stringify(body);
    asked.push(text);
    if (text.includes('Design the ablations'))
      return says(
        JSON.stringify({
          ablations: [
            {
              name: 'mean',
              tests: 'The mean in place of the median.',
              expected: 'Worse.',
              priority: 2,
              gpuHours: null,
            },
            {
              name: 'pairs',
              tests: 'Half of the pairs.',
              expected: 'About the same.',
              priority: 1,
              gpuHours: 0,
            },
          ],
        }),
      );
    if (text.includes('no program can judge'))
      return says('{"verdict": "partial", "why": "Half of it is there."}');
    const groundTruth = { answer: 'yes', evaluationType: 'simulation_only', sameForAllMethods: true };
    return says(
      JSON.stringify({
        findings: [],
        groundTruth: { ...groundTruth, officialScript: 'none', file: null, line: null },
      }),
    );
  });
  workspace.setUser({
    'bridge.reviewers': ['codex-mcp'],
    'bridge.codex.path': home.smallCodex(),
    'bridge.codex.config': providerConfig(model.url),
  });
});
afterEach(async () => {
  await model.close();
  await expect.poll(() => home.processes(), { timeout: 10_000 }).toEqual([]);
  home.dispose();
  workspace.dispose();
});

const call = (...args: string[]) =>
  bridge(workspace, args, {
    env: { HOME: home.path, CODEX_HOME: home.codexHome, MOCK_KEY: 'dummy-key-0123' },
  });

test('a positive main result gets ablations, once, as a diff of plan and tracker that waits for a person', async () => {
  const plan = workspace.read('refine-logs/EXPERIMENT_PLAN.md');
  expect((await call('run', '--yes')).code).toBe(0);
  expect(workspace.read('refine-logs/EXPERIMENT_PLAN.md')).toBe(plan);
  const listed = (await call('changes')).stdout;
  expect(listed).toContain('2 ablations of the main result');
  expect(listed).toContain('refine-logs/EXPERIMENT_TRACKER.md');
  await call('take');
  expect(workspace.read('refine-logs/EXPERIMENT_PLAN.md')).toContain('**ABL01: pairs** (priority 1)');
  expect(workspace.read('refine-logs/EXPERIMENT_TRACKER.md')).toMatch(/\| ABL02 \|/);
  await call('run', '--yes');
  expect(asked.filter((text) => text.includes('Design the ablations'))).toHaveLength(1);
});

/** An author that says what ablations cost, whatever else it does. */
function authorThat(...steps: readonly AuthorStep[]): SmallAuthor {
  const author = new SmallAuthor(home);
  author.does({ when: 'what each ablation below would cost', steps });
  workspace.setUser({
    ...{ 'bridge.author': author.setting, 'bridge.reviewers': ['codex-mcp'] },
    ...{ 'bridge.codex.path': home.smallCodex(), 'bridge.codex.config': providerConfig(model.url) },
  });
  return author;
}

test('what ablations cost is judged by the author, in GPU-hours, and stands in the diff of the plan', async () => {
  const costs = [
    { id: 'ABL01', gpuHours: 0.25, why: 'Half of the pairs, so half of the time.' },
    { id: 'ABL02', gpuHours: null, why: 'A new estimator has to be written.' },
  ];
  const author = authorThat(
    { write: 'tools/fit.py', text: 'print("spoilt")\n' },
    { say: JSON.stringify({ costs }) },
  );
  expect((await call('run', '--yes')).code).toBe(0);
  // It is told what was designed, and reads the code itself; what it wrote all the same is nowhere.
  expect(author.asked()[0]!.prompt).toContain('"tests":"Half of the pairs."');
  expect((await call('changes')).stdout).not.toContain('tools/fit.py');
  await call('take');
  const plan = workspace.read('refine-logs/EXPERIMENT_PLAN.md');
  expect(plan).toMatch(
    /\*\*ABL01: pairs\*\* \(priority 1\).*Expected if it matters: About the same\. Cost: 0\.25 GPU-h\. Half of the pairs, so half of the time\./,
  );
  expect(plan).toMatch(/\*\*ABL02: mean\*\* \(priority 2\).*Cost: A new estimator has to be written\./);
});

test.each([
  ['dies', { die: 3 }],
  ['answers in words', { say: 'Not much.' }],
] satisfies [string, AuthorStep][])(
  'an author that %s about the cost leaves the estimate to the one that designed them',
  async (_, step) => {
    authorThat(step);
    expect((await call('run', '--yes')).code).toBe(0);
    await call('take');
    const plan = workspace.read('refine-logs/EXPERIMENT_PLAN.md');
    expect(plan).toMatch(/\*\*ABL01: pairs\*\* \(priority 1\).*Cost: 0 GPU-h\./);
    expect(plan).toContain(
      '| M4: Ablations | Which component the main result is owed to | ABL01, ABL02 | none | not estimated |',
    );
  },
);

test('a main result that is not positive gets none, and that is said', async () => {
  workspace.edit('refine-logs/EXPERIMENT_PLAN.md', 'slope error < 0.1', 'slope error < 0.0000001');
  const { stderr } = await call('run', '--yes');
  expect(stderr).toContain('so no ablations are designed');
  expect(asked.filter((text) => text.includes('Design the ablations'))).toEqual([]);
});

test('a criterion that no program can read is judged by a model, and shown as its word', async () => {
  const plan = workspace.read('refine-logs/EXPERIMENT_PLAN.md');
  const criterion = /[-*] \**Success criterion\**:?\**:? *(.+)/i.exec(plan)![1]!;
  workspace.write(
    'refine-logs/EXPERIMENT_PLAN.md',
    plan.replace(criterion, 'The figure looks convincing to an expert.'),
  );
  await call('run', '--yes');
  expect(workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toMatch(
    /looks convincing to an expert.*in the judgement of the model gpt-5\.4 \(codex mcp\): partial\. Half of it is there/,
  );
});

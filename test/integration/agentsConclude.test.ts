import { afterEach, beforeEach, expect, test } from 'vitest';
import { ClientHome, providerConfig } from '../fakes/agentsClients';
import { says, startScriptedModel, type ScriptedModel } from '../fakes/scriptedModel';
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

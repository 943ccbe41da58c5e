import { describe, expect, it } from 'vitest';
import { defaultOptions } from '../../../src/core/run/options';
import { withNotes } from '../../../src/engine/stages/notedOptions';
import { loadStudy } from '../../../src/engine/stages/parse';

const plan = (runs: string) => `# Plan
| Milestone | Goal | Runs | Decision Gate | Cost |
|---|---|---|---|---|
| M1: Baseline | number | R001 | none | 0 |
| M2: Main method | method | ${runs} | none | 0 |
`;
const manifest = `jobs:
  - { id: R001, milestone: M1, cmd: "true", expected_output: a }
  - { id: R002, milestone: M1, cmd: "true", expected_output: b }
`;

async function problemsOf(runs: string) {
  const texts = new Map([
    ['refine-logs/EXPERIMENT_PLAN.md', plan(runs)],
    ['refine-logs/experiments.yaml', manifest],
  ]);
  const loaded = await loadStudy(
    { read: async (path) => texts.get(path) ?? null },
    { kind: 'plan', plan: null, tracker: null, manifest: null, target: 'local', options: defaultOptions },
  );
  return loaded.problems.filter(({ code }) => code === 'manifest.milestone-differs');
}

describe('a run that plan and manifest put under different milestones', () => {
  it('is named at its place in the manifest, with what counts', async () => {
    const [problem, ...others] = await problemsOf('R002');
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ severity: 'warning', file: 'refine-logs/experiments.yaml' });
    expect(problem?.span?.start.line).toBe(3);
    expect(problem?.message).toContain('stands under M2 in the plan and belongs to M1 here');
  });

  it('is no problem where both agree, or where the plan lists it in both', async () => {
    expect(await problemsOf('R003')).toEqual([]);
    expect(await problemsOf('R001')).toEqual([]);
  });
});

describe('what the project’s notes say of money', () => {
  const notes = '## Vast.ai\n- gpu: vast\n- max_budget: $5\n';
  const capOf = (usd: number | null, text: string | null) =>
    withNotes({ ...defaultOptions, 'budget.usd': usd }, text)['budget.usd'] ?? null;

  it('lowers the cap, and never raises it', () => {
    expect(capOf(null, notes)).toBe(5);
    expect(capOf(20, notes)).toBe(5);
    expect(capOf(2, notes)).toBe(2);
    expect(capOf(2, null)).toBe(2);
    expect(capOf(null, '# Notes\n')).toBeNull();
  });
});

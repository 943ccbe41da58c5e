import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freeIds, planWithAblations, trackerWithAblations } from '../../../../src/core/plan/appendAblations';
import { parsePlan } from '../../../../src/core/plan/parsePlan';
import { parseTracker } from '../../../../src/core/plan/parseTracker';

const read = (name: string) => readFileSync(`test/fixtures/study-line/refine-logs/${name}`, 'utf8');
const plan = read('EXPERIMENT_PLAN.md');
const tracker = read('EXPERIMENT_TRACKER.md');
const proposals = ['ABL01', 'ABL02'].map((id) => ({
  ...{
    id,
    name: `without | ${id}`,
    tests: 'the median',
    expected: 'worse',
    priority: 1,
    gpuHours: 0.5,
    cost: '',
  },
}));

test('ablations stand as a milestone of their own at the end of the plan, which reads as before otherwise', () => {
  const text = planWithAblations(plan, 'M9', proposals);
  expect(text.startsWith(plan)).toBe(true);
  const parsed = parsePlan(text);
  expect(parsed.milestones.map(({ id }) => id)).toEqual([
    ...parsePlan(plan).milestones.map(({ id }) => id),
    'M9',
  ]);
  expect(parsed.milestones.at(-1)).toMatchObject({ kind: 'ablation', runs: ['ABL01', 'ABL02'] });
});

test('the tracker gets a row for each in its own columns, and nothing else of it changes', () => {
  const text = trackerWithAblations(tracker, 'M9', proposals)!;
  const added = text.split('\n').filter((line) => !tracker.split('\n').includes(line));
  expect(added).toHaveLength(2);
  expect(parseTracker(text).rows.slice(-2)).toMatchObject([
    { id: 'ABL01', milestone: 'M9', status: 'todo', priority: 'nice-to-have' },
    { id: 'ABL02', milestone: 'M9' },
  ]);
});

test('ids that plan or tracker use already are not used again', () => {
  expect(freeIds(planWithAblations(plan, 'M4', proposals), tracker, 2)).toEqual({
    ...{ milestone: 'M5', runs: ['ABL03', 'ABL04'] },
  });
});

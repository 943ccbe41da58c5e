import { expect, it } from 'vitest';
import { parseManifest } from '../../../../src/core/manifest/parseManifest';
import { parsePlan } from '../../../../src/core/plan/parsePlan';
import { parseTracker } from '../../../../src/core/plan/parseTracker';
import { manifestTemplate, planTemplate, trackerTemplate } from '../../../../src/core/plan/template';

it('the template of a study reads without a problem, and its three files name the same runs', () => {
  const plan = parsePlan(planTemplate);
  const tracker = parseTracker(trackerTemplate);
  const manifest = parseManifest(manifestTemplate);
  expect(plan.problems).toEqual([]);
  expect(tracker.problems).toEqual([]);
  expect(manifest.problems).toEqual([]);
  const runs = ['R001', 'R002', 'R003', 'R004', 'R005', 'R006', 'R007'];
  expect(plan.milestones.flatMap((milestone) => milestone.runs)).toEqual(runs);
  expect(tracker.rows.map(({ id }) => id)).toEqual(runs);
  expect(manifest.jobs.map(({ id }) => id)).toEqual(runs);
  expect(plan.milestones.map(({ kind }) => kind)).toEqual(['sanity', 'baseline', 'main']);
  expect(plan.totalGpuHours).toEqual({ low: 6.1, high: 6.1 });
});

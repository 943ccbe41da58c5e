import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../../src/core/plan/parsePlan';
import { parseTracker } from '../../../../src/core/plan/parseTracker';
import type { GpuHours } from '../../../../src/core/plan/model';

const corpus = process.env['BRIDGE_CORPUS'];

interface Label {
  readonly plan: {
    readonly milestones: readonly { id: string; line: number; gpuHours: [number, number] | null }[];
    readonly blocks: readonly {
      id: string;
      line: number;
      priority: string | null;
      successCriterionLine: number | null;
    }[];
    readonly claims: readonly (string | { id: string })[];
    readonly totalGpuHours?: [number, number] | null;
  };
  readonly tracker?: {
    readonly runs: readonly {
      id: string;
      line: number;
      status: string;
      milestone: string | null;
      priority: string | null;
    }[];
  };
}

describe.skipIf(!corpus)('labelled plans of public repositories (BRIDGE_CORPUS)', () => {
  it('all are read, with precision of at least 0.98 and recall of at least 0.95 over all facts', () => {
    const folder = join(corpus!, 'corpus');
    const names = readdirSync(folder).filter((name) => existsSync(join(folder, 'labels', `${name}.json`)));
    let hit = 0;
    let stated = 0;
    let read = 0;
    for (const name of names) {
      const label = JSON.parse(readFileSync(join(folder, 'labels', `${name}.json`), 'utf8')) as Label;
      const expected = new Set(labelFacts(label));
      const found = readFacts(join(folder, name), 'totalGpuHours' in label.plan);
      stated += expected.size;
      read += found.length;
      hit += found.filter((fact) => expected.delete(fact)).length;
    }
    expect(names.length).toBeGreaterThan(0);
    expect(hit / read).toBeGreaterThanOrEqual(0.98);
    expect(hit / stated).toBeGreaterThanOrEqual(0.95);
  });
});

function labelFacts({ plan, tracker }: Label): string[] {
  return [
    ...plan.milestones.map(
      ({ id, line, gpuHours }) => `milestone ${id} ${line} ${gpuHours?.join('-') ?? ''}`,
    ),
    ...plan.blocks.map(
      ({ id, line, priority, successCriterionLine }) =>
        `block ${id} ${line} ${priority} ${successCriterionLine}`,
    ),
    ...plan.claims.map((claim) => `claim ${typeof claim === 'string' ? claim : claim.id}`),
    ...(plan.totalGpuHours ? [`total ${plan.totalGpuHours.join('-')}`] : []),
    ...(tracker?.runs ?? []).map(
      ({ id, line, status, milestone, priority }) => `run ${id} ${line} ${status} ${milestone} ${priority}`,
    ),
  ];
}

function readFacts(folder: string, totalIsJudged: boolean): string[] {
  const plan = parsePlan(readFileSync(join(folder, 'EXPERIMENT_PLAN.md'), 'utf8'));
  const tracker = join(folder, 'EXPERIMENT_TRACKER.md');
  const runs = existsSync(tracker) ? parseTracker(readFileSync(tracker, 'utf8')).rows : plan.runs;
  const hours = (range: GpuHours | null) => (range ? `${range.low}-${range.high}` : '');
  return [
    ...plan.milestones.map(
      ({ id, span, gpuHours }) => `milestone ${id} ${span.start.line} ${hours(gpuHours)}`,
    ),
    ...plan.blocks.map(
      ({ id, span, priority, successCriterion }) =>
        `block ${id} ${span.start.line} ${priority} ${successCriterion?.span.start.line ?? null}`,
    ),
    ...plan.claims.map(({ id }) => `claim ${id}`),
    ...(plan.totalGpuHours && totalIsJudged ? [`total ${hours(plan.totalGpuHours)}`] : []),
    ...runs.map(
      ({ id, span, status, milestone, priority }) =>
        `run ${id} ${span.start.line} ${status} ${milestone} ${priority}`,
    ),
  ];
}

import { describe, expect, it } from 'vitest';
import { budgetOf } from '../../../../src/core/run/budget';
import { resolveOptions } from '../../../../src/core/run/options';
import { emptyState } from '../../../../src/core/run/reduce';
import type { JobState, StudyState } from '../../../../src/core/run/state';

const hour = 3_600_000;

function job(id: string, milestone: string, kind: string, hours: number, planned: number | null): JobState {
  const attempt = { gpus: ['0', '1'], startedAt: 0, endedAt: kind === 'running' ? null : (hours / 2) * hour };
  return {
    job: { id, milestone, phase: null, gpus: 2, estimatedGpuHours: planned, estimatedHours: null },
    phase: { kind },
    attempts: hours > 0 ? [attempt] : [],
    obsolete: false,
  } as unknown as JobState;
}

function state(jobs: readonly JobState[], cap: number | null, stated: number | null = null): StudyState {
  const study = {
    options: { 'budget.gpuHours': cap },
    statedGpuHours: stated,
  } as unknown as StudyState['study'];
  return { ...emptyState, study, jobs: new Map(jobs.map((each) => [each.job.id, each])) };
}

describe('the budget of GPU-hours', () => {
  const jobs = [
    job('a', 'M1', 'completed', 3, 2),
    job('b', 'M1', 'running', 4, 6),
    job('c', 'M2', 'pending', 0, 5),
  ];

  it('counts the GPUs of every attempt for as long as it held them, running ones until now', () => {
    expect(budgetOf(state(jobs, null), 2 * hour).used).toBe(3 + 4);
  });

  it('forecasts what is used and what is left of the estimates, a milestone at a time', () => {
    const { forecast, milestones } = budgetOf(state(jobs, null), 2 * hour);
    expect(forecast).toBe(3 + 6 + 5);
    expect(milestones).toEqual([
      { milestone: 'M1', planned: 8, used: 7, forecast: 9 },
      { milestone: 'M2', planned: 5, used: 0, forecast: 5 },
    ]);
  });

  it('knows no forecast where a run that is left has no estimate', () => {
    expect(budgetOf(state([...jobs, job('d', 'M2', 'pending', 0, null)], null), 0).forecast).toBeNull();
  });

  it('warns from 80 % and is spent at 100 %', () => {
    const level = (cap: number) => budgetOf(state(jobs, cap), 2 * hour).level;
    expect([level(9), level(8.7), level(7.1), level(7)]).toEqual(['open', 'warned', 'warned', 'spent']);
  });

  it('is held against the cap, else the total that the plan states, else nothing', () => {
    expect(budgetOf(state(jobs, 20, 5), 2 * hour)).toMatchObject({ limit: 20, level: 'open' });
    expect(budgetOf(state(jobs, null, 5), 2 * hour)).toMatchObject({ limit: 5, level: 'spent' });
    expect(budgetOf(state(jobs, null, 0), 2 * hour)).toMatchObject({ limit: null, level: 'open' });
  });
});

describe('a workspace', () => {
  const resolve = (user: object, workspace: object, call: object = {}) =>
    resolveOptions({ user: { ...user }, workspace: { ...workspace }, call: { ...call } }).options;

  it('can lower the cap of GPU-hours and never raise it', () => {
    const cap = 'budget.gpuHours';
    expect(resolve({ [cap]: 10 }, { [cap]: 4 })[cap]).toBe(4);
    expect(resolve({ [cap]: 10 }, { [cap]: 40 })[cap]).toBe(10);
    expect(resolve({ [cap]: 10 }, { [cap]: 4 }, { [cap]: 12 })[cap]).toBe(12);
  });

  it('can make the training check stricter and never switch it off', () => {
    expect(resolve({}, { health: 'off' }).health).toBe('flag');
    expect(resolve({}, { health: 'stop' }).health).toBe('stop');
    expect(resolve({}, {}, { health: 'off' }).health).toBe('off');
  });
});

import { describe, expect, it } from 'vitest';
import { describeMoney, moneyOf } from '../../../../src/core/run/money';
import { emptyState } from '../../../../src/core/run/reduce';
import type { JobState, StudyState } from '../../../../src/core/run/state';
import { stateOf } from './study';

const hour = 3_600_000;

interface Ran {
  readonly host?: string;
  readonly from?: number;
  readonly to?: number | null;
}

function job(
  id: string,
  milestone: string,
  kind: string,
  estimatedHours: number | null,
  ran?: Ran,
): JobState {
  const attempt = ran && {
    ...{ host: ran.host ?? 'local', gpus: [], exit: null },
    startedAt: (ran.from ?? 0) * hour,
    endedAt: ran.to == null ? null : ran.to * hour,
  };
  return {
    job: { id, milestone, phase: null, gpus: 0, estimatedGpuHours: null, estimatedHours },
    phase: { kind },
    attempts: attempt ? [attempt] : [],
    obsolete: false,
  } as unknown as JobState;
}

function study(
  jobs: readonly JobState[],
  options: object,
  change: Partial<StudyState> = {},
  maxParallel = 1,
): StudyState {
  return {
    ...emptyState,
    study: { options, maxParallel } as unknown as StudyState['study'],
    jobs: new Map(jobs.map((each) => [each.job.id, each])),
    ...change,
  };
}

const price = { 'budget.usdPerHour': 2, 'budget.usd': 10 };

describe('the money of a study', () => {
  it('on a machine of one’s own is its price while runs are on it, once however many share it', () => {
    const both = [
      job('a', 'M1', 'completed', null, { from: 0, to: 2 }),
      job('b', 'M2', 'completed', null, { from: 1, to: 3 }),
      job('c', 'M2', 'completed', null, { from: 5, to: 6 }),
    ];
    const { used, milestones } = moneyOf(study(both, price), 9 * hour);
    expect(used).toBeCloseTo(2 * 4, 9);
    expect(milestones.map(({ milestone, used: usd }) => [milestone, Number(usd.toFixed(4))])).toEqual([
      ['M1', 3.2],
      ['M2', 4.8],
    ]);
  });

  it('of a rented machine is what it costs from when it is had until it is gone, idle or not', () => {
    const charges = new Map([
      ['v1', { id: 'v1', host: 'vast-1', usdPerHour: 0.5, from: 0, to: null, usd: null }],
      ['v2', { id: 'v2', host: 'vast-2', usdPerHour: 9, from: 0, to: hour, usd: 1.25 }],
    ]);
    const jobs = [job('a', 'M1', 'completed', null, { host: 'vast-1', from: 0, to: 1 })];
    const { used, milestones } = moneyOf(study(jobs, {}, { charges }), 4 * hour);
    expect(used).toBeCloseTo(0.5 * 4 + 1.25, 9);
    expect(milestones.map(({ milestone, used: usd }) => [milestone, usd])).toEqual([
      ['M1', 0.5],
      ['', 2.75],
    ]);
  });

  it('is forecast from the estimates of what is left', () => {
    const jobs = [
      job('a', 'M1', 'completed', 1, { from: 0, to: 2 }),
      job('b', 'M1', 'running', 3, { from: 2 }),
      job('c', 'M2', 'pending', 4),
    ];
    const money = moneyOf(study(jobs, price), 3 * hour);
    expect(money).toMatchObject({ planned: 16, used: 6, forecast: 6 + 2 * (2 + 4), level: 'open' });
    expect(money.milestones).toEqual([
      { milestone: 'M1', planned: 8, used: 6, forecast: 10 },
      { milestone: 'M2', planned: 8, used: 0, forecast: 8 },
    ]);
    expect(moneyOf(study([...jobs, job('d', 'M2', 'pending', null)], price), 0).forecast).toBeNull();
  });

  it('costs nothing where nothing is said to cost anything', () => {
    const jobs = [job('a', 'M1', 'running', null, { from: 0 })];
    expect(moneyOf(study(jobs, {}), hour)).toMatchObject({ planned: 0, used: 0, forecast: 0, level: 'open' });
  });

  it('warns from 80 % of the cap and is spent at it', () => {
    const jobs = [job('a', 'M1', 'running', null, { from: 0 })];
    const at = (hours: number) => moneyOf(study(jobs, price), hours * hour);
    expect([at(3.9), at(4), at(4.9), at(5)].map(({ level }) => level)).toEqual([
      'open',
      'warned',
      'warned',
      'spent',
    ]);
    expect(describeMoney(at(5))).toMatch(
      /^\$10\.00 of \$10\.00 .*nothing more starts, and what runs is stopped/,
    );
  });

  it('is folded from the journal, and a new declaration keeps what was spent', () => {
    const state = stateOf(
      { type: 'cost.started', charge: 'v1', host: 'vast-1', usdPerHour: 3600 },
      { type: 'cost.ended', charge: 'v1', usd: null },
    );
    expect(moneyOf(state, 99 * hour).used).toBeCloseTo(1, 9);
  });
});

import type { Job } from '../manifest/model';
import { attemptMs } from './attemptTime';
import type { Attempt, JobState, StudyState } from './state';

/** From this share of the limit on, the person is told. */
const warnFrom = 0.8;

export type BudgetLevel = 'open' | 'warned' | 'spent';

export interface MilestoneBudget {
  readonly milestone: string;
  /** Sum of what its runs are estimated at; null where one says nothing. */
  readonly planned: number | null;
  readonly used: number;
  /** `used`, and what is left at the estimates; null where that is not known. */
  readonly forecast: number | null;
}

/** How something that runs use up stands: GPU-hours (`budgetOf`), or US dollars (`moneyOf`). */
export interface Budget {
  /** Of all attempts so far, those that failed included. */
  readonly used: number;
  readonly planned: number | null;
  readonly forecast: number | null;
  /** `bridge.budget.gpuHours`, `bridge.budget.usd`. */
  readonly cap: number | null;
  /** What `used` is held against: the cap, else (GPU-hours) the total that the plan states; null: nothing. */
  readonly limit: number | null;
  readonly level: BudgetLevel;
  readonly milestones: readonly MilestoneBudget[];
}

/** GPU-hours that a run's attempts have held so far: GPUs times the time for which they were held. */
export function usedGpuHours({ attempts }: Pick<JobState, 'attempts'>, now: number): number {
  let ms = 0;
  for (const attempt of attempts) ms += gpusHeld(attempt) * (attemptMs(attempt, now) ?? 0);
  return ms / 3_600_000;
}

/** GPUs that an attempt has, which a target that places runs itself may not have named. */
export function gpusHeld({ gpus, gpuCount }: Pick<Attempt, 'gpus' | 'gpuCount'>): number {
  return gpus.length > 0 ? gpus.length : (gpuCount ?? 0);
}

/** GPU-hours that a run is expected to use in all; null where nothing says. */
export function plannedGpuHours({ gpus, estimatedGpuHours, estimatedHours }: Job): number | null {
  if (gpus === 0) return 0;
  return estimatedGpuHours ?? (estimatedHours === null || gpus === null ? null : estimatedHours * gpus);
}

/** What the GPU-hours are held against: the cap, else the plan's total; a plan that states none, or zero, holds nobody back. */
export function limitOf({ study }: Pick<StudyState, 'study'>): number | null {
  const stated = study?.statedGpuHours ?? null;
  return study?.options['budget.gpuHours'] ?? (stated !== null && stated > 0 ? stated : null);
}

/** How the GPU-hours of a study stand. Linear in the number of runs. */
export function budgetOf(state: StudyState, now: number): Budget {
  const milestones = new Map<string, { planned: number | null; used: number; left: number | null }>();
  for (const job of state.jobs.values()) {
    const used = usedGpuHours(job, now);
    const id = job.job.milestone ?? job.job.phase ?? '';
    let entry = milestones.get(id);
    if (!entry) milestones.set(id, (entry = { planned: 0, used: 0, left: 0 }));
    const planned = plannedGpuHours(job.job);
    const { kind } = job.phase;
    const open = kind === 'pending' || kind === 'running' || kind === 'paused';
    const left = open && !job.obsolete ? (planned === null ? null : Math.max(0, planned - used)) : 0;
    if (!job.obsolete) entry.planned = sum(entry.planned, planned);
    entry.used += used;
    entry.left = sum(entry.left, left);
  }
  const all = [...milestones.values()];
  const used = all.reduce((total, each) => total + each.used, 0);
  const left = all.reduce<number | null>((total, each) => sum(total, each.left), 0);
  const cap = state.study?.options['budget.gpuHours'] ?? null;
  const limit = limitOf(state);
  return {
    used,
    planned: all.reduce<number | null>((total, each) => sum(total, each.planned), 0),
    forecast: sum(used, left),
    cap,
    limit,
    level: levelOf(used, limit),
    milestones: [...milestones].map(([milestone, each]) => ({
      milestone,
      planned: each.planned,
      used: each.used,
      forecast: sum(each.used, each.left),
    })),
  };
}

/** How near a limit is: 80 % warns. */
export function levelOf(used: number, limit: number | null): BudgetLevel {
  if (limit === null || used < warnFrom * limit) return 'open';
  return used < limit ? 'warned' : 'spent';
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** What the person is told when a level is reached. */
export function describeBudget({ used, limit, cap, level }: Budget): string {
  const hours = `${used.toFixed(2)} of ${limit ?? 0} GPU-hours are used`;
  const whose = cap === null ? 'the total that the plan states' : 'bridge.budget.gpuHours';
  return level === 'spent'
    ? `${hours} (${whose}): nothing more starts. Set bridge.budget.gpuHours higher to go on.`
    : `${hours} (${whose}), more than 80 %.`;
}

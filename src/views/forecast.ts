import { budgetOf } from '../core/run/budget';
import type { StudyState } from '../core/run/state';
import type { HeaderView } from '../protocol/view';
import { studyIndex, type RunEntry } from './studyIndex';
import { elapsedMs, estimatedMs } from './time';

/** GPU-hours of the whole study, held against the cap or what the plan states. */
export function gpuHours(state: StudyState, now: number): HeaderView['gpuHours'] {
  const { planned, used, forecast, limit } = budgetOf(state, now);
  return { planned: planned ?? plannedByMilestones(state), used, forecast, cap: limit };
}

/** Where runs have no estimates, what the plan says of its milestones. */
function plannedByMilestones(state: StudyState): number | null {
  let sum = 0;
  for (const { milestone } of state.milestones.values()) {
    if (milestone.estimatedGpuHours === null) return null;
    sum += milestone.estimatedGpuHours.high;
  }
  return state.milestones.size === 0 ? null : sum;
}

/**
 * When everything will have ended, milestone after milestone on as many slots as may be used; null while nothing
 * drives or a run has no estimate and no finished sibling to take it from.
 */
export function endsAt(state: StudyState, driving: boolean, now: number): number | null {
  const index = studyIndex(state);
  if (!driving || index.running.length === 0) return null;
  const slots = Math.max(1, state.study?.maxParallel ?? state.study?.options.maxParallelRuns ?? 1);
  let ms = 0;
  for (const { entries } of index.byMilestone.values()) {
    let usual: number | null | undefined;
    let sum = 0;
    let longest = 0;
    for (const entry of entries) {
      if (entry.job === null || entry.job.obsolete || !isOpen(entry.status)) continue;
      const whole = estimatedMs(entry.job) ?? (usual ??= usualMs(entries, now));
      if (whole === null) return null;
      const rest = Math.max(0, whole - (elapsedMs(entry, now) ?? 0));
      sum += rest;
      longest = Math.max(longest, rest);
    }
    ms += Math.max(longest, sum / slots);
  }
  return now + ms;
}

const isOpen = (status: RunEntry['status']) =>
  status === 'pending' || status === 'running' || status === 'unreachable';

/** Mean time of the finished runs among these. */
function usualMs(entries: readonly RunEntry[], now: number): number | null {
  let sum = 0;
  let count = 0;
  for (const entry of entries) {
    const elapsed = entry.status === 'completed' ? elapsedMs(entry, now) : null;
    if (elapsed === null) continue;
    sum += elapsed;
    count++;
  }
  return count === 0 ? null : sum / count;
}

import { gpusHeld } from '../core/run/budget';
import type { Attempt, JobState } from '../core/run/state';
import type { RunEntry } from './studyIndex';

const hourMs = 3_600_000;

/** Time that an attempt has run, or ran; null before it started. */
export function attemptMs(attempt: Attempt, now: number): number | null {
  if (attempt.startedAt === null) return null;
  // The target's own measure, by a clock that does not jump, is better than two times of day.
  if (attempt.exit?.elapsedMs != null) return attempt.exit.elapsedMs;
  return Math.max(0, (attempt.endedAt ?? now) - attempt.startedAt);
}

export function elapsedMs(entry: RunEntry, now: number): number | null {
  if (entry.attempt === null || entry.status === 'pending') return null;
  return attemptMs(entry.attempt, now);
}

/** What the author expects a run to take; null where nothing says. */
export function estimatedMs(job: JobState | null): number | null {
  if (job === null) return null;
  const { estimatedHours, estimatedGpuHours, gpus } = job.job;
  if (estimatedHours !== null) return estimatedHours * hourMs;
  const count = gpus ?? 1;
  return estimatedGpuHours === null || count === 0 ? null : (estimatedGpuHours / count) * hourMs;
}

/** Share of the estimate that has passed, below 1 while it runs: an estimate does not know when a run is done. */
export function progressOf(entry: RunEntry, now: number): number | null {
  if (entry.status === 'completed') return 1;
  if (entry.status !== 'running' && entry.status !== 'unreachable') return null;
  const elapsed = elapsedMs(entry, now);
  const estimated = estimatedMs(entry.job);
  if (elapsed === null || estimated === null || estimated === 0) return null;
  return Math.min(0.99, elapsed / estimated);
}

/** GPU-hours that a run has used in all its attempts. */
export function usedGpuHours(job: JobState, now: number): number {
  let sum = 0;
  for (const attempt of job.attempts)
    if (gpusHeld(attempt) > 0) sum += ((attemptMs(attempt, now) ?? 0) / hourMs) * gpusHeld(attempt);
  return sum;
}

/** GPU-hours that a run is expected to use in all; null where nothing says. */
export function plannedGpuHours({ job }: JobState): number | null {
  if (job.gpus === 0) return 0;
  if (job.estimatedGpuHours !== null) return job.estimatedGpuHours;
  return job.estimatedHours === null ? null : job.estimatedHours * (job.gpus ?? 1);
}

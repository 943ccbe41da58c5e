import { attemptMs } from '../core/run/attemptTime';
import type { JobState } from '../core/run/state';
import type { RunEntry } from './studyIndex';

const hourMs = 3_600_000;

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

import type { Attempt, JobState, StudyState } from '../core/run/state';

export interface OpenAttempt {
  readonly job: JobState;
  readonly attempt: Attempt;
}

/** Attempts that were asked for and have not been concluded. */
export function openAttempts(state: StudyState): OpenAttempt[] {
  const open: OpenAttempt[] = [];
  for (const job of state.jobs.values()) {
    const attempt = job.attempts[job.attempts.length - 1];
    if (job.phase.kind === 'running' && attempt) open.push({ job, attempt });
  }
  return open;
}

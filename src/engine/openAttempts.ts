import type { Attempt, JobState, StudyState } from '../core/run/state';

export interface OpenAttempt {
  readonly job: JobState;
  readonly attempt: Attempt;
}

/** Attempts that were asked for and have not been concluded. */
export function openAttempts(state: StudyState): OpenAttempt[] {
  const open: OpenAttempt[] = [];
  for (const id of state.running) {
    const job = state.jobs.get(id);
    const attempt = job?.attempts[job.attempts.length - 1];
    if (job && attempt) open.push({ job, attempt });
  }
  return open;
}

import type { JobState } from './state';

/** Status as `bridge status` and `queue` print it (the CLI's contract). */
export type StatusWord =
  | 'pending'
  | 'paused'
  | 'running'
  | 'unreachable'
  | 'completed'
  | 'failed'
  | 'stuck'
  | 'skipped'
  | 'cancelled';

export type TrackerWord = 'TODO' | 'RUNNING' | 'DONE' | 'FAILED' | 'BLOCKED' | 'SKIPPED';

export function statusWord({ phase, attempts }: JobState): StatusWord {
  const last = attempts[attempts.length - 1];
  if (phase.kind === 'running' && last?.unreachable != null) return 'unreachable';
  // It waits, though in the target's queue and not in ours.
  if (phase.kind === 'running' && last?.queued != null) return 'pending';
  return isStuck({ phase, attempts }) ? 'stuck' : phase.kind;
}

/** The reference queue's word for a run that ran out of memory again, after the wait that was meant to cure it. */
export function isStuck({ phase, attempts }: Pick<JobState, 'phase' | 'attempts'>): boolean {
  return phase.kind === 'failed' && phase.failure.class === 'oom' && attempts.length > 1;
}

const trackerWords: Readonly<Record<StatusWord, TrackerWord>> = {
  pending: 'TODO',
  paused: 'TODO',
  running: 'RUNNING',
  unreachable: 'RUNNING',
  completed: 'DONE',
  failed: 'FAILED',
  stuck: 'FAILED',
  skipped: 'SKIPPED',
  cancelled: 'SKIPPED',
};

export function trackerWord(status: StatusWord): TrackerWord {
  return trackerWords[status];
}

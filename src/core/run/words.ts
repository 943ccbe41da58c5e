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
  // A run that kept failing for a cause that a retry was meant to cure is stuck, as the reference queue calls it.
  return phase.kind;
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

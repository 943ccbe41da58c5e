import type { FailureClass } from './failure';
import type { JobState, StudyState } from './state';

/** Repairs of a run after its first failure. */
export const maxRepairs = 3;

/** Failures that no code mends. */
const beyondCode = new Set<FailureClass>([
  'disk-full',
  'network',
  'lost',
  'rebooted',
  'preempted',
  'permission',
]);

/** Whether a run has failed for a cause that code, command or environment can mend, and nobody has given up on it. */
export function isRepairable({ agents }: StudyState, { job, phase, attempts }: JobState): boolean {
  if (phase.kind !== 'failed' || attempts.length === 0) return false;
  return !beyondCode.has(phase.failure.class) && !agents.gaveUp.has(job.id);
}

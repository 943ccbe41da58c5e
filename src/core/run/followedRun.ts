import type { FollowedRun } from '../results/metricSource';
import { homeOf } from './jobHandle';
import type { JobState } from './state';

/** Where a run's newest attempt writes; null: it has not started, or not on this machine. */
export function followedRun(root: string, { job, attempts }: JobState): FollowedRun | null {
  const attempt = attempts[attempts.length - 1];
  if (!attempt?.handle || attempt.startedAt === null) return null;
  return {
    run: job.id,
    cwd: job.cwd.startsWith('/') ? job.cwd : `${root}/${job.cwd}`.replace(/\/\.$/, ''),
    command: job.command,
    declared: [...new Set([...job.expectedOutputs, ...job.metrics.map(({ file }) => file)])],
    log: `${homeOf(attempt.handle)}/log`,
    startedAt: attempt.requestedAt,
  };
}

import { ReviewerFailure } from '../../core/agents/ports';
import type { Clock } from '../../core/ports';

/**
 * Does work under a signal that also aborts when `minutes` are over, with a reason that says so. The work itself ends
 * what it started; this waits for that.
 */
export async function withDeadline<T>(
  clock: Clock,
  minutes: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const late = new AbortController();
  const wait = AbortSignal.any([done.signal, signal]);
  void clock.sleep(minutes * 60_000, wait).then(() => {
    const what = minutes >= 1 ? `${minutes} minutes` : `${Math.round(minutes * 60)} seconds`;
    if (!wait.aborted) late.abort(new ReviewerFailure('deadline', `No answer came within ${what}.`));
  });
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } finally {
    done.abort();
  }
}

import type { Attempt } from './state';

/**
 * Milliseconds that an attempt has run, or ran; null before it started. The target's own measure, by a clock that does not
 * jump, is better than two times of day, of which the later may be by another machine's clock.
 */
export function attemptMs(
  { startedAt, endedAt, exit }: Pick<Attempt, 'startedAt' | 'endedAt'> & { readonly exit?: Attempt['exit'] },
  now: number,
): number | null {
  if (startedAt === null) return null;
  return exit?.elapsedMs ?? Math.max(0, (endedAt ?? now) - startedAt);
}

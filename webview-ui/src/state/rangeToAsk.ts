import type { RunsQuery } from '../../../src/protocol/runs';

type Range = RunsQuery['range'];

/** Lines held ready beyond each edge of what is seen: about two screens, so that a wheel turn meets lines, not gaps. */
const margin = 60;
/** Asks fall on multiples of this, so that a slow scroll asks every twenty lines and not at each one. */
const step = 20;
/** How near the edge of the asked range the view may come before the next ask. */
const nearness = 20;

export const firstRange: Range = { start: 0, count: 120 };

/**
 * The lines to ask the host for when lines `first` to `last` (both included) of `total` are seen and `asked` was asked
 * for last; null when that still does.
 */
export function rangeToAsk(first: number, last: number, total: number, asked: Range): Range | null {
  const end = asked.start + asked.count;
  const enoughBefore = asked.start === 0 || first - asked.start >= nearness;
  const enoughAfter = end >= total || end - last > nearness;
  if (enoughBefore && enoughAfter && first >= asked.start && (last < end || end >= total)) return null;
  const start = Math.max(0, Math.floor((first - margin) / step) * step);
  const count = Math.ceil((last + 1 + margin - start) / step) * step;
  return start === asked.start && count === asked.count ? null : { start, count };
}

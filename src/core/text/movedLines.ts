/** Lines of a text, counted from 0, the last one included. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** An edit by lines: those from `start` to `end` (included) were touched and became `added` lines more, or fewer. */
export interface LineEdit extends LineRange {
  readonly added: number;
  /** Nothing but text before the line `start` was put in. */
  readonly isBefore: boolean;
}

/** Where lines are after an edit: below it they move, around it they grow or shrink, what is gone leaves one line. */
export function movedLines(range: LineRange, { start, end, added, isBefore }: LineEdit): LineRange {
  if (start > range.end) return range;
  if (end < range.start || (isBefore && start === end && start === range.start))
    return { start: range.start + added, end: range.end + added };
  const from = Math.min(range.start, start);
  return { start: from, end: Math.max(from, range.end + added) };
}

import type { RunsLine, RunsPage } from '../../../src/protocol/runs';
import type { ColumnName } from './columnsThatFit';

/** The line at `index` of all, undefined while its slice has not arrived. */
export function lineAt(view: RunsPage, index: number): RunsLine | undefined {
  return view.lines[index - view.query.range.start];
}

/** Stays the same for a line wherever it moves. */
export function keyOfLine(line: RunsLine): string {
  return line.kind === 'group' ? `group:${line.key}` : `run:${line.run.id}`;
}

/** Where the line with this key is among those at hand; null when it is not. */
export function indexOfKey(view: RunsPage, key: string): number | null {
  const index = view.lines.findIndex((line) => keyOfLine(line) === key);
  return index < 0 ? null : index + view.query.range.start;
}

/** The heading above the line at `index`, if it is at hand. */
export function groupAbove(view: RunsPage, index: number): number | null {
  for (let above = index - 1; above >= view.query.range.start; above--) {
    if (lineAt(view, above)?.kind === 'group') return above;
  }
  return null;
}

/** The folded groups after `key` was folded or unfolded. */
export function toggleFolded(collapsed: readonly string[], key: string): readonly string[] {
  return collapsed.includes(key) ? collapsed.filter((each) => each !== key) : [...collapsed, key];
}

/**
 * Columns that no run has anything for. Known only while all lines are at hand: in a longer list what comes next is
 * not known, and columns that come and go with each turn of the wheel are worse than empty ones.
 */
export function unusedColumns(view: RunsPage): readonly ColumnName[] {
  if (view.lines.length < view.totalLines) return [];
  const runs = view.lines.flatMap((line) => (line.kind === 'run' ? [line.run] : []));
  const unused: ColumnName[] = [];
  if (!runs.some(({ progress, status }) => progress !== null && status !== 'completed'))
    unused.push('progress');
  if (!runs.some(({ spark }) => spark.length > 1)) unused.push('spark');
  if (!runs.some(({ estimatedMs }) => estimatedMs !== null)) unused.push('estimate');
  if (!runs.some(({ why, attempts }) => why !== null || attempts > 1)) unused.push('why');
  return unused;
}

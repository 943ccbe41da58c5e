import { editCell } from './editCell';
import { TableView } from './facts';
import type { Priority, TrackerRow } from './model';
import { readOutline, type TableBlock } from '../text/outline';
import { runColumn } from './runTables';

/** A row for a run that a table of runs does not have yet. */
export interface NewRow {
  readonly id: string;
  readonly milestone: string | null;
  readonly purpose?: string | null;
  readonly system?: string | null;
  readonly metrics?: string | null;
  readonly priority?: Priority | null;
}

/** A piece of text to put in, at an offset. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

export const trackerHeader = `| Run ID | Milestone | Purpose | System / Variant | Split | Metrics | Priority | Status | Notes |
|--------|-----------|---------|------------------|-------|---------|----------|--------|-------|
`;

/**
 * Rows for runs, put into the first table of runs of a tracker, behind the last row of their milestone (else of the
 * table), in the columns that the table has. A text without such a table gets one.
 */
export function addRows(text: string, rows: readonly NewRow[]): Insertion {
  const outline = readOutline(text);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const views = outline.blocks
    .filter((block): block is TableBlock => block.kind === 'table')
    .map((table) => ({ table, view: new TableView(outline, table) }));
  const found =
    views.find(({ view }) => runColumn(view) >= 0 && view.has('status')) ??
    views.find(({ view }) => runColumn(view) >= 0);
  if (!found) {
    const before = text === '' || text.endsWith('\n') ? '' : newline;
    const table = trackerHeader + rows.map((row) => `${lineOf(standard, row)}\n`).join('');
    return { at: text.length, text: before + (text === '' ? '' : newline) + table.replaceAll('\n', newline) };
  }
  const { table, view } = found;
  const id = runColumn(view);
  const roles = view.headers.map((_, column) => (column === id ? 'run' : view.roles[column]));
  const milestone = rows[0]?.milestone ?? null;
  const column = view.column('milestone');
  const same = table.rows.filter((row) => milestone !== null && view.text(row, column) === milestone).at(-1);
  const behind = same ?? table.rows.at(-1);
  const at = behind?.to ?? endOfLine(text, endOfLine(text, table.header.to) + newline.length);
  return { at, text: rows.map((row) => newline + lineOf(roles, row)).join('') };
}

const standard = ['run', 'milestone', 'purpose', 'system', 'split', 'metrics', 'priority', 'status', 'notes'];

function lineOf(roles: readonly (string | null | undefined)[], row: NewRow): string {
  const values: Record<string, string | null | undefined> = {
    run: row.id,
    milestone: row.milestone,
    stage: row.milestone,
    purpose: row.purpose,
    goal: row.purpose,
    system: row.system,
    metrics: row.metrics,
    priority: row.priority === 'nice-to-have' ? 'NICE-TO-HAVE' : 'MUST-RUN',
    status: 'TODO',
  };
  return `| ${roles.map((role) => (values[role ?? ''] ?? '').replaceAll('|', '\\|')).join(' | ')} |`.replace(
    / {3,}/g,
    '  ',
  );
}

function endOfLine(text: string, at: number): number {
  const end = text.slice(at).search(/\r?\n/);
  return end < 0 ? text.length : at + end;
}

/** The text with another status in a row's cell, every other byte as it was; null where the row has no such column. */
export function writeStatus(text: string, row: TrackerRow, status: string): string | null {
  return row.statusCell === null ? null : editCell(text, row.statusCell, status);
}

/** A `|---|` line with as many columns as the header above it. `headerEnd` is the end of the header's line. */
export function mendDelimiter(
  text: string,
  headerStart: number,
): { from: number; to: number; text: string } | null {
  const outline = readOutline(text);
  const table = outline.blocks.find(
    (block): block is TableBlock =>
      block.kind === 'table' && block.header.from <= headerStart && headerStart <= block.header.to,
  );
  if (!table) return null;
  const from = text.indexOf('\n', table.header.to) + 1;
  const to = endOfLine(text, from);
  const indent = /^[\s>]*/.exec(text.slice(from, to))![0];
  const marks = text
    .slice(from, to)
    .trim()
    .split('|')
    .map((each) => each.trim())
    .filter((each) => /^:?-+:?$/.test(each));
  const cells = table.header.cells.map((_, index) => marks[index] ?? '---');
  return { from, to, text: `${indent}|${cells.join('|')}|` };
}

import type { Outline, TableBlock } from '../text/outline';
import { TableView, isNothing, type ProblemList } from './facts';
import { readMilestoneId, readMilestoneReference } from './identifiers';
import type { TrackerRow } from './model';
import { ancestry, type Sections } from './sections';
import { isTotal, readPriority, readStatus } from './words';

const codeLike = /^[A-Za-z]{1,12}[-_ ]?\d|^[A-Z][\w.-]*-[\w.-]*\d/;
const runHeader = /^runs? ?(?:id|#|no\.?|name)?s?$|运行编号|实验编号/i;

/**
 * The column that identifies the runs of a table of runs; -1 where the table is of something else. Run ID says it
 * alone; Experiment or Item says it along with a Status column; further right only codes of runs do.
 */
export function runColumn(view: TableView): number {
  const { roles, table } = view;
  const cells = (column: number) =>
    table.rows.map((row) => view.text(row, column)).filter((id) => !isNothing(id) && !isTotal(id));
  const mostly = (column: number, pattern: RegExp) => {
    const ids = cells(column);
    return ids.filter((id) => pattern.test(id)).length * 2 > ids.length;
  };
  if (roles[0] === 'run') return view.has('status') || runHeader.test(view.headers[0]!.trim()) ? 0 : -1;
  if (!view.has('status') || roles[0] === 'status') return -1;
  if (roles[0] === 'id') {
    if (roles[1] === 'claim' || mostly(0, /^M\d/) || (roles[1] === 'gate' && mostly(0, /^G\d/))) return -1;
    return /^id$/i.test(view.headers[0]!) || mostly(0, codeLike) ? 0 : -1;
  }
  const column = [1, 2].find((at) => roles[at] === 'run' && view.exact[at] && mostly(at, codeLike));
  return column ?? -1;
}

/** Reads every table of runs of an outline, in order, wherever it stands and whatever its columns are called. */
export function readRunTables(outline: Outline, sections: Sections, problems: ProblemList): TrackerRow[] {
  const rows: TrackerRow[] = [];
  outline.blocks.forEach((block, index) => {
    if (block.kind !== 'table') return;
    const view = new TableView(outline, block);
    const column = runColumn(view);
    if (column < 0) return;
    if (!view.has('status')) {
      problems.add(
        'warning',
        'tracker.no-status-column',
        'This table of runs has no Status column; add one so that Bridge can record what ran.',
        block.header,
      );
    }
    rows.push(...readRows(view, block, column, headingMilestone(sections, index), problems));
  });
  reportDuplicates(rows, problems);
  return rows;
}

function headingMilestone(sections: Sections, index: number): string | null {
  for (const section of ancestry(sections.at(index))) {
    const milestone = readMilestoneId(section.title);
    if (milestone) return milestone.id;
  }
  return null;
}

function readRows(
  view: TableView,
  table: TableBlock,
  column: number,
  above: string | null,
  problems: ProblemList,
): TrackerRow[] {
  const rows: TrackerRow[] = [];
  let group: string | null = null;
  const milestoneColumn = view.has('milestone') ? view.column('milestone') : view.column('stage');
  for (const row of table.rows) {
    const filled = row.cells.map((_, at) => view.text(row, at)).filter((text) => !isNothing(text));
    const id = readRunId(view.text(row, column));
    if (filled.length === 0) continue;
    const heading = filled.length === 1 && table.header.cells.length > 2 ? readMilestoneId(filled[0]!) : null;
    if (heading || (filled.length === 1 && !codeLike.test(id) && row.cells.length > 1)) {
      group = heading?.id ?? group; // a row with one cell is a heading over the rows below it
      continue;
    }
    if (isTotal(id)) continue;
    if (isNothing(id)) {
      problems.add(
        'warning',
        'tracker.row-without-id',
        'This row names no run; give it an id in its first column, or Bridge leaves it out.',
        row,
      );
      continue;
    }
    reportRow(view, table, row, id, problems);
    const named = milestoneColumn >= 0 && milestoneColumn !== column ? view.text(row, milestoneColumn) : null;
    rows.push({
      id,
      milestone:
        named === null
          ? (group ?? above)
          : isNothing(named)
            ? null
            : readMilestoneReference(named, view.headers[milestoneColumn]!),
      purpose: view.value(row, 'purpose') ?? view.value(row, 'goal'),
      system: view.value(row, 'system'),
      split: view.value(row, 'split'),
      metrics: view.value(row, 'metrics'),
      priority: readPriority(view.value(row, 'priority') ?? ''),
      status: readStatus(view.value(row, 'status') ?? ''),
      statusCell: view.cell(row, 'status'),
      notesCell: view.cell(row, 'notes'),
      span: view.outline.lines.span(row.from, row.to),
    });
  }
  return rows;
}

/** The id as written, ranges and suffixes included, without a remark in brackets or behind a colon. */
function readRunId(cell: string): string {
  const plain = cell.replace(/^[^\p{L}\p{N}]+/u, '');
  return plain.replace(/\s*(?:[:：(（【]|\s[—–]\s).*$/u, '').trim() || plain.trim();
}

function reportRow(
  view: TableView,
  table: TableBlock,
  row: TableBlock['rows'][number],
  id: string,
  problems: ProblemList,
): void {
  const columns = table.header.cells.length;
  if (row.cells.length > columns) {
    problems.add(
      'warning',
      'tracker.extra-cells',
      `Row ${id} has ${row.cells.length} cells under ${columns} columns; write a pipe inside a cell as \\|, or the cells after it are read in the wrong column.`,
      row,
    );
  }
  if (!view.has('status')) return;
  const status = view.value(row, 'status');
  if (status === null) {
    problems.add(
      'warning',
      'tracker.row-without-status',
      `Row ${id} has no status; write TODO, RUNNING, DONE, FAILED, BLOCKED or SKIPPED into its Status cell.`,
      row,
    );
  } else if (readStatus(status) === 'unknown') {
    const cell = row.cells[view.column('status')]!;
    problems.add(
      'info',
      'tracker.unknown-status',
      `“${status.slice(0, 40)}” of ${id} is no status that Bridge knows, so it will not run or skip it by itself; TODO, DONE or SKIPPED would say it.`,
      cell,
    );
  }
}

function reportDuplicates(rows: readonly TrackerRow[], problems: ProblemList): void {
  const first = new Map<string, TrackerRow>();
  for (const row of rows) {
    const before = first.get(row.id);
    if (!before) first.set(row.id, row);
    else {
      problems.add(
        'error',
        'tracker.duplicate-run',
        `Run ${row.id} stands on line ${before.span.start.line} and again on line ${row.span.start.line}; give one of them another id.`,
        row.span,
      );
    }
  }
}

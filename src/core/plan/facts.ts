import type { Outline, TableBlock, TableRow } from '../text/outline';
import { plainText } from '../text/plainText';
import type { Problem, Severity, Span } from '../text/span';
import type { Cell, TextFact } from './model';
import type { ColumnRole } from './vocabulary';
import { columnMatch, looseRank } from './words';

/** What reading collects beside the facts: whatever looked like one and could not be understood. */
export class ProblemList {
  readonly all: Problem[] = [];

  constructor(private readonly outline: Outline) {}

  add(
    severity: Severity,
    code: string,
    message: string,
    at: { from: number; to: number } | Span | null,
  ): void {
    const span = at === null ? null : 'start' in at ? at : this.outline.lines.span(at.from, at.to);
    this.all.push({ severity, code, message, span, file: null });
  }
}

export function factOf(outline: Outline, from: number, to: number): TextFact | null {
  const text = plainText(outline.text.slice(from, to));
  return text === '' ? null : { text, span: outline.lines.span(from, to) };
}

/** A table whose columns were understood: which column plays which role, and what the cells say. */
export class TableView {
  readonly headers: readonly string[];
  readonly roles: readonly (ColumnRole | null)[];
  /** Columns whose header is a known word, not only contains one. */
  readonly exact: readonly boolean[];
  private readonly index = new Map<ColumnRole, number>();
  /** Texts of the row that was asked for last: a row's cells are asked for again and again, one row after the other. */
  private latest: { readonly row: TableRow; readonly texts: string[] } | null = null;

  constructor(
    readonly outline: Outline,
    readonly table: TableBlock,
  ) {
    this.headers = table.header.cells
      .slice(0, 64)
      .map((cell) => plainText(outline.text.slice(cell.from, cell.to)));
    const matches = this.headers.map((header) => columnMatch(header));
    this.roles = matches.map((match) => match?.role ?? null);
    this.exact = matches.map((match) => match !== null && match.rank < looseRank);
    const best = new Map<ColumnRole, number>();
    matches.forEach((match, column) => {
      if (match === null || match.rank >= (best.get(match.role) ?? Infinity)) return;
      best.set(match.role, match.rank);
      this.index.set(match.role, column);
    });
  }

  has(role: ColumnRole): boolean {
    return this.index.has(role);
  }

  column(role: ColumnRole): number {
    return this.index.get(role) ?? -1;
  }

  text(row: TableRow, column: number): string {
    if (this.latest?.row !== row) this.latest = { row, texts: [] };
    const cell = row.cells[column];
    return cell ? (this.latest.texts[column] ??= plainText(this.outline.text.slice(cell.from, cell.to))) : '';
  }

  /** The text of the row's cell with this role; null where there is no such column or the cell says nothing. */
  value(row: TableRow, role: ColumnRole): string | null {
    const text = this.text(row, this.column(role));
    return isNothing(text) ? null : text;
  }

  fact(row: TableRow, role: ColumnRole): TextFact | null {
    const cell = row.cells[this.column(role)];
    if (!cell || this.value(row, role) === null) return null;
    return factOf(this.outline, ...trimmed(this.outline.text, cell.from, cell.to));
  }

  cell(row: TableRow, role: ColumnRole): Cell | null {
    const column = this.column(role);
    const cell = row.cells[column];
    if (!cell) {
      if (column < 0) return null;
      return { text: '', span: this.outline.lines.span(row.to, row.to), missing: column - row.cells.length };
    }
    return {
      text: this.text(row, column),
      span: this.outline.lines.span(cell.from, cell.to),
    };
  }

  /** Raw Markdown of a cell, for what emphasis and code marks tell. */
  raw(row: TableRow, column: number): string {
    const cell = row.cells[column];
    return cell ? this.outline.text.slice(cell.from, cell.to) : '';
  }
}

/** Cells that say that there is nothing to say: empty, `—`, `n/a`, `TBD`. */
export function isNothing(text: string): boolean {
  return /^(?:|[-–—−.…\s]+|n\/?a|none|tbd|\?+|无|待定)$/i.test(text.trim());
}

export function trimmed(text: string, from: number, to: number): [number, number] {
  while (from < to && /\s/.test(text[from]!)) from++;
  while (to > from && /\s/.test(text[to - 1]!)) to--;
  return [from, to];
}

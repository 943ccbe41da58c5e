import { eastAsianWidth } from 'get-east-asian-width';
import { plainText } from '../text/plainText';
import type { Cell } from './model';

/** A cell and the Markdown to stand in it. */
export interface CellEdit {
  readonly cell: Cell;
  readonly value: string;
}

/**
 * Writes a value into exactly one cell of a Markdown table; every other byte of the text stays as it is. The value
 * is one line of Markdown: line breaks become spaces and pipes are escaped. One space of padding stays at each pipe,
 * and the cell keeps its width on the screen where the value fits.
 * @throws Error where the text is no longer the one that the cell was read from.
 */
export function editCell(text: string, cell: Cell, value: string): string {
  return editCells(text, [{ cell, value }]);
}

/** Writes several cells of one text, all of which were read from it. */
export function editCells(text: string, edits: readonly CellEdit[]): string {
  const lastFirst = [...edits].sort(
    (one, other) => other.cell.span.start.offset - one.cell.span.start.offset,
  );
  return lastFirst.reduce((edited, { cell, value }) => writeCell(edited, cell, value), text);
}

function writeCell(text: string, cell: Cell, value: string): string {
  const from = cell.span.start.offset;
  const to = cell.span.end.offset;
  const old = text.slice(from, to);
  if (to > text.length || plainText(old) !== cell.text) {
    throw new Error(
      `the cell on line ${cell.span.start.line} no longer says “${cell.text}”; read the table again`,
    );
  }
  const written = escapeCell(value);
  if (cell.missing !== undefined)
    return text.slice(0, from) + appendCells(text, from, cell.missing, written) + text.slice(to);
  const before = text[from - 1] === '|' ? ' ' : '';
  const after = text[to] === '|' ? ' ' : '';
  const padding = ' '.repeat(Math.max(0, screenWidth(old) - screenWidth(before + written + after)));
  const closed = after === '' ? '' : padding + after;
  return text.slice(0, from) + before + written + closed + text.slice(to);
}

/** A row that ends before this column gets the cells that it lacks, and the value in the last of them. */
function appendCells(text: string, at: number, missing: number, value: string): string {
  const open = text[at - 1] === '|' ? '' : ' |';
  return `${open}${'  |'.repeat(missing)} ${value} |`;
}

/** One line in which a pipe is `\|`; a pipe that the value escapes already stays as it is. */
function escapeCell(value: string): string {
  const line = value.replace(/\s+/g, ' ').trim();
  let escaped = '';
  for (let at = 0; at < line.length; at++) {
    const unit = line[at]!;
    if (unit === '\\') escaped += unit + (line[++at] ?? '\\');
    else escaped += unit === '|' ? '\\|' : unit;
  }
  return escaped;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Columns that a text takes in a monospaced font: two for a Chinese character or an emoji. */
function screenWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += eastAsianWidth(segment.codePointAt(0)!);
  return width;
}

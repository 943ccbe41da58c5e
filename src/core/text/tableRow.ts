/** A cell of a table row, from behind one pipe to before the next, padding included. */
export interface RawCell {
  readonly from: number;
  readonly to: number;
}

/** No table that a person wrote is wider; what stands behind it in a row is left out. */
const maxCells = 256;

/** Splits a row of a GFM table at its pipes; `\|` belongs to a cell. Offsets are those of `text`. */
export function splitRow(text: string, from: number, to: number): RawCell[] {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  const cells: RawCell[] = [];
  let cell = text.charCodeAt(start) === 124 ? start + 1 : start;
  let closed = false;
  for (let at = cell; at < end && cells.length < maxCells; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 92) at++;
    else if (unit === 124) {
      cells.push({ from: cell, to: at });
      cell = at + 1;
      closed = cell >= end;
    }
  }
  if (!closed && cell < end && cells.length < maxCells) cells.push({ from: cell, to: end });
  return cells;
}

function isBlank(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 13 || unit === 10;
}

const delimiterRow = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Whether a line is the `|---|:--:|` line under a table's header. A lone `---` is a rule and is not. */
export function isDelimiterRow(line: string): boolean {
  return line.length < 20_000 && line.includes('|') && line.includes('-') && delimiterRow.test(line);
}

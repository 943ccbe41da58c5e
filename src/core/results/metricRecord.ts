import { evaluate, parse as parseJson } from '@humanwhocodes/momoa';

/**
 * Named values of one line of a metrics file, in the order of the line; `step` is null where the line has
 * none.
 */
export interface MetricRecord {
  readonly step: number | null;
  readonly values: readonly (readonly [series: string, value: number])[];
}

/**
 * A line that can't be read: 1-based column of the first thing that is wrong. `torn`: it was only cut off
 * while being written.
 */
export interface UnreadableLine {
  readonly column: number;
  readonly message: string;
  readonly torn: boolean;
}

/**
 * Names that number the points, best first; compared in lower case and without a leading path
 * (`trainer/global_step`).
 */
const stepNames = [
  'step',
  '_step',
  'global_step',
  'iteration',
  'iter',
  'iter_num',
  'update',
  'epoch',
  '_epoch',
];
const seriesNames = ['name', 'metric', 'series', 'tag', 'key'];

const spelledNumbers = new Map([
  ['nan', NaN],
  ['inf', Infinity],
  ['infinity', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
  ['-infinity', -Infinity],
]);

/** The number that a cell spells, `nan` and `inf` in any case included; undefined for anything else. */
export function parseMetricNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed);
  return spelledNumbers.get(trimmed.toLowerCase());
}

/**
 * Sorts named cells into step and values. Long tables (`step, name, value`) give one value under the name in
 * the cell. Cells that are no numbers (run names, times of day, empty cells) are no values.
 */
export function toRecord(cells: readonly (readonly [string, unknown])[]): MetricRecord {
  const numbers: [string, number][] = [];
  let series: string | null = null;
  for (const [name, cell] of cells) {
    const value =
      typeof cell === 'number' ? cell : typeof cell === 'string' ? parseMetricNumber(cell) : undefined;
    if (value !== undefined) numbers.push([name, value]);
    else if (typeof cell === 'string' && seriesNames.includes(name.toLowerCase())) series = cell;
  }
  const rank = ([name]: [string, number]): number => stepNames.indexOf(name.toLowerCase().split('/').at(-1)!);
  const stepCell = numbers
    .filter((cell) => rank(cell) >= 0 && Number.isFinite(cell[1]))
    .sort((a, b) => rank(a) - rank(b))[0];
  const values = numbers.filter((cell) => rank(cell) < 0);
  const long = series !== null && values.length === 1 && values[0]![0].toLowerCase() === 'value';
  return { step: stepCell?.[1] ?? null, values: long ? [[series!, values[0]![1]]] : values };
}

const deepest = 6;

function flatten(value: unknown, name: string, into: [string, unknown][], depth: number): void {
  if (value === null || typeof value !== 'object') into.push([name, value]);
  else if (!Array.isArray(value) && depth < deepest)
    for (const [key, inner] of Object.entries(value))
      flatten(inner, name === '' ? key : `${name}/${key}`, into, depth + 1);
}

/**
 * One line of JSON: an object of numbers, nested ones with names joined by `/`. NaN and Infinity are read
 * bare, as Python writes them, and as strings. A line that ends before its object does, or in which a second
 * object begins, is torn.
 */
export function parseJsonLine(line: string): MetricRecord | UnreadableLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    try {
      value = evaluate(parseJson(line, { mode: 'json5' }));
    } catch (error) {
      const message = (error as Error).message.replace(/ \(\d+:\d+\)$/, '');
      const torn =
        line.startsWith('{') && (!line.trimEnd().endsWith('}') || /[^,:[\s]\s*\{"/.test(line.slice(1)));
      return {
        column: (error as { column?: number }).column ?? 1,
        message: `not valid JSON: ${message}`,
        torn,
      };
    }
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return { column: 1, message: 'expected an object of metrics, {"step": 1, "loss": 0.5}', torn: false };
  const cells: [string, unknown][] = [];
  flatten(value, '', cells, 0);
  return toRecord(cells);
}

/**
 * Cells of a delimited line; a cell may be quoted, with doubled quotes inside (RFC 4180). Line breaks in
 * cells are not supported.
 */
export function splitCells(line: string, delimiter: string): { text: string; column: number }[] {
  const cells: { text: string; column: number }[] = [];
  for (let at = 0; at <= line.length;) {
    const column = at + 1;
    let text = '';
    if (line[at] === '"') {
      for (at++; at < line.length && !(line[at] === '"' && line[at + 1] !== '"'); at++) {
        if (line[at] === '"') at++;
        text += line[at];
      }
      at++;
    }
    const end = line.indexOf(delimiter, at) < 0 ? line.length : line.indexOf(delimiter, at);
    cells.push({ text: (text + line.slice(at, end)).trim(), column });
    at = end + 1;
  }
  return cells;
}

/** A row under its header. A row that is too short is torn, one that is too long is wrong. */
export function parseCsvLine(
  line: string,
  header: readonly string[],
  delimiter: string,
): MetricRecord | UnreadableLine {
  const cells = splitCells(line, delimiter);
  if (cells.length !== header.length) {
    const column = cells[header.length]?.column ?? line.length + 1;
    return {
      column,
      message: `${cells.length} cells under a header of ${header.length}`,
      torn: cells.length < header.length,
    };
  }
  return toRecord(cells.map((cell, i) => [header[i]!, cell.text] as const));
}

const number = String.raw`[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|(?:inf(?:inity)?|nan)(?!\w))`;
const pair = new RegExp(
  String.raw`(?<![\w./-])['"]?([A-Za-z_][\w./-]*)['"]?(\s*[=:]\s*|\s+)(${number})`,
  'gi',
);
/** Words that are followed by their number without a sign between, as in `iter 100: loss 2.31`. */
const bareWords =
  /^(?:global_)?(?:step|iter|iteration|epoch)$|loss|acc|error|lr|perplexity|ppl|reward|bleu|f1/i;

/**
 * `name=value`, `name: value` and, for words that name metrics, `name value`, anywhere in a line of a log.
 */
export function parseLogLine(line: string): MetricRecord {
  const cells: [string, unknown][] = [];
  for (const match of line.matchAll(pair)) {
    const [, name, between, value] = match as unknown as [string, string, string, string];
    if (/[=:]/.test(between) || bareWords.test(name)) cells.push([name, value]);
  }
  return toRecord(cells);
}

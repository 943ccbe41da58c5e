import { parseCsvLine, parseJsonLine, parseLogLine, parseMetricNumber, splitCells } from './metricRecord';
import type { MetricRecord, UnreadableLine } from './metricRecord';

/** One value of one series. */
export interface MetricPoint {
  readonly series: string;
  /** As the file numbers it; the count of the record (from 0) where the file has no step. */
  readonly step: number;
  /** NaN and infinities are kept. */
  readonly value: number;
}

/** What is wrong with a file: the first line that is neither readable nor merely cut off. */
export interface MetricProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

type Format = { kind: 'jsonl' } | { kind: 'csv'; header: string[]; delimiter: string } | { kind: 'log' };

/**
 * Longest line kept, in UTF-16 units; what comes after it up to the next line break is dropped, so that
 * memory stays bounded.
 */
const longestLine = 1 << 20;

/**
 * Reads metrics as they are written: JSON lines, CSV with a header, or a log with `name=value` in it, told
 * apart by the first line. Feed it pieces cut anywhere with `push`, then `end`. It holds one unfinished line
 * and nothing else. Lines torn by a crash are skipped and counted; any other unreadable line is kept in
 * `problem` (the first one) and skipped too.
 */
export class MetricStream {
  #rest = '';
  #overlong = false;
  #format: Format | null = null;
  /** The first line, while only the second one can tell whether it is a header. */
  #candidate: string | null = null;
  #line = 0;
  #records = 0;
  #torn = 0;
  #problem: MetricProblem | null = null;

  /** Lines skipped because they were cut off while being written. */
  get tornLines(): number {
    return this.#torn;
  }

  /** Is there a table or a record of JSON, even one without a number so far? */
  get hasTable(): boolean {
    return this.#format !== null && this.#format.kind !== 'log';
  }

  get problem(): MetricProblem | null {
    return this.#problem;
  }

  /** The points of the lines that `chunk` completes. */
  push(chunk: string): MetricPoint[] {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop()!;
    const points: MetricPoint[] = [];
    for (const line of lines) this.#read(line, false, points);
    if (this.#rest.length > longestLine) {
      this.#rest = '';
      this.#overlong = true;
    }
    return points;
  }

  /**
   * The points of the last line, which may lack its line break; half of a line gives none and is no error.
   */
  end(): MetricPoint[] {
    const points: MetricPoint[] = [];
    if (this.#rest !== '' || this.#overlong) this.#read(this.#rest, true, points);
    this.#rest = '';
    if (this.#format === null && this.#candidate !== null)
      this.#readAs({ kind: 'log' }, this.#candidate, true, points);
    this.#candidate = null;
    return points;
  }

  #read(raw: string, last: boolean, into: MetricPoint[]): void {
    this.#line++;
    if (this.#overlong) {
      this.#overlong = false;
      this.#torn++;
      return;
    }
    const line = raw.replace(/\r$/, '').replace(/^\uFEFF/, '');
    if (line.trim() === '') return;
    if (this.#format === null) {
      if (this.#candidate === null && line.startsWith('{')) this.#format = { kind: 'jsonl' };
      else if (this.#candidate === null) return void (this.#candidate = line);
      else this.#format = detectTable(this.#candidate, line) ?? { kind: 'log' };
      if (this.#format.kind === 'log') this.#readAs(this.#format, this.#candidate!, last, into);
    }
    this.#readAs(this.#format, line, last, into);
  }

  #readAs(format: Format, line: string, last: boolean, into: MetricPoint[]): void {
    const record = readRecord(line, format);
    if ('message' in record) {
      if (record.torn || last) this.#torn++;
      else this.#problem ??= { line: this.#line, column: record.column, message: record.message };
      return;
    }
    if (record.values.length === 0) return;
    const step = record.step ?? this.#records;
    this.#records++;
    for (const [series, value] of record.values) into.push({ series, step, value });
  }
}

function readRecord(line: string, format: Format): MetricRecord | UnreadableLine {
  if (format.kind === 'jsonl') return parseJsonLine(line);
  if (format.kind === 'csv') return parseCsvLine(line, format.header, format.delimiter);
  const trimmed = line.trim();
  const structured = trimmed.startsWith('{') ? parseJsonLine(trimmed) : null;
  return structured !== null && !('message' in structured) ? structured : parseLogLine(line);
}

/**
 * A table, when the first line is a row of names and the second one has as many cells, of which one is a
 * number.
 */
function detectTable(first: string, second: string): Format | null {
  const delimiter = [',', '\t', ';'].find((candidate) => first.includes(candidate)) ?? ',';
  const header = splitCells(first, delimiter).map((cell) => cell.text);
  const row = splitCells(second, delimiter).map((cell) => parseMetricNumber(cell.text));
  const named = header.every((text) => parseMetricNumber(text) === undefined && !/[={}]|: /.test(text));
  const numeric = row.some((value) => value !== undefined);
  return named && numeric && row.length <= header.length ? { kind: 'csv', header, delimiter } : null;
}

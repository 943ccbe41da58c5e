import { CsvError, parse } from 'csv-parse/sync';
import { lineOf, listNames, missingNumber, notFinite, spellsNotFinite } from './metricFailure';
import type { MetricPlace, MetricReading } from './metricFailure';
import { matchMetric } from './metricName';

interface Row {
  readonly cells: readonly string[];
  /** 1-based line of the file on which the row ends. */
  readonly line: number;
}

/**
 * Reads a number of a CSV or TSV file with a header: the column that the pointer names, the last row that has a
 * value there (loggers leave the cells of other phases empty).
 */
export function readCsvMetric(text: string, place: MetricPlace): MetricReading {
  const parsed = parseRows(text, place.file);
  if (!('rows' in parsed)) return parsed;
  const [header, ...body] = parsed.rows;
  const last = body.at(-1);
  if (header === undefined || last === undefined)
    return missingNumber(
      `${place.file} has a header and no row`,
      [lineOf(text, 1)],
      'Have the evaluation write at least one row, then rerun it',
    );
  const columns = header.cells.map((cell) => cell.trim());
  const column = findColumn(columns, place);
  if (typeof column !== 'number')
    return missingNumber(
      `${place.file}:${header.line} ${column.why}`,
      [lineOf(text, header.line)],
      `Correct the column of metric ${JSON.stringify(place.name)} in the manifest, or have the evaluation write that column`,
    );
  if (last.cells.length < columns.length)
    return missingNumber(
      `${place.file}:${last.line} is cut off: the last row has ${last.cells.length} of ${columns.length} columns`,
      [lineOf(text, last.line)],
      'The program was probably stopped while it wrote; rerun it',
    );
  const name = columns[column] ?? '';
  const row = body.findLast(({ cells }) => (cells[column] ?? '').trim() !== '');
  if (row === undefined)
    return missingNumber(
      `${place.file}: column ${JSON.stringify(name)} is empty in all ${body.length} rows`,
      [lineOf(text, last.line)],
      'Have the evaluation write a value into that column, then rerun it',
    );
  const cell = (row.cells[column] ?? '').trim();
  const here = `${place.file}:${row.line}: column ${JSON.stringify(name)}`;
  const evidence = [lineOf(text, row.line)];
  if (spellsNotFinite(cell)) return notFinite(`${here} is ${cell}, not a finite number`, evidence);
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : NaN;
  if (Number.isNaN(value))
    return missingNumber(
      `${here} is the text ${JSON.stringify(cell)}, not a number`,
      evidence,
      'Have the evaluation write the value as a plain decimal number, then rerun it',
    );
  if (!Number.isFinite(value)) return notFinite(`${here} is too large for a finite number`, evidence);
  return { ok: true, value: { name: place.name, value, file: place.file, pointer: name, line: row.line } };
}

function parseRows(text: string, file: string): { readonly rows: readonly Row[] } | MetricReading {
  try {
    // With `info`, each record stands beside the line on which it ended.
    const records = parse(text, {
      bom: true,
      info: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as readonly {
      readonly record: readonly string[];
      readonly info: { readonly lines: number };
    }[];
    return { rows: records.map(({ record, info }) => ({ cells: record, line: info.lines })) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : 1;
    return missingNumber(
      `${file}:${line} is not valid CSV: ${error.message.replace(/\.$/, '')}`,
      [lineOf(text, line)],
      'Write the file with a CSV library; if the program was stopped while it wrote, rerun it',
    );
  }
}

/** The separator that stands most often in the header; comma where none does. */
function delimiterOf(text: string): string {
  const header = lineOf(text, 1);
  const count = (separator: string): number => header.split(separator).length;
  return [',', '\t', ';'].reduce((best, next) => (count(next) > count(best) ? next : best));
}

function findColumn(columns: readonly string[], place: MetricPlace): number | { readonly why: string } {
  const wanted = place.pointer === '' ? place.name : place.pointer;
  const exact = columns.indexOf(wanted);
  if (exact >= 0) return exact;
  const match = matchMetric(wanted, columns);
  if (match.kind === 'found') return columns.indexOf(match.name);
  return match.kind === 'ambiguous'
    ? { why: `has several columns that match ${JSON.stringify(wanted)}: ${listNames(match.candidates)}` }
    : { why: `has no column ${JSON.stringify(wanted)}; it has ${listNames(columns)}` };
}

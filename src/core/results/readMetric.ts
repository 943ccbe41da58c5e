import { readCsvMetric } from './metricCsv';
import { missingNumber } from './metricFailure';
import type { MetricPlace, MetricReading } from './metricFailure';
import { readJsonLinesMetric, readJsonMetric } from './metricJson';

/** A declared number and the text of its file; null where the file does not exist. */
export interface MetricInput extends MetricPlace {
  readonly text: string | null;
}

/**
 * Reads one number of a result file, with the line it stands on. `.csv` and `.tsv` are tables (pointer = column,
 * last row that has it), `.jsonl` and `.ndjson` are one JSON document a line (last line that has it), everything
 * else is JSON (pointer = RFC 6901). Whatever is wrong comes back as a failure that names file and line; nothing
 * throws, nothing is filled in.
 */
export function readMetric(input: MetricInput): MetricReading {
  const { text, file, name, pointer } = input;
  const place: MetricPlace = { file, name, pointer };
  if (text === null)
    return missingNumber(
      `${file} does not exist, so metric ${JSON.stringify(name)} has no value`,
      [],
      'Check that the command writes this file and that the manifest names the same path',
    );
  if (text.trim() === '' || text === '\uFEFF')
    return missingNumber(
      `${file} is empty, so metric ${JSON.stringify(name)} has no value`,
      [],
      'The program created the file and wrote nothing; look at the end of its log, then rerun it',
    );
  if (/\.(csv|tsv)$/i.test(file)) return readCsvMetric(text, place);
  if (/\.(jsonl|ndjson)$/i.test(file)) return readJsonLinesMetric(text, place);
  return readJsonMetric(text, place);
}

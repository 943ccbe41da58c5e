import { parseTracker } from '../core/plan/parseTracker';
import type { WorkspaceFiles } from '../core/ports';
import { keyMetric } from '../core/results/keyMetric';
import type { StudyResult } from '../core/results/model';
import { findNumbers } from '../core/results/report/verifyReport';
import { trackerUpdate } from '../core/results/report/trackerUpdate';
import type { FileDifference } from './verifyFiles';

interface Checked {
  readonly differences: readonly FileDifference[];
  readonly checked: number;
}

/**
 * The linked numbers of the compact log. Its entries are as old as their runs' ends and keep the digits of that day, so
 * each number is held to its value at the precision in which it is printed.
 */
export async function verifyLog(
  measured: ReadonlyMap<string, readonly number[]>,
  path: string,
  files: WorkspaceFiles,
): Promise<Checked> {
  const text = await files.read(path);
  if (text === null) return { differences: [], checked: 0 };
  const differences: FileDifference[] = [];
  let checked = 0;
  for (const number of findNumbers(text)) {
    const values = measured.get(`${number.file}#${number.pointer}`) ?? [];
    checked++;
    // An entry of an earlier attempt keeps its number.
    if (!values.some((value) => isPrinted(number.text, value)))
      differences.push({
        ...{ file: path, line: number.line, was: number.text },
        is: values.length > 0 ? String(values[values.length - 1]) : null,
      });
  }
  return { differences, checked };
}

/** The numbers that Bridge wrote into the tracker's Notes, where they still stand in Bridge's own words. */
export async function verifyTracker(study: StudyResult, files: WorkspaceFiles): Promise<Checked> {
  const text = study.trackerPath === '' ? null : await files.read(study.trackerPath);
  if (text === null) return { differences: [], checked: 0 };
  const runs = new Map(study.milestones.flatMap(({ runs: all }) => all.map((run) => [run.id, run] as const)));
  const differences: FileDifference[] = [];
  let checked = 0;
  for (const { id, notesCell } of parseTracker(text).rows) {
    const run = runs.get(id);
    const metric = run && run.status === 'DONE' ? keyMetric(run, study.primaryMetric) : null;
    if (!run || !metric || notesCell === null) continue;
    const said = numberAfter(notesCell.text, `${metric.name} = `);
    if (said === null) continue;
    checked++;
    if (!isPrinted(said, metric.value))
      differences.push({
        file: study.trackerPath,
        line: notesCell.span.start.line,
        was: said,
        is:
          numberAfter(trackerUpdate(run, study.primaryMetric).notes, `${metric.name} = `) ??
          String(metric.value),
      });
  }
  return { differences, checked };
}

function numberAfter(text: string, before: string): string | null {
  const from = text.indexOf(before);
  return from < 0
    ? null
    : (/^[-+]?\d[\d.]*(e[-+]?\d+)?/i.exec(text.slice(from + before.length))?.[0] ?? null);
}

/** Whether a text is this number, rounded to the digits that the text has. */
function isPrinted(text: string, value: number): boolean {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const digits = (mantissa.split('.')[1]?.length ?? 0) - Number(exponent);
  return Math.abs(Number(text) - value) <= 0.5 * 10 ** -digits * (1 + 1e-9);
}

import { diffArrays } from 'diff';
import type { WorkspaceFiles } from '../core/ports';
import type { MetricValue, StudyResult } from '../core/results/model';
import { readMetric } from '../core/results/readMetric';
import type { StudyState } from '../core/run/state';
import { measuredPath } from './measured';

/** A place where a file is not what it has to be. Of a result file `was` is what was measured and `is` what stands there now. */
export interface FileDifference {
  /** Relative to the workspace. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** Null: nothing. */
  readonly was: string | null;
  readonly is: string | null;
}

/** A file that was rewritten whole would fill the screen; its first lines say enough. */
const linesAtMost = 20;

/** Every result file against what was read from it when its run ended. */
export async function verifyMeasured(
  state: StudyState,
  study: StudyResult,
  files: WorkspaceFiles,
): Promise<{ readonly differences: readonly FileDifference[]; readonly checked: number }> {
  const differences: FileDifference[] = [];
  let checked = 0;
  for (const [file, metrics] of newestMetrics(state, study)) {
    checked += metrics.length;
    differences.push(...(await verifyFile(file, metrics, files)));
  }
  return { differences, checked };
}

/** By file, the numbers of the run that read it last: a file that several runs append to is held to that. */
function newestMetrics(state: StudyState, study: StudyResult): Map<string, MetricValue[]> {
  const newest = new Map<string, { at: number; metrics: MetricValue[] }>();
  for (const { runs } of study.milestones)
    for (const { id, metrics } of runs) {
      const phase = state.jobs.get(id)?.phase;
      const at = phase?.kind === 'completed' ? phase.at : 0;
      const own = new Map<string, MetricValue[]>();
      for (const metric of metrics) own.set(metric.file, [...(own.get(metric.file) ?? []), metric]);
      for (const [file, values] of own)
        if (at >= (newest.get(file)?.at ?? 0)) newest.set(file, { at, metrics: values });
    }
  return new Map([...newest].map(([file, { metrics }]) => [file, metrics]));
}

async function verifyFile(
  file: string,
  metrics: readonly MetricValue[],
  files: WorkspaceFiles,
): Promise<readonly FileDifference[]> {
  const [first] = metrics;
  const line = first?.line ?? 1;
  const text = await files.read(file);
  if (text === null) {
    const was = metrics.map(({ name, value }) => `${name} = ${value}`).join(', ');
    return [{ file, line, was, is: null }];
  }
  const recorded = first?.sha256;
  const now = await files.hash(file);
  if (recorded !== undefined && now === recorded) return [];
  const kept = recorded === undefined ? null : await files.read(measuredPath(recorded));
  const changed = kept === null ? changedNumbers(text, metrics) : changedLines(file, kept, text);
  if (changed.length > 0 || recorded === undefined) return changed;
  return [{ file, line, was: `sha256 ${recorded}`, is: `sha256 ${now}` }];
}

/** Without a copy: the numbers that read differently now. */
function changedNumbers(text: string, metrics: readonly MetricValue[]): readonly FileDifference[] {
  return metrics.flatMap(({ name, value, file, pointer, line }) => {
    const reading = readMetric({ text, file, name, pointer });
    const is = reading.ok ? String(reading.value.value) : reading.failure.message;
    if (is === String(value)) return [];
    const at = line ?? (reading.ok ? reading.value.line : null) ?? 1;
    return [{ file, line: at, was: String(value), is }];
  });
}

function changedLines(file: string, before: string, now: string): readonly FileDifference[] {
  const differences: FileDifference[] = [];
  let line = 1;
  const parts = diffArrays(before.split('\n'), now.split('\n'));
  for (const [index, part] of parts.entries()) {
    if (part.added) continue;
    const next = parts[index + 1];
    const inserted = next?.added ? next.value : [];
    const removed = part.removed ? part.value : [];
    const from = part.removed ? line : line + part.value.length;
    for (let i = 0; i < Math.max(removed.length, inserted.length); i++)
      differences.push({ file, line: from + i, was: removed[i] ?? null, is: inserted[i] ?? null });
    // Lines are counted as they stand now.
    line += part.removed ? inserted.length : part.value.length + inserted.length;
  }
  const [head] = parts;
  if (head?.added) head.value.forEach((is, i) => differences.unshift({ file, line: i + 1, was: null, is }));
  return differences.slice(0, linesAtMost);
}

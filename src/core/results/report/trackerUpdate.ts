import { keyMetric } from '../keyMetric';
import type { RunResult, StudyResult } from '../model';
import { decimalsFor, formatNumber } from '../number';
import { oneLine } from './markdown';

/** What the tracker row of a run should say. Plain text on one line: the writer of the cell escapes it. */
export interface TrackerUpdate {
  readonly status: RunResult['status'];
  readonly notes: string;
}

const notesAtMost = 300;

/** The key metric with its file, or why there is none. A run done elsewhere keeps its status and says so. */
export function trackerUpdate(run: RunResult, primary: StudyResult['primaryMetric'] = null): TrackerUpdate {
  return { status: run.status, notes: shorten(oneLine(notesOf(run, primary))) };
}

function notesOf(run: RunResult, primary: StudyResult['primaryMetric']): string {
  const metric = run.status === 'DONE' ? keyMetric(run, primary) : null;
  const elsewhere = run.unverified ? 'done elsewhere, unverified' : '';
  if (metric === null) return run.reason ?? elsewhere;
  const value = `${metric.name} = ${formatNumber(metric.value, decimalsFor([metric.value]))}, ${metric.file}`;
  return elsewhere === '' ? value : `${value} (${elsewhere})`;
}

function shorten(text: string): string {
  return text.length > notesAtMost ? `${text.slice(0, notesAtMost - 1).trimEnd()}…` : text;
}

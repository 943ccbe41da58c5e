import { keyMetric } from '../core/results/keyMetric';
import { decimalsFor, formatNumber } from '../core/results/number';
import type { MetricValue } from '../core/results/model';
import { gpusHeld } from '../core/run/budget';
import type { StudyState } from '../core/run/state';
import type { RunRow } from '../protocol/runs';
import type { ViewInput } from './input';
import type { RunEntry } from './studyIndex';
import { elapsedMs, estimatedMs, progressOf } from './time';
import { describeWhy } from './why';

/** Values in a sparkline. */
const sparkLength = 40;

export function runRow(state: StudyState, entry: RunEntry, input: ViewInput): RunRow {
  const { job, attempt, status } = entry;
  const metric = metricOf(state, entry);
  const active = status === 'running' || status === 'unreachable';
  const mayAct = input.trusted && job !== null && !job.obsolete;
  return {
    id: entry.id,
    milestone: entry.milestone === '' ? null : entry.milestone,
    system: entry.system,
    seed: entry.seed,
    host: entry.host,
    gpus: describeGpus(entry, input),
    status,
    progress: progressOf(entry, input.now),
    spark: attempt === null ? [] : input.spark(entry.id, sparkLength),
    metric:
      metric === null
        ? null
        : { name: metric.name, value: formatNumber(metric.value, decimalsFor([metric.value])) },
    source: metric === null ? null : { file: metric.file, line: metric.line },
    elapsedMs: elapsedMs(entry, input.now),
    estimatedMs: estimatedMs(job),
    attempts: job?.attempts.length ?? 0,
    why: describeWhy(state, entry, input),
    canCancel:
      mayAct &&
      // The newest attempt of a run that waits for its next one may have been stopped; that is past.
      ((active && attempt?.stopping == null) || status === 'pending' || status === 'paused') &&
      deployed(state),
    canRetry:
      mayAct && (status === 'failed' || status === 'stuck' || status === 'skipped' || status === 'cancelled'),
    canPause: mayAct && job.phase.kind === 'pending' && deployed(state),
    canResume: mayAct && status === 'paused',
  };
}

/** A preview of the documents has no journal behind it: there is nothing to act upon yet. */
export function deployed(state: StudyState): boolean {
  return state.timeline.length > 0;
}

/** The metric that matters of a finished run; null where it has none. */
export function metricOf(state: StudyState, { job }: RunEntry): MetricValue | null {
  if (job?.phase.kind !== 'completed') return null;
  return keyMetric(job.phase, state.study?.primaryMetric ?? null);
}

function describeGpus({ job, attempt }: RunEntry, { t }: ViewInput): string {
  if (attempt !== null && attempt.gpus.length > 0) return attempt.gpus.join(',');
  if (attempt !== null) return gpusHeld(attempt) === 0 ? t('CPU') : t('{0} GPU', gpusHeld(attempt));
  const wanted = job?.job.gpus ?? null;
  if (wanted === null) return '';
  return wanted === 0 ? t('CPU') : t('{0} GPU', wanted);
}

import { matchMetric } from './metricName';
import type { MetricValue, RunResult, StudyResult } from './model';

/** A run's metrics for display: the one that matters first, the others as declared. */
export function metricsInOrder(
  run: Pick<RunResult, 'metrics'>,
  primary: StudyResult['primaryMetric'],
): readonly MetricValue[] {
  const key = keyMetric(run, primary);
  return key === null ? [] : [key, ...run.metrics.filter((metric) => metric !== key)];
}

/** The primary metric of a run, else the first one declared; null where it has none. */
export function keyMetric(
  run: Pick<RunResult, 'metrics'>,
  primary: StudyResult['primaryMetric'],
): MetricValue | null {
  const names = run.metrics.map(({ name }) => name);
  const match = primary === null ? null : matchMetric(primary.name, names);
  const name = match?.kind === 'found' ? match.name : names[0];
  return run.metrics.find((metric) => metric.name === name) ?? null;
}

import { kindOf, measureOf, roleOf } from '../health/seriesName';
import type { DrawnCurve } from './liveCurve';
import { LiveCurve } from './liveCurve';
import { matchMetric } from './metricName';
import type { MetricPoint } from './metricStream';

/** Series of one run that are followed; a run that logs a histogram a layer has the rest left out. */
const seriesAtMost = 256;

/** A run's curves in bounded memory. */
export class RunSeries {
  readonly #curves = new Map<string, LiveCurve>();

  add({ series, step, value }: MetricPoint): void {
    let curve = this.#curves.get(series);
    if (!curve) {
      if (this.#curves.size >= seriesAtMost) return;
      curve = new LiveCurve();
      this.#curves.set(series, curve);
    }
    curve.add(step, value);
  }

  get names(): readonly string[] {
    return [...this.#curves.keys()];
  }

  newest(series: string, count: number): readonly number[] {
    return this.#curves.get(series)?.newest(count) ?? [];
  }

  draw(series: string, points: number): DrawnCurve | null {
    return this.#curves.get(series)?.draw(points) ?? null;
  }
}

/**
 * The one series that stands for a run: the primary metric, else what measures the same on another split (a run logs
 * `val/accuracy` while its test accuracy is yet to come), else its loss, else a score. Null: it logs none of them.
 */
export function mainSeries(names: readonly string[], primaryMetric: string | null): string | null {
  if (primaryMetric !== null) {
    const match = matchMetric(primaryMetric, names);
    if (match.kind === 'found') return match.name;
    const same = names.filter((name) => measureOf(name) === measureOf(primaryMetric));
    const found = same.find((name) => roleOf(name) === 'validation') ?? same[0];
    if (found !== undefined) return found;
  }
  for (const kind of ['loss', 'score', 'other'] as const) {
    const some = names.filter((name) => kindOf(name) === kind);
    const found = some.find((name) => roleOf(name) === 'train') ?? some[0];
    if (found !== undefined) return found;
  }
  return null;
}

import { kindOf, measureOf } from '../core/health/seriesName';
import { resultRuns } from '../core/results/evidence';
import { keyMetric } from '../core/results/keyMetric';
import { matchMetric } from '../core/results/metricName';
import type { FollowedRun, MetricSource } from '../core/results/metricSource';
import type { PlotLink, StudyResult } from '../core/results/model';
import { curvePlot } from '../core/results/plot/curvePlot';
import { dotPlot } from '../core/results/plot/dotPlot';
import type { Language } from '../core/results/report/messages';
import { messagesOf } from '../core/results/report/messagesOf';
import { groupRuns, metricOf } from '../core/results/runGroup';
import { mainSeries, RunSeries } from '../core/results/runSeries';

export const plotFolder = 'results/plots';

/** Curves of more runs than this would be a smear, and take long to read. */
const runsAtMost = 400;
const pointsAtMost = 400;

export interface Plot extends PlotLink {
  readonly svg: string;
}

/** The plots of a report: the key metric by system, and what the runs logged on the way to it. */
export async function makePlots(
  study: StudyResult,
  language: Language,
  source: MetricSource,
  place: (run: string) => FollowedRun | null,
): Promise<readonly Plot[]> {
  const words = messagesOf(language).plots;
  const runs = resultRuns(study).filter(({ status, metrics }) => status === 'DONE' && metrics.length > 0);
  const plots: Plot[] = [];
  const groups = groupRuns(runs);
  const named = [...new Set(runs.flatMap(({ metrics }) => metrics.map(({ name }) => name)))];
  const primary = study.primaryMetric === null ? null : matchMetric(study.primaryMetric.name, named);
  const first = runs[0];
  const metric = primary?.kind === 'found' ? primary.name : first && keyMetric(first, null)?.name;
  if (metric === undefined) return [];
  const dots = groups
    .map((group) => ({
      label: group.label,
      values: group.runs.flatMap((run) => {
        const found = metricOf(run, metric);
        return found ? [{ run: run.id, value: found.value }] : [];
      }),
    }))
    .filter(({ values }) => values.length > 0);
  if (dots.length > 1) {
    const caption = words.bySystem(metric);
    plots.push({ path: pathOf(metric, 'by-system'), caption, svg: dotPlot(metric, caption, dots) });
  }

  const drawn = new Map<string, RunSeries>();
  for (const { id } of runs.slice(0, runsAtMost)) {
    const followed = place(id);
    if (!followed) continue;
    const series = new RunSeries();
    await source.follow(followed, (point) => series.add(point)).refresh(true);
    if (series.names.length > 0) drawn.set(id, series);
  }
  const names = [...new Set([...drawn.values()].flatMap((series) => series.names))];
  const main = mainSeries(names, metric);
  // A column of a data file is no training: only what is a loss, a score or the metric itself is drawn.
  if (main === null || (kindOf(main) === 'other' && measureOf(main) !== measureOf(metric))) return plots;
  const caption = words.curves(main);
  const svg = curvePlot(
    main,
    caption,
    groups.map((group) => ({
      label: group.label,
      curves: group.runs.flatMap(({ id }) => {
        const points = drawn.get(id)?.draw(main, pointsAtMost)?.points;
        return points === undefined ? [] : [points];
      }),
    })),
  );
  if (svg !== null) plots.push({ path: pathOf(main, 'curves'), caption, svg });
  return plots;
}

function pathOf(metric: string, kind: string): string {
  const name =
    metric
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'metric';
  return `${plotFolder}/${name}-${kind}.svg`;
}

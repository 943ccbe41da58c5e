import { compareWithBaseline } from '../comparisonWithBaseline';
import { keyMetric } from '../keyMetric';
import { matchMetric } from '../metricName';
import { unlikeAspects } from '../likeWithLike';
import { formatDifference, formatNumber, formatP } from '../number';
import type { MilestoneResult } from '../model';
import { groupRuns, valuesOf, type RunGroup } from '../runGroup';
import { summarise } from '../statistics';
import { floorOfDifference, studyNoise } from '../studyNoise';
import { meanText } from './describeFinding';
import { escapeText, table } from './markdown';
import { computedLink, type ReportContext } from './reportContext';

/**
 * Means over seeds of the key metric, one table a milestone, each group beside its baseline. Left out where nothing is
 * repeated and nothing is compared: a mean of one says nothing that the run's own row does not. A sanity milestone has none.
 */
export function aggregateTables(milestone: MilestoneResult, context: ReportContext): readonly string[] {
  if (milestone.kind === 'sanity') return [];
  const { study, words } = context;
  const lines: string[] = [];
  for (const metric of keyMetricNames(milestone, context)) {
    const direction = directionOf(metric, context);
    const groups = groupRuns(milestone.runs).filter((group) => valuesOf(group, metric).length > 0);
    const compared = groups.map((group) => ({
      group,
      comparison: direction === null ? null : compareWithBaseline(group, metric, direction, study),
    }));
    const worthATable = compared.some(
      ({ group, comparison }) => valuesOf(group, metric).length > 1 || comparison !== null,
    );
    if (!worthATable) continue;
    const decimals = context.decimals.get(metric) ?? 3;
    const rows = compared.map(({ group, comparison }) => [
      escapeText(group.label),
      meanCell(group, metric, decimals, context),
      comparison === null
        ? words.results.noBaseline
        : differenceCell(comparison, group, metric, decimals, context),
      comparison === null ? words.results.noBaseline : words.noise[comparison.verdict],
    ]);
    lines.push(escapeText(words.results.aggregated(metric, direction)), '');
    lines.push(...table(['System', 'Mean ± Std (n)', 'vs Baseline', 'Verdict'], rows), '');
    for (const { group, comparison } of compared) {
      const unlike = comparison === null ? [] : unlikeAspects(group.runs, comparison.baseline.runs);
      if (comparison !== null && unlike.length > 0)
        lines.push(
          `- ${escapeText(words.results.unlike(group.label, comparison.baseline.label, unlike))}`,
          '',
        );
    }
  }
  return lines;
}

function meanCell(group: RunGroup, metric: string, decimals: number, context: ReportContext): string {
  const summary = summarise(valuesOf(group, metric).map(({ value }) => value));
  return computedLink(meanText(summary, decimals), idsOf(group, metric), context);
}

function differenceCell(
  comparison: NonNullable<ReturnType<typeof compareWithBaseline>>,
  group: RunGroup,
  metric: string,
  decimals: number,
  context: ReportContext,
): string {
  const { difference, interval, p, baseline, variants, pairedSeeds } = comparison;
  const words = context.words.results;
  if (difference === null) return words.noBaseline;
  const [low, high] = interval;
  const range =
    low === undefined || high === undefined
      ? ''
      : ` (${formatDifference(low, decimals)} … ${formatDifference(high, decimals)})`;
  const chance =
    p === null ? '' : `, p ${formatP(p)}${variants > 1 ? ` ${words.ofCandidates(variants)}` : ''}`;
  const floor = studyNoise(context.study, metric);
  const pairs = pairedSeeds?.length;
  const noise =
    floor === null
      ? ''
      : `, ${words.noise(
          formatNumber(
            floorOfDifference(
              floor,
              pairs ?? valuesOf(group, metric).length,
              pairs ?? valuesOf(baseline, metric).length,
            ),
            decimals,
          ),
        )}`;
  const paired = pairedSeeds === null ? '' : `, ${words.paired(pairedSeeds)}`;
  const text = `${formatDifference(difference, decimals)}${range}${chance}${noise} vs ${baseline.label}${paired}`;
  return computedLink(text, [...idsOf(group, metric), ...idsOf(baseline, metric)], context);
}

/** The key metrics of the milestone's runs: one, unless runs declare different ones. */
function keyMetricNames({ runs }: MilestoneResult, { study }: ReportContext): readonly string[] {
  return [...new Set(runs.flatMap((run) => keyMetric(run, study.primaryMetric)?.name ?? []))];
}

/** The direction is known for the primary metric only. */
function directionOf(metric: string, { study: { primaryMetric } }: ReportContext): 'higher' | 'lower' | null {
  if (primaryMetric === null || matchMetric(primaryMetric.name, [metric]).kind !== 'found') return null;
  return primaryMetric.direction;
}

function idsOf(group: RunGroup, metric: string): readonly string[] {
  return group.runs
    .filter(({ status, metrics }) => status === 'DONE' && metrics.some(({ name }) => name === metric))
    .map(({ id }) => id);
}

import { compareWithBaseline } from '../core/results/comparisonWithBaseline';
import { completionOf } from '../core/results/completion';
import { keyMetric } from '../core/results/keyMetric';
import { mainResult } from '../core/results/mainResult';
import { matchMetric } from '../core/results/metricName';
import type { MilestoneResult, StudyResult } from '../core/results/model';
import { decimalsFor, formatDifference, formatNumber, formatP } from '../core/results/number';
import { groupRuns, valuesOf, type RunGroup } from '../core/results/runGroup';
import { meanText } from '../core/results/report/describeFinding';
import { handoffCounts } from '../core/run/handoffCounts';
import { renderHandoff } from '../core/results/report/renderHandoff';
import { summarise } from '../core/results/statistics';
import { studyResult } from '../core/run/studyResult';
import type { StudyState } from '../core/run/state';
import type { Translate } from '../core/text/translate';
import type { ResultsPage } from '../protocol/view';
import type { ViewInput } from './input';
import { describeMainResult } from './headline';
import { milestoneLabel } from './runs';
import { deployed } from './runRow';
import { describeList } from './words';

const pages = new WeakMap<
  StudyState,
  { readonly language: 'en' | 'zh'; readonly page: ResultsPage | null }
>();

/** Results as they stand; null while there is not one number and nothing was missed either. */
export function resultsPage(state: StudyState, input: ViewInput): ResultsPage | null {
  const known = pages.get(state);
  if (known?.language === input.language) return known.page;
  const page = build(state, input);
  pages.set(state, { language: input.language, page });
  return page;
}

function build(state: StudyState, { now, t, language }: ViewInput): ResultsPage | null {
  const study = deployed(state) ? studyResult(state, now, language) : null;
  if (study === null) return null;
  const ended = study.milestones.some(({ runs }) =>
    runs.some(({ status }) => status === 'DONE' || status === 'FAILED'),
  );
  if (!ended) return null;
  const main = mainResult(study, language);
  const { mustRun } = completionOf(study, language);
  const written = state.timeline.some(
    ({ event }) => event.type === 'report.written' && event.path === study.resultsPath,
  );
  const primary = study.primaryMetric;
  return {
    kind: 'results',
    resultsPath: written ? study.resultsPath : null,
    mainResult: {
      verdict: main.verdict,
      headline: describeMainResult(main, t),
      sentence: main.sentence,
      rule: main.rule,
    },
    mustRun: { done: mustRun.done, total: mustRun.all },
    metric: primary?.name ?? firstMetric(study) ?? '',
    direction: primary?.direction ?? null,
    groups: [...study.milestones]
      .sort((a, b) => interest.indexOf(a.kind) - interest.indexOf(b.kind))
      .filter(({ runs }) => runs.length > 0)
      .map((milestone) => group(milestone, study, t))
      // What has no number yet has nothing to say yet.
      .sort((a, b) => Number(a.systems.length === 0) - Number(b.systems.length === 0)),
    handoff: state.ended === null ? null : renderHandoff(study, handoffCounts(state), language),
  };
}

/** What a reader came for stands first; in a kind, the order of the plan. */
const interest: readonly MilestoneResult['kind'][] = [
  'main',
  'ablation',
  'other',
  'polish',
  'baseline',
  'sanity',
];

function firstMetric({ milestones }: StudyResult): string | null {
  for (const { runs } of milestones) for (const { metrics } of runs) if (metrics[0]) return metrics[0].name;
  return null;
}

function group(milestone: MilestoneResult, study: StudyResult, t: Translate): ResultsPage['groups'][number] {
  const groups = groupRuns(milestone.runs);
  return {
    milestone: milestoneLabel(milestone.id, milestone.name),
    systems: groups.flatMap((each) => system(each, milestone, study, t)),
    missing: missing(milestone, t),
  };
}

/** Twenty runs that wait for the same thing are one line. */
function missing({ runs }: MilestoneResult, t: Translate): ResultsPage['groups'][number]['missing'] {
  const reasons = new Map<string, string[]>();
  for (const { id, status, reason, unverified, metrics } of runs) {
    if (metrics.length > 0) continue;
    const why = unverified
      ? t('done elsewhere, not verified')
      : (reason ?? (status === 'RUNNING' ? t('still running') : t('no number was declared')));
    const same = reasons.get(why);
    if (same === undefined) reasons.set(why, [id]);
    else same.push(id);
  }
  return [...reasons].map(([why, ids]) => ({ runs: describeList(ids, t, 6), why }));
}

function system(
  each: RunGroup,
  milestone: MilestoneResult,
  study: StudyResult,
  t: Translate,
): ResultsPage['groups'][number]['systems'] {
  const metric = each.runs.map((run) => keyMetric(run, study.primaryMetric)).find((found) => found !== null);
  if (!metric) return [];
  const values = valuesOf(each, metric.name).map(({ value }) => value);
  if (values.length === 0) return [];
  // One count of digits for a metric's numbers in a milestone, so that they align.
  const decimals = decimalsFor(
    milestone.runs.flatMap((run) => run.metrics.find(({ name }) => name === metric.name)?.value ?? []),
  );
  return [
    {
      system: isPageMetric(metric.name, study) ? each.label : t('{0}: {1}', each.label, metric.name),
      value: meanText(summarise(values), decimals),
      comparison: comparison(each, metric.name, study, decimals, t),
      runs: each.runs.flatMap((run) => {
        const own = run.metrics.find(({ name }) => name === metric.name);
        return own
          ? [
              {
                run: run.id,
                seed: run.seed,
                value: formatNumber(own.value, decimals),
                ...{ file: own.file, line: own.line, pointer: own.pointer },
              },
            ]
          : [];
      }),
    },
  ];
}

/** The page names one metric; a number of another one says its own name. */
function isPageMetric(name: string, study: StudyResult): boolean {
  const { primaryMetric } = study;
  if (primaryMetric === null) return name === firstMetric(study);
  return matchMetric(primaryMetric.name, [name]).kind === 'found';
}

/** `+0.031 p = 0.004, better than sgd`; the direction is known for the primary metric only. */
function comparison(
  each: RunGroup,
  metric: string,
  study: StudyResult,
  decimals: number,
  t: Translate,
): string | null {
  const { primaryMetric } = study;
  if (primaryMetric === null || matchMetric(primaryMetric.name, [metric]).kind !== 'found') return null;
  const found = compareWithBaseline(each, metric, primaryMetric.direction, study);
  if (found === null || found.difference === null)
    return Object.values(study.baselines).includes(each.system) ? t('the baseline') : null;
  const number = formatDifference(found.difference, decimals);
  const chance = found.p === null ? number : `${number} p ${formatP(found.p)}`;
  const { label } = found.baseline;
  switch (found.verdict) {
    case 'better':
      return t('{0}, better than {1}', chance, label);
    case 'worse':
      return t('{0}, worse than {1}', chance, label);
    case 'within-noise':
      return t('{0}, within noise of {1}', chance, label);
    case 'too-few':
      return t('{0} against {1}, too few runs to tell', chance, label);
  }
}

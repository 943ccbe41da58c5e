import type { Condition, Criterion, SuccessCriterion } from '../plan/model';
import { compareRuns } from './compareRuns';
import type { Evidence } from './evidence';
import { namedSystems } from './evidence';
import type { Finding, GroupFigures, Judgement } from './judgement';
import { matchMetric } from './metricName';
import { candidatesOf, resolveReference, variantsAgainst } from './reference';
import { valuesOf, type RunGroup } from './runGroup';
import { summarise } from './statistics';
import { differenceVerdict, holds, ownUnit } from './threshold';

/**
 * Judges a criterion on the finished runs. An absolute threshold can be met by one seed. A comparison needs two seeds a
 * side; it is met when the mean difference reaches the threshold and the difference itself is beyond noise,
 * and not met when the interval of the difference leaves the threshold out; otherwise it is within noise. Of several
 * conditions all must be met, and one that is not decides. What is missing or ambiguous is said, never guessed.
 */
export function judgeCriterion(success: SuccessCriterion, evidence: Evidence): Judgement {
  return success.all === undefined ? judgeOne(success, evidence) : judgeAll(success.all, evidence);
}

/** What outweighs what among conditions that must all hold: one that fails decides, whatever the others are. */
const gravest = ['not-met', 'cannot-judge', 'within-noise', 'met'] as const;

function judgeAll(conditions: readonly Condition[], evidence: Evidence): Judgement {
  const parts = conditions.map(({ text, criterion }) => judgeOne({ text, criterion }, evidence));
  const verdict = gravest.find((each) => parts.some((part) => part.verdict === each)) ?? 'cannot-judge';
  const open = [...new Set(parts.flatMap((part) => part.open))];
  return { verdict, finding: { kind: 'all', parts }, open };
}

function judgeOne(
  { criterion, text }: Pick<SuccessCriterion, 'criterion' | 'text'>,
  evidence: Evidence,
): Judgement {
  if (criterion === null) return cannotJudge({ kind: 'no-criterion', text });
  const reference = criterion.reference ?? (criterion.unit === 'relative' ? 'baseline' : null);
  const candidates = reference === null ? judged(text, evidence) : candidatesOf(text, reference, evidence);
  if (candidates.length === 0) return cannotJudge({ kind: 'no-candidate', reference: reference ?? text });
  const metric = metricOfCriterion(criterion, evidence, candidates);
  if (typeof metric !== 'string') return cannotJudge(metric, openRuns(candidates));
  const parts = candidates.map((group) =>
    reference === null
      ? judgeThreshold(criterion, metric, group)
      : judgeComparison({ ...criterion, reference }, metric, group, candidates.length, evidence),
  );
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const open = [...new Set(parts.flatMap((part) => part.open))];
  const verdicts = new Set(parts.map(({ verdict }) => verdict));
  return verdicts.size === 1 && first !== undefined
    ? { verdict: first.verdict, finding: { kind: 'agreed', parts }, open }
    : { verdict: 'cannot-judge', finding: { kind: 'mixed', parts }, open };
}

/** What an absolute threshold is about: systems that its words or its block name, else whoever is not a mere baseline. */
function judged(text: string, { groups, systems, baselineSystems }: Evidence): readonly RunGroup[] {
  for (const source of [text, systems ?? '']) {
    const named = namedSystems(source, groups);
    const chosen = groups.filter(({ system }) => named.includes(system));
    const beyond = chosen.filter(({ system }) => !baselineSystems.includes(system));
    if (chosen.length > 0) return source === text || beyond.length === 0 ? chosen : beyond;
  }
  const beyond = groups.filter(({ system }) => !baselineSystems.includes(system));
  return beyond.length > 0 ? beyond : groups;
}

function metricOfCriterion(
  criterion: Criterion,
  { primaryMetric }: Evidence,
  candidates: readonly RunGroup[],
): string | Finding {
  const available = [
    ...new Set(
      candidates.flatMap(({ runs }) => runs.flatMap(({ metrics }) => metrics.map(({ name }) => name))),
    ),
  ];
  const wanted =
    criterion.metric ?? primaryMetric?.name ?? (available.length === 1 ? available[0] : undefined);
  if (wanted === undefined)
    return available.length === 0 ? { kind: 'metric-missing', metric: '', available } : { kind: 'no-metric' };
  const match = matchMetric(wanted, available);
  if (match.kind === 'found') return match.name;
  if (match.kind === 'none') return { kind: 'metric-missing', metric: wanted, available };
  // The primary metric was declared before the runs: between equals it is no guess.
  const primary = primaryMetric === null ? null : matchMetric(primaryMetric.name, match.candidates);
  return primary?.kind === 'found'
    ? primary.name
    : { kind: 'metric-ambiguous', metric: wanted, candidates: match.candidates };
}

function judgeThreshold(criterion: Criterion, metric: string, group: RunGroup): Judgement {
  const open = openRuns([group]);
  const figures = figuresOf(group, metric);
  if (figures === null) return cannotJudge({ kind: 'no-value', metric, label: group.label }, open);
  const values = valuesOf(group, metric).map(({ value }) => value);
  const threshold = ownUnit(criterion, metric, values);
  if (threshold === null)
    return cannotJudge(
      { kind: 'scale', metric, threshold: criterion.threshold, example: values[0] ?? figures.mean },
      open,
    );
  const finding: Finding = {
    kind: 'threshold',
    metric,
    group: figures,
    operator: criterion.comparison,
    threshold,
  };
  return { verdict: holds(figures.mean, criterion.comparison, threshold) ? 'met' : 'not-met', finding, open };
}

function judgeComparison(
  criterion: Criterion & { readonly reference: string },
  metric: string,
  group: RunGroup,
  candidates: number,
  evidence: Evidence,
): Judgement {
  const { reference: wanted, comparison: operator } = criterion;
  const resolved = resolveReference(wanted, group, evidence);
  if (resolved.kind === 'missing')
    return cannotJudge(
      {
        kind: 'reference-missing',
        reference: wanted,
        systems: [...new Set(evidence.references.map(({ system }) => system))],
      },
      openRuns([group]),
    );
  if (resolved.kind === 'ambiguous')
    return cannotJudge(
      { kind: 'reference-ambiguous', reference: wanted, candidates: resolved.candidates },
      openRuns([group]),
    );
  const open = openRuns([group, resolved.group]);
  if (operator === '==') return cannotJudge({ kind: 'equality', reference: wanted }, open);
  const candidate = figuresOf(group, metric);
  const reference = figuresOf(resolved.group, metric);
  if (candidate === null) return cannotJudge({ kind: 'no-value', metric, label: group.label }, open);
  if (reference === null) return cannotJudge({ kind: 'no-value', metric, label: resolved.group.label }, open);
  const ours = valuesOf(group, metric).map(({ value }) => value);
  const theirs = valuesOf(resolved.group, metric).map(({ value }) => value);
  const threshold = ownUnit(criterion, metric, [...ours, ...theirs], reference.mean);
  if (threshold === null)
    return cannotJudge(
      { kind: 'scale', metric, threshold: criterion.threshold, example: ours[0] ?? 0 },
      open,
    );
  const variants = variantsAgainst(resolved.group, evidence, candidates);
  const direction = operator.startsWith('>') ? 'higher' : 'lower';
  const compared = compareRuns(resolved.group, group, metric, { direction, variants });
  const { difference, interval, p, verdict: noise, pairedSeeds } = compared;
  const finding: Finding = {
    kind: 'comparison',
    metric,
    candidate,
    reference,
    operator,
    threshold,
    written: criterion,
    difference: difference ?? candidate.mean - reference.mean,
    interval,
    p,
    variants,
    pairedSeeds,
    noise,
  };
  return { verdict: differenceVerdict(finding.difference, interval, operator, threshold), finding, open };
}

function figuresOf(group: RunGroup, metric: string): GroupFigures | null {
  const runs = group.runs.filter(
    (run) => run.status === 'DONE' && run.metrics.some(({ name }) => name === metric),
  );
  if (runs.length === 0) return null;
  const values = valuesOf(group, metric).map(({ value }) => value);
  return {
    label: group.label,
    ...summarise(values),
    runs: runs.map(({ id }) => id),
    unverified: runs.filter(({ unverified }) => unverified).length,
  };
}

function openRuns(groups: readonly RunGroup[]): readonly string[] {
  return groups.flatMap(({ runs }) =>
    runs.filter(({ status }) => status === 'RUNNING' || status === 'TODO').map(({ id }) => id),
  );
}

function cannotJudge(finding: Finding, open: readonly string[] = []): Judgement {
  return { verdict: 'cannot-judge', finding, open };
}

import { compareRuns, type RunComparison } from './compareRuns';
import { blockEvidence } from './evidence';
import type { StudyResult } from './model';
import { baselineOf, resolveReference, variantsAgainst } from './reference';
import { valuesOf, type RunGroup } from './runGroup';

export interface BaselineComparison extends RunComparison {
  readonly baseline: RunGroup;
  readonly variants: number;
}

/** Compares a group with the baseline that its runs or the manifest declare for it; null where there is none or no value. */
export function compareWithBaseline(
  group: RunGroup,
  metric: string,
  direction: 'higher' | 'lower',
  study: Pick<StudyResult, 'milestones' | 'baselines' | 'primaryMetric'>,
): BaselineComparison | null {
  const evidence = blockEvidence(study, null);
  const wanted = baselineOf(group, evidence);
  if (wanted === null) return null;
  const resolved = resolveReference(wanted, group, evidence);
  if (resolved.kind !== 'found') return null;
  if (valuesOf(group, metric).length === 0 || valuesOf(resolved.group, metric).length === 0) return null;
  const variants = variantsAgainst(resolved.group, evidence, 1);
  const comparison = compareRuns(resolved.group, group, metric, { direction, variants });
  return { ...comparison, baseline: resolved.group, variants };
}

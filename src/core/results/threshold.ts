import type { Comparison as Operator, Criterion } from '../plan/model';
import type { CriterionVerdict } from './judgement';
import { metricWords } from './metricName';

/**
 * A positive threshold asks for a real difference that is as large; a negative one ("at most 1 pp worse") asks that the
 * whole interval stays on its side.
 */
export function differenceVerdict(
  difference: number,
  interval: readonly [number, number] | readonly [],
  operator: Operator,
  threshold: number,
): CriterionVerdict {
  const [low, high] = interval;
  if (low === undefined || high === undefined) return 'cannot-judge';
  const up = operator.startsWith('>');
  const worst = up ? low : -high;
  const best = up ? high : -low;
  const wanted = up ? threshold : -threshold;
  if (!holds(difference, operator, threshold)) return best <= wanted ? 'not-met' : 'within-noise';
  return wanted >= 0 ? (worst > 0 ? 'met' : 'within-noise') : worst >= wanted ? 'met' : 'within-noise';
}

const rates = new Set(
  'accuracy precision recall f1 auc auroc auprc map iou miou rate top1 top5 em sensitivity specificity'.split(
    ' ',
  ),
);

/**
 * The threshold in the unit that the values are written in, or null when the two can't be brought together: rates are
 * written as fractions or as per cent, and a threshold on the wrong scale would be met by anything.
 */
export function ownUnit(
  { unit, threshold, reference }: Criterion,
  metric: string,
  values: readonly number[],
  referenceMean = 0,
): number | null {
  const fractions = values.every((value) => Math.abs(value) <= 1);
  const percent = values.every((value) => Math.abs(value) > 1);
  switch (unit) {
    case 'relative':
      return threshold * Math.abs(referenceMean);
    case 'points':
      return fractions ? threshold / 100 : percent ? threshold : null;
    case 'absolute': {
      const rate = metricWords(metric).some((word) => rates.has(word));
      if (!rate || threshold === 0) return threshold;
      if (reference === null && Math.abs(threshold) <= 1 && percent) return null;
      return Math.abs(threshold) > 1 && fractions ? null : threshold;
    }
  }
}

/** Whether a value satisfies an operator and a threshold. */
export function holds(value: number, operator: Operator, threshold: number): boolean {
  // 0.91 - 0.9 is 0.010000000000000009: binary fractions must not decide at the very threshold.
  const tolerance = 1e-9 * Math.max(1, Math.abs(threshold));
  switch (operator) {
    case '>':
      return value > threshold + tolerance;
    case '>=':
      return value >= threshold - tolerance;
    case '<':
      return value < threshold - tolerance;
    case '<=':
      return value <= threshold + tolerance;
    case '==':
      return Math.abs(value - threshold) <= tolerance;
  }
}

import { describe, expect, it } from 'vitest';
import { readCriterion } from '../../../../src/core/plan/criterion';
import type { Criterion } from '../../../../src/core/plan/model';

const criterion = (
  metric: string | null,
  comparison: Criterion['comparison'],
  threshold: number,
  unit: Criterion['unit'] = 'absolute',
  reference: string | null = null,
): Criterion => ({ metric, comparison, threshold, unit, reference });

describe('a criterion with one condition is read as data', () => {
  it.each<[string, Criterion]>([
    ['AUPRC > 0.8', criterion('AUPRC', '>', 0.8)],
    ['**Gini** ≥ 0.6.', criterion('Gini', '>=', 0.6)],
    ['test accuracy >= 92%', criterion('test accuracy', '>=', 92, 'points')],
    ['> 2% accuracy over baseline', criterion('accuracy', '>', 2, 'points', 'baseline')],
    ['>= +0.10 mean lift', criterion('mean lift', '>=', 0.1, 'absolute', 'baseline')],
    ['ours accuracy > sgd accuracy by >= 2 points', criterion('accuracy', '>=', 2, 'points', 'sgd')],
    ['latency at most 40', criterion('latency', '<=', 40)],
    ['准确率不低于 0.9', criterion('准确率', '>=', 0.9)],
  ])('%s', (text, expected) => expect(readCriterion(text)).toEqual(expected));
});

it.each([
  'The curve looks smooth',
  'AUPRC > 0.8; gap < 10%',
  'accuracy > 0.9 and ECE < 0.05',
  'ours beats the baseline',
  'rho < 0.7 between all pairs, or all pairs differ',
  '',
])('what needs a person stays text: %s', (text) => expect(readCriterion(text)).toBeNull());

import { describe, expect, it } from 'vitest';
import { readCriteria } from '../../../../src/core/plan/criteria';
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
    ['准确率不高于 0.9', criterion('准确率', '<=', 0.9)],
    ['loss at least 0.01 lower than sgd', criterion('loss', '<=', -0.01, 'absolute', 'sgd')],
    ['loss is more than 0.01 lower than sgd', criterion('loss', '<', -0.01, 'absolute', 'sgd')],
    ['test accuracy at least 1 pp higher than sgd', criterion('test accuracy', '>=', 1, 'points', 'sgd')],
    ['test accuracy 2 points higher than sgd', criterion('test accuracy', '>=', 2, 'points', 'sgd')],
    ['at least 0.01 lower loss than sgd', criterion('loss', '<=', -0.01, 'absolute', 'sgd')],
    ['test loss at least 0.02 better than sgd', criterion('test loss', '<=', -0.02, 'absolute', 'sgd')],
    ['accuracy at least 2% better than the baseline', criterion('accuracy', '>=', 2, 'points', 'baseline')],
    ['accuracy at most 1 pp worse than sgd', criterion('accuracy', '>=', -1, 'points', 'sgd')],
    ['accuracy no more than 1 pp lower than sgd', criterion('accuracy', '>=', -1, 'points', 'sgd')],
    ['loss at most 0.01 worse than sgd', criterion('loss', '<=', 0.01, 'absolute', 'sgd')],
    ['accuracy drop at most 1 pp', criterion('accuracy', '>=', -1, 'points', 'baseline')],
    ['loss reduction of at least 10% relative over sgd', criterion('loss', '<=', -0.1, 'relative', 'sgd')],
    ['accuracy improvement > 2 points', criterion('accuracy', '>', 2, 'points', 'baseline')],
    ['loss improvement > 0.02 over sgd', criterion('loss', '<', -0.02, 'absolute', 'sgd')],
    ['improves accuracy by at least 2 points over sgd', criterion('accuracy', '>=', 2, 'points', 'sgd')],
    [
      'momentum improves test accuracy over sgd by at least 1 pp',
      criterion('test accuracy', '>=', 1, 'points', 'sgd'),
    ],
    ['momentum reduces the loss by 0.05', criterion('loss', '<=', -0.05, 'absolute', 'baseline')],
    ['ours loss < sgd loss by at least 0.01', criterion('loss', '<=', -0.01, 'absolute', 'sgd')],
    ['ours F1 > attention-proxy F1', criterion('F1', '>', 0, 'absolute', 'attention-proxy')],
    ['latency no more than 40', criterion('latency', '<=', 40)],
    ['latency does not exceed 40', criterion('latency', '<=', 40)],
    ['loss < 1e-3', criterion('loss', '<', 0.001)],
  ])('%s', (text, expected) => expect(readCriterion(text)).toEqual(expected));
});

it.each([
  'The curve looks smooth',
  'AUPRC > 0.8; gap < 10%',
  'accuracy > 0.9 and ECE < 0.05',
  'ours beats the baseline',
  'params < 10M',
  '≥6/10 strict wins',
  'quality at least 2% better than sgd',
  'reward shaping degradation < 2 in all cases, or none',
  'rho < 0.7 between all pairs, or all pairs differ',
  '',
])('what needs a person stays text: %s', (text) => expect(readCriterion(text)).toBeNull());

describe('conditions that must all hold are read one by one', () => {
  it.each<[string, readonly (readonly [string | null, string, number, string | null])[]]>([
    [
      'accuracy > 0.9 and ECE < 0.05',
      [
        ['accuracy', '>', 0.9, null],
        ['ECE', '<', 0.05, null],
      ],
    ],
    [
      'AUPRC > 0.8; gap < 10%.',
      [
        ['AUPRC', '>', 0.8, null],
        ['gap', '<', 10, null],
      ],
    ],
    [
      'test accuracy > 1 pp over sgd and over adam',
      [
        ['test accuracy', '>', 1, 'sgd'],
        ['test accuracy', '>', 1, 'adam'],
      ],
    ],
    [
      'precision and recall > 0.9',
      [
        ['precision', '>', 0.9, null],
        ['recall', '>', 0.9, null],
      ],
    ],
    [
      '准确率不低于 0.9 且 loss 小于 0.5',
      [
        ['准确率', '>=', 0.9, null],
        ['loss', '<', 0.5, null],
      ],
    ],
    [
      'accuracy at least 1 pp higher than sgd, loss at least 0.01 lower than sgd, and latency < 40',
      [
        ['accuracy', '>=', 1, 'sgd'],
        ['loss', '<=', -0.01, 'sgd'],
        ['latency', '<', 40, null],
      ],
    ],
  ])('%s', (text, expected) => {
    const { criterion: one, all } = readCriteria(text);
    expect(one).toBeNull();
    expect(
      all?.map((each) => [
        each.criterion.metric,
        each.criterion.comparison,
        each.criterion.threshold,
        each.criterion.reference,
      ]),
    ).toEqual(expected);
  });

  it.each([
    'accuracy > 0.9 or ECE < 0.05',
    'accuracy > 0.9 and the curves look smooth',
    'accuracy > 0.9; patterns hold across settings',
    'rho < 0.7 between all pairs, or all pairs differ',
    'ours beats sgd and adam',
  ])('one that no program can read leaves the whole to a person: %s', (text) =>
    expect(readCriteria(text)).toEqual({ criterion: null }),
  );
});

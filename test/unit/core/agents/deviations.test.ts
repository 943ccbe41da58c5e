import { describe, expect, test } from 'vitest';
import { deviationsOf } from '../../../../src/core/agents/deviations';

const kinds = (before: string, after: string, path = 'train.py') =>
  deviationsOf([{ path, before, after }]).map(({ kind, line }) => `${kind} ${line}`);

describe('a change departs from the plan when it changes', () => {
  test.each([
    ['the learning rate', 'x = 1\nlr = 0.1\n', 'x = 1\nlr = 0.01\n', ['learning-rate 2']],
    [
      'the default of an argument',
      'p.add_argument("--lr", type=float, default=0.1)',
      'p.add_argument("--lr", type=float, default=0.01)',
      ['learning-rate 1'],
    ],
    ['the batch', 'batch_size = 64', 'batch_size = 32', ['batch-size 1']],
    [
      'the split',
      'a, b = train_test_split(x, test_size=0.2)',
      'a, b = train_test_split(x, test_size=0.5)',
      ['split 1'],
    ],
    ['the metric', 'm = f1_score(y, p)', 'm = accuracy_score(y, p)', ['metric 1']],
    ['the data', 'd = load_digits()', 'd = load_iris()', ['data 1']],
    ['the seed', 'seed = 1', 'seed = 2', ['seed 1']],
  ])('%s', (_, before, after, expected) => expect(kinds(before, after)).toEqual(expected));

  test('an option of a command in the manifest', () =>
    expect(
      kinds('cmd: python train.py --lr 0.1', 'cmd: python train.py --lr 0.2', 'experiments.yaml'),
    ).toEqual(['learning-rate 1']));
});

describe('a change does not depart from the plan when', () => {
  test.each([
    ['it mends code beside the settings', 'lr = 0.1\ny = x @ w\n', 'lr = 0.1\ny = x @ w.T\n'],
    [
      'it accumulates as many more gradients as the batch is smaller',
      'batch_size = 64\naccum_steps = 1',
      'batch_size = 32\naccum_steps = 2',
    ],
    ['it hands a setting on', 'fit(x)', 'fit(x, lr=args.lr)'],
    ['it moves a line', 'lr = 0.1\na = 1\n', 'a = 1\nlr = 0.1\n'],
  ])('%s', (_, before, after) => expect(kinds(before, after)).toEqual([]));

  test('its file is new', () =>
    expect(deviationsOf([{ path: 'a.py', before: null, after: 'lr = 1' }])).toEqual([]));
});

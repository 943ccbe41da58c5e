import { describe, expect, it } from 'vitest';
import { matchMetric } from '../../../../src/core/results/metricName';

describe('a metric name', () => {
  it.each([
    ['accuracy', ['test/accuracy', 'test/loss'], 'test/accuracy'],
    ['accuracy', ['test_accuracy'], 'test_accuracy'],
    ['test accuracy', ['test/accuracy', 'val/accuracy'], 'test/accuracy'],
    ['testAccuracy', ['Test-Accuracy'], 'Test-Accuracy'],
    ['acc', ['eval.accuracy'], 'eval.accuracy'],
    ['CMV AUPRC', ['auprc', 'auroc'], 'auprc'],
    ['accuracy', ['accuracy', 'test/accuracy'], 'accuracy'],
  ])('%s is found in %j', (wanted, available, name) => {
    expect(matchMetric(wanted, available)).toEqual({ kind: 'found', name });
  });

  it('that matches two equally well is ambiguous', () => {
    expect(matchMetric('accuracy', ['test/accuracy', 'val/accuracy', 'loss'])).toEqual({
      kind: 'ambiguous',
      candidates: ['test/accuracy', 'val/accuracy'],
    });
  });

  it('that shares only a part of a word is not found', () => {
    expect(matchMetric('racy', ['accuracy'])).toEqual({ kind: 'none' });
    expect(matchMetric('!!', ['accuracy'])).toEqual({ kind: 'none' });
  });
});

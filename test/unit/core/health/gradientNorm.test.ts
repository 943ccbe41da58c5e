import { describe, expect, it } from 'vitest';
import { HealthCheck } from '../../../../src/core/health/healthCheck';

/** A norm with the noise of batches: log-normal, by a fixed sequence. */
function norms(count: number, level: (share: number) => number): HealthCheck {
  const check = new HealthCheck();
  let seed = 1;
  for (let step = 0; step < count; step++) {
    seed = (seed * 48271) % 2147483647;
    check.add({
      series: 'train/grad_norm',
      step,
      value: level(step / count) * Math.exp(seed / 2147483647 - 0.5),
    });
  }
  return check;
}
const found = (check: HealthCheck) => check.report().findings.map(({ detector }) => detector);

describe('the norm of a gradient', () => {
  it('that rises a thousandfold and stays there is exploding, short run or long', () => {
    for (const count of [60, 1000, 50_000])
      expect(found(norms(count, (share) => (share < 0.8 ? 1 : 1000)))).toEqual(['exploding-gradient']);
  });

  it('that falls ten million times is vanishing', () => {
    expect(found(norms(1000, (share) => 10 ** (-8 * Math.min(1, 2 * share))))).toEqual([
      'vanishing-gradient',
    ]);
  });

  it('that falls by hundreds as a run converges, or warms up by tens, is neither', () => {
    expect(found(norms(1000, (share) => 10 / (1 + 999 * share)))).toEqual([]);
    expect(found(norms(1000, (share) => 0.1 + Math.min(1, 5 * share)))).toEqual([]);
  });

  it('with one bad batch at the end is not exploding', () => {
    const check = norms(1000, () => 1);
    check.add({ series: 'train/grad_norm', step: 1000, value: 1e6 });
    expect(found(check)).toEqual([]);
  });

  it('between two networks that play against each other is not judged', () => {
    const check = new HealthCheck();
    for (let step = 0; step < 200; step++)
      check.add({ series: 'd/grad_norm', step, value: step < 150 ? 1 : 1e4 });
    expect(found(check)).toEqual([]);
  });
});

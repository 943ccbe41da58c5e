import { describe, expect, test } from 'vitest';
import { HealthCheck } from '../../../../src/core/health/healthCheck';
import type { HealthReport } from '../../../../src/core/health/model';
import { kindOf, measureOf, roleOf } from '../../../../src/core/health/seriesName';
import { normalQuantile } from '../../../../src/core/results/normal';
import { seededRandom } from '../../../../src/core/results/seededRandom';

const random = seededRandom(4711);
const normal = (): number => normalQuantile(random() || 0.5);
const curve = (n: number, value: (i: number) => number): number[] =>
  Array.from({ length: n }, (_, i) => value(i));
/** A power law with five per cent of noise, as losses of language models fall. */
const healthyLoss = (n: number): number[] =>
  curve(n, (i) => (2 + 6 / (1 + i / 20) ** 0.5) * (1 + 0.05 * normal()));

function check(series: Readonly<Record<string, readonly number[]>>): HealthReport {
  const health = new HealthCheck();
  const longest = Math.max(...Object.values(series).map((values) => values.length));
  for (let step = 0; step < longest; step++)
    for (const [name, values] of Object.entries(series))
      if (step < values.length) health.add({ series: name, step, value: values[step]! });
  return health.report();
}

const detectorsOf = (report: HealthReport): string[] =>
  report.findings.map((finding) => `${finding.detector} ${finding.series}`);

describe('not a number', () => {
  test('a loss that ends as NaN or infinite stops the run, and the finding names the first such step', () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      const report = check({ loss: [...healthyLoss(50), bad, bad] });
      expect(report).toMatchObject({
        verdict: 'stop',
        findings: [{ detector: 'nan', series: 'loss', step: 50 }],
      });
    }
  });

  test('a single skipped step is something to look at, not to stop for', () => {
    const loss = healthyLoss(200);
    loss[120] = NaN;
    expect(check({ loss })).toMatchObject({ verdict: 'unsure', findings: [{ detector: 'nan', step: 120 }] });
  });

  test('a table that writes NaN between evaluations, and a best loss that begins infinite, are healthy', () => {
    const sparse = healthyLoss(200).map((value, i) => (i % 10 === 0 ? value : NaN));
    const best = [Infinity, ...healthyLoss(50).map((_, i) => 3 / (i + 1))];
    expect(check({ 'train/loss': healthyLoss(200), 'val/loss': sparse, best_val_loss: best })).toEqual({
      verdict: 'healthy',
      findings: [],
    });
  });

  test('NaN that comes back again and again after a clean beginning stops the run', () => {
    const loss = healthyLoss(100).map((value, i) => (i > 60 && i % 2 === 0 ? NaN : value));
    expect(check({ loss: [...loss, 3] }).verdict).toBe('stop');
  });

  test('a series that is no loss is watched for NaN too, a clock is not', () => {
    expect(detectorsOf(check({ grad_norm: [1, 2, NaN], elapsed: [1, NaN] }))).toEqual(['nan grad_norm']);
  });
});

describe('divergence', () => {
  test('exponential growth stops the run from the seventh to the thousandth point', () => {
    for (const n of [12, 30, 300, 3000]) {
      const turn = Math.floor(n / 2);
      const growth = 8 ** (1 / (n - turn));
      const healthy = healthyLoss(n).slice(0, turn);
      const loss = [...healthy, ...curve(n - turn, (i) => healthy.at(-1)! * growth ** (i + 1))];
      const report = check({ loss });
      expect(detectorsOf(report)).toContain('divergence loss');
      expect(report.verdict).toBe('stop');
    }
  });

  test('a loss that jumps back to chance and stays there stops the run', () => {
    const loss = [...healthyLoss(300), ...curve(100, () => 9 + 0.2 * normal())];
    const report = check({ loss });
    expect(report.findings).toMatchObject([{ detector: 'divergence', severity: 'stop' }]);
    expect(report.findings[0]!.step).toBeGreaterThan(280);
    expect(report.findings[0]!.step).toBeLessThan(302);
  });

  test('an accuracy that collapses stops the run, one that wavers does not', () => {
    const rising = curve(100, (i) => 0.9 - 0.8 * Math.exp(-i / 10) + 0.005 * normal());
    expect(check({ accuracy: [...rising, ...curve(30, () => 0.1 + 0.005 * normal())] }).verdict).toBe('stop');
    expect(check({ accuracy: rising })).toEqual({ verdict: 'healthy', findings: [] });
  });

  test('a warm restart of the learning rate is no divergence once the loss falls again', () => {
    const cycle = (i: number): number => 0.3 + 0.5 * Math.exp(-(i % 100) / 15);
    expect(check({ loss: curve(330, (i) => cycle(i) * (1 + 0.03 * normal())) }).verdict).not.toBe('stop');
  });

  test('a loss that bounces at a thousandth of where it began is healthy', () => {
    const loss = curve(400, (i) => 2 * Math.exp(-i / 20) + 1e-4 * Math.exp(normal()));
    expect(check({ loss }).verdict).toBe('healthy');
  });

  test('losses of adversaries may rise', () => {
    const rising = curve(200, (i) => 1 + i / 20);
    expect(check({ g_loss: rising, 'critic/loss': rising, policy_loss: rising }).verdict).toBe('healthy');
  });

  test('a log-likelihood below zero is judged by what it loses of its descent', () => {
    const falling = curve(200, (i) => -100 + 120 * Math.exp(-i / 30) + normal());
    expect(check({ nll: falling })).toEqual({ verdict: 'healthy', findings: [] });
    expect(check({ nll: [...falling, ...curve(60, () => 0 + normal())] }).verdict).toBe('stop');
  });
});

describe('standing still', () => {
  test('a loss that no longer moves at all is flat from the step where it stopped', () => {
    for (const n of [10, 40, 400]) {
      const stop = Math.max(2, Math.floor(n / 10));
      const loss = healthyLoss(n).map((value, i, all) =>
        i > stop ? all[stop]! * (1 + 0.0005 * (random() - 0.5)) : value,
      );
      expect(check({ loss }).findings).toMatchObject([{ detector: 'flat', step: stop }]);
    }
  });

  test('a constant learning rate, a solved task and a counter are not flat', () => {
    const solved = [0.5, 0.8, 0.95, ...curve(60, () => 1)];
    const report = check({
      loss: healthyLoss(60),
      lr: curve(60, () => 3e-4),
      accuracy: solved,
      epoch: curve(60, () => 1),
    });
    expect(report).toEqual({ verdict: 'healthy', findings: [] });
  });

  test('a loss at chance from the first step is stalled, one that sticks after a first drop is on a plateau', () => {
    expect(detectorsOf(check({ loss: curve(300, () => 2.303 * (1 + 0.03 * normal())) }))).toEqual([
      'stalled loss',
    ]);
    const stuck = curve(400, (i) => (7.6 + 3.2 * Math.exp(-i / 10)) * (1 + 0.01 * normal()));
    expect(detectorsOf(check({ loss: stuck }))).toEqual(['plateau loss']);
  });

  test('a loss that has converged far below its start is healthy', () => {
    expect(check({ loss: curve(400, (i) => (0.4 + 2 * Math.exp(-i / 20)) * (1 + 0.05 * normal())) })).toEqual(
      { verdict: 'healthy', findings: [] },
    );
  });

  test('a learning rate that ends early is dead; warm-up and a decay to zero at the end are fine', () => {
    const loss = healthyLoss(200);
    const lr = curve(200, (i) => (i < 100 ? 1e-3 * (1 - i / 100) : 0));
    expect(check({ loss, lr }).findings).toMatchObject([
      { detector: 'dead-learning-rate', series: 'lr', step: 100 },
    ]);
    const good = curve(201, (i) => 1e-3 * Math.min(i / 10, 1 - i / 200));
    expect(check({ loss, learning_rate: good }).verdict).toBe('healthy');
  });
});

describe('spikes and overfitting', () => {
  test('a spike that comes back is reported at its step, heavy-tailed noise is not', () => {
    const loss = healthyLoss(400);
    loss[250] = 40;
    expect(check({ loss })).toMatchObject({
      verdict: 'unsure',
      findings: [{ detector: 'spike', step: 250 }],
    });
    expect(
      check({
        loss: curve(2000, () => Math.exp(0.6 * normal())).map((v, i) => v * (1 + 5 * Math.exp(-i / 50))),
      }).findings.map((f) => f.detector),
    ).not.toContain('spike');
  });

  test('validation that turns up while training goes on down is overfitting since its best step', () => {
    const train = curve(60, (i) => 2 * Math.exp(-i / 15) + 0.01 * Math.abs(normal()));
    const validation = curve(
      60,
      (i) => 0.6 + 1.4 * Math.exp(-i / 8) + 0.015 * Math.max(0, i - 20) + 0.005 * normal(),
    );
    const report = check({ 'train/loss': train, 'val/loss': validation });
    expect(report).toMatchObject({
      verdict: 'unsure',
      findings: [{ detector: 'overfitting', series: 'val/loss' }],
    });
    expect(report.findings[0]!.step).toBeGreaterThan(12);
    expect(report.findings[0]!.step).toBeLessThan(30);
  });

  test('overfitting shows in a falling validation accuracy too', () => {
    const train = curve(60, (i) => 1 - 0.7 * Math.exp(-i / 15) + 0.002 * normal());
    const validation = curve(
      60,
      (i) => 0.8 - 0.5 * Math.exp(-i / 6) - 0.004 * Math.max(0, i - 20) + 0.002 * normal(),
    );
    expect(detectorsOf(check({ train_acc: train, val_acc: validation }))).toEqual(['overfitting val_acc']);
  });

  test('validation that levels off while training goes on is healthy', () => {
    const train = curve(60, (i) => 0.2 + 2 * Math.exp(-i / 15));
    const validation = curve(60, (i) => 0.6 + 1.4 * Math.exp(-i / 8) + 0.01 * normal());
    expect(check({ train_loss: train, val_loss: validation })).toEqual({ verdict: 'healthy', findings: [] });
  });
});

describe('one file, several writers', () => {
  test('a resumed run is judged by what it wrote anew after its checkpoint', () => {
    const health = new HealthCheck();
    const loss = healthyLoss(200);
    for (let step = 0; step < 120; step++)
      health.add({ series: 'loss', step, value: step >= 110 ? NaN : loss[step]! });
    expect(health.report().verdict).toBe('stop');
    for (let step = 100; step < 200; step++) health.add({ series: 'loss', step, value: loss[step]! });
    expect(health.report()).toEqual({ verdict: 'healthy', findings: [] });
  });

  test('runs merged step by step are followed side by side, and one that is sick is found', () => {
    const runs = [
      healthyLoss(100),
      healthyLoss(100),
      healthyLoss(100).map((v, i) => (i > 60 ? 0.9 * v * 1.1 ** (i - 60) : v)),
    ];
    const merge = (which: readonly number[][]): HealthReport => {
      const health = new HealthCheck();
      for (let step = 0; step < 100; step++)
        for (const run of which) health.add({ series: 'loss', step, value: run[step]! });
      return health.report();
    };
    expect(merge(runs.slice(0, 2)).verdict).toBe('healthy');
    expect(merge(runs)).toMatchObject({ verdict: 'stop', findings: [{ detector: 'divergence' }] });
  });

  test('a million points are followed in the memory of five hundred, and a late divergence is found', () => {
    const health = new HealthCheck();
    for (let step = 0; step < 1_000_000; step++) {
      const level = 2 + 6 / (1 + step / 2000) ** 0.5;
      health.add({ series: 'loss', step, value: level * (1 + 0.2 * (random() - 0.5)) });
    }
    expect(health.report()).toEqual({ verdict: 'healthy', findings: [] });
    for (let i = 0; i < 200_000; i++)
      health.add({ series: 'loss', step: 1_000_000 + i, value: 7 + 0.2 * random() });
    expect(health.report().verdict).toBe('stop');
  });

  test('nothing to judge is not called healthy', () => {
    expect(new HealthCheck().report()).toEqual({ verdict: 'unsure', findings: [] });
  });
});

describe('names of series', () => {
  test('tell losses, scores, rates and counters apart', () => {
    const kinds = {
      'val/loss': 'loss',
      trainLoss: 'loss',
      cross_entropy: 'loss',
      top1_accuracy: 'score',
      learning_rate: 'learning-rate',
      'optim/lr': 'learning-rate',
      epoch: 'counter',
      train_time: 'counter',
      grad_norm: 'gradient',
      d_loss: 'other',
      loss_scale: 'other',
    };
    expect(Object.fromEntries(Object.keys(kinds).map((name) => [name, kindOf(name)]))).toEqual(kinds);
  });

  test('pair a validation series with the training series of the same measure', () => {
    expect(roleOf('eval.loss')).toBe('validation');
    expect(new Set(['val/loss', 'train_loss', 'loss', 'testLoss'].map(measureOf))).toEqual(new Set(['loss']));
    expect(measureOf('val/top5_acc')).toBe(measureOf('train/top5_acc'));
  });
});

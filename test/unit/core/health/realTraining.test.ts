import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HealthCheck } from '../../../../src/core/health/healthCheck';
import type { HealthReport } from '../../../../src/core/health/model';
import { seededRandom } from '../../../../src/core/results/seededRandom';
import { healthySetup, train, type TrainingSetup } from './tinyTraining';

function healthOf(setup: TrainingSetup): HealthReport {
  const health = new HealthCheck();
  for (const { step, ...values } of train(setup))
    for (const [series, value] of Object.entries(values)) health.add({ series, step: step!, value });
  return health.report();
}

const seeds = [1, 2, 3, 4];
const reports = (changes: Partial<TrainingSetup>): HealthReport[] =>
  seeds.map((seed) => healthOf({ ...healthySetup, trainingExamples: 4096, ...changes, seed }));
const detectors = (report: HealthReport): string[] => report.findings.map((f) => `${f.detector} ${f.series}`);

describe('small networks trained for real', () => {
  test('healthy ones never get a stop, and at most one in ten a finding', () => {
    const ways: Partial<TrainingSetup>[] = [
      {},
      { optimiser: 'momentum' },
      { optimiser: 'adam' },
      { schedule: 'cosine' },
      { schedule: 'warmup-linear' },
      { schedule: 'warm-restarts', learningRate: 0.5 },
      { task: 'regression', optimiser: 'adam' },
      { batch: 1, learningRate: 0.02 },
      { steps: 60, logEvery: 3, validateEvery: 6 },
      { logEvery: 40, validateEvery: 40 },
    ];
    const all = ways.flatMap((way) => reports(way));
    expect(all.filter((report) => report.verdict === 'stop')).toEqual([]);
    expect(all.filter((report) => report.verdict !== 'healthy').length).toBeLessThanOrEqual(all.length / 10);
  });

  test('a learning rate far too high stops the run, whether the loss explodes or stays up', () => {
    for (const way of [{ task: 'regression', learningRate: 3 }, { learningRate: 100 }] as const)
      for (const report of reports({ ...way, steps: 300 })) {
        expect(report.verdict).toBe('stop');
        expect(report.findings.some((f) => f.detector === 'divergence' || f.detector === 'nan')).toBe(true);
      }
  });

  test('inputs that grow without bound stop the run', () => {
    for (const report of reports({ task: 'regression', driftPerStep: 1.02, learningRate: 0.05 }))
      expect(report).toMatchObject({ verdict: 'stop' });
  });

  test('a learning rate of zero shows as dead, as stalled and as flat validation', () => {
    for (const report of reports({ schedule: 'zero' }))
      expect(detectors(report)).toEqual(
        expect.arrayContaining(['dead-learning-rate train/lr', 'stalled train/loss', 'flat val/loss']),
      );
  });

  test('a schedule that is over after half of the run is a dead learning rate', () => {
    for (const report of reports({ schedule: 'zero-after-half' }))
      expect(detectors(report)).toContain('dead-learning-rate train/lr');
  });

  test('labels drawn at random leave the loss stalled or on a plateau', () => {
    const stuck = reports({ labelNoise: 1 }).filter((report) =>
      /stalled|plateau/.test(detectors(report).join()),
    );
    expect(stuck.length).toBeGreaterThanOrEqual(seeds.length - 1);
  });

  test('a big network on forty noisy examples is overfitting, not divergence', () => {
    const way = {
      trainingExamples: 40,
      hidden: 48,
      optimiser: 'adam',
      labelNoise: 0.3,
      steps: 1000,
      learningRate: 0.3,
    } as const;
    for (const report of reports(way)) {
      expect(detectors(report)).toContain('overfitting val/loss');
      expect(report.verdict).toBe('unsure');
    }
  });

  test('one corrupt batch is a spike at its step', () => {
    for (const report of reports({ task: 'regression', corruptAt: 300, learningRate: 0.01 })) {
      const spike = report.findings.find((f) => f.detector === 'spike');
      expect(spike?.step).toBeGreaterThanOrEqual(300);
      expect(spike?.step).toBeLessThan(305);
    }
  });
});

const corpus = process.env['BRIDGE_CORPUS'];
const curvesFile = corpus === undefined ? '' : join(corpus, 'curves', 'curves.jsonl');

type Points = [number, number][];

/** The faults that the corpus asks for, put into a healthy validation curve. */
function faulty(points: Points, fault: string, random: () => number): Points {
  const after = {
    healthy: Infinity,
    nan: points.length * 0.6,
    divergence: Math.floor(points.length / 2),
    flat: Math.max(2, Math.floor(points.length * 0.08)),
  }[fault]!;
  const growth = points.length > 100 ? 1.02 : 1.25;
  const turn = points[Math.min(Math.floor(after), points.length - 1)]![1];
  return points.map(([step, value], i) => {
    if (!(i > after)) return [step, value];
    if (fault === 'nan') return [step, NaN];
    return [step, fault === 'flat' ? turn * (1 + 0.0005 * (random() - 0.5)) : turn * growth ** (i - after)];
  });
}

describe.skipIf(!existsSync(curvesFile))('on real loss curves (BRIDGE_CORPUS)', () => {
  test('hardly ever alarms on healthy runs and hardly ever misses a fault', () => {
    const random = seededRandom(7);
    const curves = readFileSync(curvesFile, 'utf8').trim().split('\n');
    const bad = { stopped: 0, noticed: 0, nan: 0, divergence: 0, flat: 0 };
    for (const line of curves) {
      const { val_loss, train_loss } = JSON.parse(line) as { val_loss: Points; train_loss: Points };
      for (const fault of ['healthy', 'nan', 'divergence', 'flat'] as const) {
        const health = new HealthCheck();
        const rows = [
          ...faulty(val_loss, fault, random).map(([step, value]) => ({ series: 'val/loss', step, value })),
          ...train_loss.map(([step, value]) => ({ series: 'train/loss', step, value })),
        ].sort((a, b) => a.step - b.step);
        for (const row of rows) health.add(row);
        const { verdict, findings } = health.report();
        const found = findings.some((finding) => finding.detector === fault);
        if (fault === 'healthy') {
          bad.stopped += Number(verdict === 'stop');
          bad.noticed += Number(verdict !== 'healthy');
        } else
          bad[fault] += Number(!found || (fault === 'flat' ? verdict === 'healthy' : verdict !== 'stop'));
      }
    }
    expect(bad.stopped / curves.length).toBeLessThanOrEqual(0.01);
    expect(bad.noticed / curves.length).toBeLessThanOrEqual(0.1);
    expect(bad.nan).toBe(0);
    expect(bad.divergence / curves.length).toBeLessThanOrEqual(0.02);
    expect(bad.flat / curves.length).toBeLessThanOrEqual(0.05);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bootstrapInterval } from '../../../../src/core/results/bootstrap';
import { compareGroups, comparePaired } from '../../../../src/core/results/compare';
import { normalCdf, normalQuantile } from '../../../../src/core/results/normal';
import { seededRandom } from '../../../../src/core/results/seededRandom';
import {
  describeSummary,
  hedgesG,
  noiseFloor,
  resolution,
  summarise,
} from '../../../../src/core/results/statistics';
import { studentTCdf, studentTQuantile, studentTTwoSided } from '../../../../src/core/results/studentT';

interface Reference {
  readonly studentT: readonly { t: number; df: number; twoSided: number; cdf: number }[];
  readonly studentTQuantile: readonly { p: number; df: number; t: number }[];
  readonly normal: readonly { z: number; cdf: number; p: number; quantile: number }[];
  readonly groups: readonly {
    baseline: number[];
    candidate: number[];
    difference: number;
    p: number;
    interval: [number, number];
    hedgesG: number;
    pairedP: number;
  }[];
}

// Made once by test/fixtures/statistics/makeReference.py (scipy, checked against mpmath).
const reference = JSON.parse(
  readFileSync(new URL('../../../fixtures/statistics/reference.json', import.meta.url), 'utf8'),
) as Reference;

const relative = (was: number, should: number): number => (should === was ? 0 : Math.abs(was / should - 1));
const worst = <T>(cases: readonly T[], error: (each: T) => number): number => Math.max(...cases.map(error));

describe('the closed forms agree with scipy to a relative 1e-9', () => {
  test('Student t, distribution function and two-sided p, over 1,000 random cases', () => {
    expect(reference.studentT).toHaveLength(1000);
    expect(worst(reference.studentT, (c) => relative(studentTCdf(c.t, c.df), c.cdf))).toBeLessThan(1e-9);
    expect(worst(reference.studentT, (c) => relative(studentTTwoSided(c.t, c.df), c.twoSided))).toBeLessThan(
      1e-9,
    );
  });

  test('Student t, quantiles', () => {
    // Near p = 1/2 the quantile goes through zero, where only the absolute error means something.
    const error = (c: { p: number; df: number; t: number }): number =>
      Math.min(relative(studentTQuantile(c.p, c.df), c.t), Math.abs(studentTQuantile(c.p, c.df) - c.t) * 1e3);
    expect(worst(reference.studentTQuantile, error)).toBeLessThan(1e-9);
  });

  test('normal distribution and its quantiles', () => {
    expect(worst(reference.normal, (c) => relative(normalCdf(c.z), c.cdf))).toBeLessThan(1e-9);
    expect(worst(reference.normal, (c) => relative(normalQuantile(c.p), c.quantile))).toBeLessThan(1e-9);
  });

  test('Welch and paired p values, the interval and Hedges g', () => {
    expect(
      worst(reference.groups, (c) => {
        const got = compareGroups(c.baseline, c.candidate, { direction: 'higher' });
        const scale = Math.abs(c.interval[1] - c.interval[0]);
        return Math.max(
          relative(got.p!, c.p),
          Math.abs(got.interval[0]! - c.interval[0]) / scale,
          Math.abs(got.interval[1]! - c.interval[1]) / scale,
          Math.abs(got.difference! - c.difference) / scale,
          relative(hedgesG(c.baseline, c.candidate)!, c.hedgesG),
        );
      }),
    ).toBeLessThan(1e-9);
    expect(
      worst(reference.groups, (c) => {
        const seeded = (values: number[]) => values.map((value, seed) => ({ seed, value }));
        return relative(
          comparePaired(seeded(c.baseline), seeded(c.candidate), { direction: 'higher' }).p!,
          c.pairedP,
        );
      }),
    ).toBeLessThan(1e-9);
  });
});

describe('summaries', () => {
  test('mean ± std (n) is the sample deviation, and a single run shows none', () => {
    expect(describeSummary(summarise([0.906, 0.912, 0.918]), 3)).toBe('0.912 ± 0.006 (3)');
    expect(describeSummary(summarise([0.912]), 3)).toBe('0.912 (1)');
    expect(describeSummary(summarise([]), 3)).toBe('–');
  });

  test('values that differ in the ninth digit keep their deviation', () => {
    expect(summarise([1e9 + 1, 1e9 + 2, 1e9 + 3]).std).toBe(1);
  });

  test('the resolution of results is that of their last written digit', () => {
    expect(resolution([0.9, 0.91])).toBeCloseTo(0.01, 12);
    expect(resolution([3, 12])).toBe(1);
    expect(resolution([1.5e-7])).toBeCloseTo(1e-8, 16);
  });

  test('the noise floor pools the spread within groups and ignores their levels', () => {
    const floor = noiseFloor([[1, 2, 3], [101, 102, 103], [7]])!;
    expect(floor.std).toBeCloseTo(1, 12);
    expect(floor.degreesOfFreedom).toBe(4);
    expect(floor.singleRunDifference).toBeCloseTo(2.7764451051977987 * Math.SQRT2, 9);
    expect(noiseFloor([[1], [2]])).toBeNull();
  });

  test('95 % of differences between two equal runs stay within the noise floor', () => {
    const random = seededRandom(5);
    const normal = (): number => normalQuantile(random() || 0.5);
    let inside = 0;
    for (let i = 0; i < 4000; i++) {
      const floor = noiseFloor([
        [normal(), normal(), normal()],
        [normal(), normal(), normal()],
      ])!;
      inside += Math.abs(normal() - normal()) <= floor.singleRunDifference ? 1 : 0;
    }
    expect(inside / 4000).toBeGreaterThan(0.935);
    expect(inside / 4000).toBeLessThan(0.965);
  });
});

describe('bootstrap intervals', () => {
  const mean = (xs: readonly number[]): number => xs.reduce((s, x) => s + x, 0) / xs.length;

  test('cover the true mean about as often as they say, also for skewed data', () => {
    const random = seededRandom(11);
    const covered = { bca: 0, percentile: 0 };
    for (let i = 0; i < 300; i++) {
      const sample = Array.from({ length: 30 }, () => -Math.log(1 - random()));
      for (const method of ['bca', 'percentile'] as const) {
        const [low, high] = bootstrapInterval([sample], ([xs]) => mean(xs!), {
          random,
          resamples: 500,
          method,
        });
        covered[method] += low <= 1 && 1 <= high ? 1 : 0;
      }
    }
    expect(covered.bca / 300).toBeGreaterThan(0.9);
    expect(covered.bca / 300).toBeLessThan(0.98);
    expect(covered.percentile / 300).toBeGreaterThan(0.87);
  });

  test('of a difference of means contain it, and the same seed gives the same interval', () => {
    const difference = (samples: readonly (readonly number[])[]): number =>
      mean(samples[1]!) - mean(samples[0]!);
    const samples = [
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
    ];
    const once = bootstrapInterval(samples, difference, { random: seededRandom(3) });
    expect(once).toEqual(bootstrapInterval(samples, difference, { random: seededRandom(3) }));
    expect(once[0]).toBeLessThan(2.5);
    expect(once[1]).toBeGreaterThan(2.5);
  });

  test('are refused for a sample of one', () => {
    expect(() => bootstrapInterval([[1]], ([xs]) => mean(xs!), { random: seededRandom(1) })).toThrow(
      RangeError,
    );
  });
});

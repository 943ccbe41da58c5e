import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareGroups, comparePaired, type Comparison } from '../../../../src/core/results/compare';
import { normalQuantile } from '../../../../src/core/results/normal';
import { seededRandom } from '../../../../src/core/results/seededRandom';

const group = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 8 });
const opposite = {
  better: 'worse',
  worse: 'better',
  'within-noise': 'within-noise',
  'too-few': 'too-few',
} as const;

describe('comparing a candidate with its baseline', () => {
  test('a single run on a side is too few, whatever the other side holds', () => {
    for (const [a, b] of [
      [[1], [2, 2.1, 2.2]],
      [[1, 1.1], [9]],
      [[1], [9]],
      [[], [1, 2]],
    ] as const) {
      const got = compareGroups(a, b, { direction: 'higher' });
      expect(got).toMatchObject({ verdict: 'too-few', interval: [], p: null });
    }
  });

  test('clear gains are better in the direction of the metric and worse in the other', () => {
    const [base, up] = [
      [0.8, 0.81, 0.79],
      [0.9, 0.91, 0.92],
    ];
    expect(compareGroups(base, up, { direction: 'higher' }).verdict).toBe('better');
    expect(compareGroups(base, up, { direction: 'lower' }).verdict).toBe('worse');
    expect(compareGroups(base, up, { direction: 'higher' }).difference).toBeCloseTo(0.11, 12);
  });

  test('swapping the sides or turning the metric round turns the verdict round and keeps p', () => {
    fc.assert(
      fc.property(group, group, fc.integer({ min: 1, max: 20 }), (a, b, variants) => {
        const one = compareGroups(a, b, { direction: 'higher', variants });
        const swapped = compareGroups(b, a, { direction: 'higher', variants });
        const turned = compareGroups(a, b, { direction: 'lower', variants });
        expect(swapped.verdict).toBe(opposite[one.verdict]);
        expect(turned.verdict).toBe(opposite[one.verdict]);
        expect(Math.abs(swapped.p! - one.p!)).toBeLessThan(1e-9);
        expect(turned.p).toBe(one.p);
      }),
    );
  });

  test('the interval excludes zero exactly when the verdict is not within noise', () => {
    fc.assert(
      fc.property(group, group, fc.integer({ min: 1, max: 20 }), (a, b, variants) => {
        const { verdict, interval, p } = compareGroups(a, b, { direction: 'higher', variants });
        fc.pre(Math.abs(p! - 0.05) > 1e-6);
        const excludes = interval[0]! > 0 || interval[1]! < 0;
        expect(excludes).toBe(verdict !== 'within-noise');
      }),
    );
  });

  test('having tried more variants never makes a finding surer', () => {
    fc.assert(
      fc.property(group, group, fc.integer({ min: 1, max: 50 }), (a, b, variants) => {
        const few = compareGroups(a, b, { direction: 'higher', variants }).p!;
        expect(
          compareGroups(a, b, { direction: 'higher', variants: variants + 1 }).p!,
        ).toBeGreaterThanOrEqual(few);
      }),
    );
  });

  test('results that all read alike are judged by their last digit, not by a spread of zero', () => {
    expect(compareGroups([0.91, 0.91, 0.91], [0.92, 0.92, 0.92], { direction: 'higher' }).verdict).toBe(
      'better',
    );
    expect(compareGroups([0.91, 0.91], [0.92, 0.92], { direction: 'higher' }).verdict).toBe('within-noise');
    expect(compareGroups([0.91, 0.91, 0.91], [0.91, 0.91, 0.91], { direction: 'higher' })).toMatchObject({
      verdict: 'within-noise',
      p: 1,
    });
  });

  test('common seeds find what their differences show and independent groups hide', () => {
    const levels = [0.5, 0.7, 0.6, 0.9, 0.8];
    const baseline = levels.map((value, seed) => ({ seed, value }));
    const candidate = levels.map((value, seed) => ({ seed, value: value + 0.02 + seed * 0.001 })).reverse();
    const values = (runs: typeof baseline) => runs.map((run) => run.value);
    expect(compareGroups(values(baseline), values(candidate), { direction: 'higher' }).verdict).toBe(
      'within-noise',
    );
    expect(comparePaired(baseline, candidate, { direction: 'higher' }).verdict).toBe('better');
    expect(
      comparePaired(
        baseline,
        [
          { seed: 0, value: 9 },
          { seed: 77, value: 9 },
        ],
        { direction: 'higher' },
      ).verdict,
    ).toBe('too-few');
  });
});

describe('how often the verdict is wrong', () => {
  const random = seededRandom(2024);
  const normals = (n: number, mean = 0, std = 1) =>
    Array.from({ length: n }, () => mean + std * normalQuantile(random() || 0.5));
  const share = (rounds: number, draw: () => Comparison) => {
    let better = 0;
    for (let i = 0; i < rounds; i++) better += draw().verdict === 'better' ? 1 : 0;
    return better / rounds;
  };

  test('equal systems are called better in at most 2.5 % of comparisons, also when one varies ten times as much', () => {
    expect(share(4000, () => compareGroups(normals(3), normals(3), { direction: 'higher' }))).toBeLessThan(
      0.03,
    );
    expect(
      share(4000, () => compareGroups(normals(3), normals(5, 0, 10), { direction: 'higher' })),
    ).toBeLessThan(0.04);
  });

  test('the luckiest of twenty equal variants is called better in at most 5 % of studies', () => {
    const fished = share(1500, () => {
      const baseline = normals(3);
      const tries = Array.from({ length: 20 }, () => normals(3));
      const sum = (xs: number[]) => xs.reduce((s, x) => s + x, 0);
      const best = tries.reduce((a, b) => (sum(a) > sum(b) ? a : b));
      return compareGroups(baseline, best, { direction: 'higher', variants: 20 });
    });
    expect(fished).toBeLessThan(0.05);
  });
});

const corpus = process.env['BRIDGE_CORPUS'];
const cohortsFile = corpus === undefined ? '' : join(corpus, 'curves', 'cohorts.json');

describe.skipIf(!existsSync(cohortsFile))('on final losses of real repeated runs (BRIDGE_CORPUS)', () => {
  test('noise is not called better, four deviations are found, and fishing among ten does not win', () => {
    const cohorts = Object.values(JSON.parse(readFileSync(cohortsFile, 'utf8')) as Record<string, number[]>);
    const random = seededRandom(99);
    const draw = (from: readonly number[], n: number): number[] => {
      const pool = [...from];
      return Array.from({ length: n }, () => pool.splice(Math.floor(random() * pool.length), 1)[0]!);
    };
    const sum = (xs: readonly number[]): number => xs.reduce((s, x) => s + x, 0);
    const tally = { same: 0, worse: 0, shifted: 0, fished: 0, gained: 0, n: 0 };
    const lower = { direction: 'lower' } as const;
    for (const cohort of cohorts) {
      const mean = sum(cohort) / cohort.length;
      const std = Math.sqrt(sum(cohort.map((x) => (x - mean) ** 2)) / (cohort.length - 1));
      for (let i = 0; i < 60; i++) {
        const six = draw(cohort, 6);
        const [a, b] = [six.slice(0, 3), six.slice(3)];
        const equal = compareGroups(a, b, lower).verdict;
        const rest = cohort.filter((x) => !a.includes(x));
        const tries = Array.from({ length: 10 }, () => draw(rest.length >= 3 ? rest : cohort, 3));
        const best = tries.reduce((x, y) => (sum(x) < sum(y) ? x : y));
        const gain = draw(cohort, 5).map((x) => x - 6 * std);
        tally.n++;
        tally.same += Number(equal === 'better');
        tally.worse += Number(equal === 'worse');
        tally.shifted += Number(
          compareGroups(
            a,
            b.map((x) => x - 4 * std),
            lower,
          ).verdict === 'better',
        );
        tally.fished += Number(compareGroups(a, best, { ...lower, variants: 10 }).verdict === 'better');
        tally.gained += Number(
          compareGroups(draw(cohort, 5), gain, { ...lower, variants: 10 }).verdict === 'better',
        );
      }
    }
    expect(tally.same / tally.n).toBeLessThanOrEqual(0.05);
    expect(tally.worse / tally.n).toBeLessThanOrEqual(0.05);
    expect(tally.fished / tally.n).toBeLessThanOrEqual(0.05);
    expect(tally.shifted / tally.n).toBeGreaterThanOrEqual(0.85);
    expect(tally.gained / tally.n).toBeGreaterThanOrEqual(0.9);
  });
});

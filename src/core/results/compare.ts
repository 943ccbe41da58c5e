import { believableVariance, resolution, summarise } from './statistics';
import { studentTQuantile, studentTTwoSided } from './studentT';

export type Direction = 'higher' | 'lower';

export type ComparisonVerdict = 'better' | 'worse' | 'within-noise' | 'too-few';

export interface Comparison {
  readonly verdict: ComparisonVerdict;
  /**
   * Mean of the candidate minus mean of the baseline, in the metric's own unit; null where a side is empty.
   */
  readonly difference: number | null;
  /**
   * Confidence interval of the difference at the level that the verdict used; empty when there are too few
   * runs.
   */
  readonly interval: readonly [number, number] | readonly [];
  /** Two-sided p value after correction for the number of variants; null when there are too few runs. */
  readonly p: number | null;
}

export interface ComparisonOptions {
  readonly direction: Direction;
  /** How many candidates were tried, of which the best is shown; default 1. */
  readonly variants?: number;
}

/** Chance that we accept of calling equal systems different, both directions and all variants together. */
const familyError = 0.05;

/**
 * Šidák: the chance of at least one false alarm among m tests at level p each, 1 − (1 − p)^m, without
 * cancellation.
 */
function sidak(p: number, variants: number): number {
  return p >= 1 ? 1 : -Math.expm1(variants * Math.log1p(-p));
}

/** The level for one of m tests that keeps the family at `familyError`. */
function sidakLevel(variants: number): number {
  return -Math.expm1(Math.log1p(-familyError) / variants);
}

function judge(
  difference: number,
  variance: number,
  df: number,
  { direction, variants = 1 }: ComparisonOptions,
): Comparison {
  if (variance === 0) {
    const p = difference === 0 ? 1 : 0;
    return {
      verdict: verdictOf(difference, p, direction),
      difference,
      interval: [difference, difference],
      p,
    };
  }
  const error = Math.sqrt(variance);
  const p = sidak(studentTTwoSided(difference / error, df), variants);
  const half = -studentTQuantile(sidakLevel(variants) / 2, df) * error;
  return {
    verdict: verdictOf(difference, p, direction),
    difference,
    interval: [difference - half, difference + half],
    p,
  };
}

function verdictOf(difference: number, p: number, direction: Direction): ComparisonVerdict {
  if (!(p < familyError)) return 'within-noise';
  return difference > 0 === (direction === 'higher') ? 'better' : 'worse';
}

/**
 * Is the candidate better than the baseline, or is it noise? Both sides are final values of repeated runs
 * that share nothing (for runs with the same seeds `comparePaired` sees more). Fewer than two runs on a side:
 * `too-few`, because one run has no spread.
 *
 * Test: Welch's two-sided t (Welch, Biometrika 34, 1947), 5 % in all. It does not assume that candidate and
 * baseline vary alike, and is the recommended default since its cost is small and testing for equal variances
 * first is worse than not (Ruxton, Behavioral Ecology 17, 2006; Delacre, Lakens & Leys, Int. Rev. Social
 * Psychology 30, 2017). Rank and permutation tests can't decide here: with 3 against 3 their smallest
 * two-sided p is 0.1. The variance is never taken below that of the values' own rounding
 * (`believableVariance`).
 *
 * Of m variants the best is shown, so its p is corrected by Šidák's 1 − (1 − p)^m (JASA 62, 1967). Variants
 * share one baseline, which makes their statistics positively related; Šidák's inequality covers just that
 * (it bounds Dunnett's many-to-one test, JASA 50, 1955, from the safe side), and needs only the shown
 * candidate's runs, where Dunnett's would need those of all.
 */
export function compareGroups(
  baseline: readonly number[],
  candidate: readonly number[],
  options: ComparisonOptions,
): Comparison {
  const a = summarise(baseline);
  const b = summarise(candidate);
  if (a.std === null || b.std === null) {
    return {
      verdict: 'too-few',
      difference: a.n === 0 || b.n === 0 ? null : b.mean - a.mean,
      interval: [],
      p: null,
    };
  }
  const step = resolution([...baseline, ...candidate]);
  const ofBaseline = believableVariance(a.std, step) / a.n;
  const ofCandidate = believableVariance(b.std, step) / b.n;
  const variance = ofBaseline + ofCandidate;
  // Welch–Satterthwaite degrees of freedom, by shares so that tiny variances don't underflow when squared.
  const share = variance === 0 ? 0.5 : ofBaseline / variance;
  const df = 1 / (share ** 2 / (a.n - 1) + (1 - share) ** 2 / (b.n - 1));
  return judge(b.mean - a.mean, variance, df, options);
}

/** The value of one run and the seed it ran with. */
export interface SeededValue {
  readonly seed: number;
  readonly value: number;
}

/**
 * As `compareGroups`, for runs whose seeds match: a t test of the differences within a seed (Student,
 * Biometrika 6, 1908), which removes what the seed does to both. Seeds that only one side has are left out;
 * several runs of one seed count with their mean. Fewer than two common seeds: `too-few`.
 */
export function comparePaired(
  baseline: readonly SeededValue[],
  candidate: readonly SeededValue[],
  options: ComparisonOptions,
): Comparison {
  const left = meanBySeed(baseline);
  const right = meanBySeed(candidate);
  const differences = [...left].flatMap(([seed, value]) =>
    right.has(seed) ? [right.get(seed)! - value] : [],
  );
  const { n, mean, std } = summarise(differences);
  if (std === null) return { verdict: 'too-few', difference: n === 0 ? null : mean, interval: [], p: null };
  // A difference carries the rounding of both of its values.
  const step = resolution([...baseline, ...candidate].map((run) => run.value)) * Math.SQRT2;
  return judge(mean, believableVariance(std, step) / n, n - 1, options);
}

function meanBySeed(runs: readonly SeededValue[]): Map<number, number> {
  const bySeed = new Map<number, number[]>();
  for (const { seed, value } of runs) bySeed.set(seed, [...(bySeed.get(seed) ?? []), value]);
  return new Map([...bySeed].map(([seed, values]) => [seed, summarise(values).mean]));
}

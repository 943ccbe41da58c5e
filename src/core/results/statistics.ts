import { studentTQuantile, logBetaHalf } from './studentT';

/** Count, mean and spread of repeated runs. */
export interface Summary {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation (divisor n − 1); null for fewer than two values. */
  readonly std: number | null;
}

/**
 * Mean and sample standard deviation by Welford's update (Technometrics 4, 1962), stable for values that
 * differ late.
 */
export function summarise(values: readonly number[]): Summary {
  let mean = 0;
  let squares = 0;
  values.forEach((value, index) => {
    const delta = value - mean;
    mean += delta / (index + 1);
    squares += delta * (value - mean);
  });
  const n = values.length;
  return { n, mean: n === 0 ? NaN : mean, std: n < 2 ? null : Math.sqrt(squares / (n - 1)) };
}

/**
 * `0.912 ± 0.006 (5)`; a single run has no spread to show: `0.912 (1)`. Digits after the point are the
 * caller's choice.
 */
export function describeSummary(summary: Summary, digits: number): string {
  const spread = summary.std === null ? '' : ` ± ${summary.std.toFixed(digits)}`;
  return summary.n === 0 ? '–' : `${summary.mean.toFixed(digits)}${spread} (${summary.n})`;
}

/**
 * The step between neighbouring values that the numbers as written can tell apart: 0.01 for [0.9, 0.91], from
 * the decimals of the longest one. Integers have resolution 1.
 */
export function resolution(values: readonly number[]): number {
  let finest = Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const [mantissa = '', exponent = '0'] = String(Math.abs(value)).split('e');
    finest = Math.min(finest, 10 ** (Number(exponent) - (mantissa.split('.')[1]?.length ?? 0)));
  }
  return finest === Infinity ? 0 : finest;
}

/**
 * Variance that a comparison may believe: the sample variance, but never less than that of rounding to
 * `step`, step²/12 (Sheppard, Proc. London Math. Soc. 29, 1898; Widrow & Kollár, "Quantization Noise", 2008).
 * Three results that all read 0.91 say that the spread is below the last digit, not that it is zero.
 */
export function believableVariance(std: number, step: number): number {
  return Math.max(std * std, (step * step) / 12);
}

/**
 * Hedges' g, the standardised mean difference (candidate − baseline) over the pooled deviation, with the
 * exact small-sample correction J = Γ(m/2) / (√(m/2) Γ((m − 1)/2)), m = n₁ + n₂ − 2 (Hedges, J. Educational
 * Statistics 6, 1981). Null where a side has fewer than two values or nothing varies.
 */
export function hedgesG(baseline: readonly number[], candidate: readonly number[]): number | null {
  const a = summarise(baseline);
  const b = summarise(candidate);
  if (a.std === null || b.std === null) return null;
  const m = a.n + b.n - 2;
  const pooled = Math.sqrt(((a.n - 1) * a.std ** 2 + (b.n - 1) * b.std ** 2) / m);
  if (pooled === 0) return null;
  // ln Γ(m/2) − ln Γ((m−1)/2) = ½ ln π − ln B((m−1)/2, ½)
  const correction = Math.exp(0.5 * Math.log(Math.PI) - logBetaHalf((m - 1) / 2) - 0.5 * Math.log(m / 2));
  return (correction * (b.mean - a.mean)) / pooled;
}

/** What differs between runs of one and the same configuration. */
export interface NoiseFloor {
  /** Standard deviation of a single run, pooled over the groups. */
  readonly std: number;
  readonly degreesOfFreedom: number;
  /** Half-width of the 95 % range in which the difference of two single runs falls when nothing changed. */
  readonly singleRunDifference: number;
}

/**
 * Noise floor of a metric from repeated runs: each group holds runs of one configuration (only the seed
 * differs), groups may differ in level. Pooled within-group variance, as in a one-way analysis of variance;
 * the range is t(0.975, df) · s · √2. Null when no group has two runs.
 */
export function noiseFloor(groups: readonly (readonly number[])[]): NoiseFloor | null {
  let squares = 0;
  let degreesOfFreedom = 0;
  for (const group of groups) {
    const { n, std } = summarise(group);
    if (std === null) continue;
    squares += (n - 1) * std * std;
    degreesOfFreedom += n - 1;
  }
  if (degreesOfFreedom === 0) return null;
  const std = Math.sqrt(squares / degreesOfFreedom);
  return {
    std,
    degreesOfFreedom,
    singleRunDifference: studentTQuantile(0.975, degreesOfFreedom) * std * Math.SQRT2,
  };
}

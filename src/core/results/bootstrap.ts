import { normalCdf, normalQuantile } from './normal';
import type { Random } from './seededRandom';

export interface BootstrapOptions {
  /** Source of chance; a seeded one makes the interval reproducible. */
  readonly random: Random;
  /** Number of resamples, default 2,000. */
  readonly resamples?: number;
  /** Coverage aimed at, default 0.95. */
  readonly level?: number;
  readonly method?: 'bca' | 'percentile';
}

type Statistic = (samples: readonly (readonly number[])[]) => number;

function resample(values: readonly number[], random: Random): number[] {
  return Array.from(values, () => values[Math.floor(random() * values.length)]!);
}

/** Jackknife acceleration over all samples together (Efron & Tibshirani 1993, eq. 14.15). */
function acceleration(samples: readonly (readonly number[])[], statistic: Statistic): number {
  let cubes = 0;
  let squares = 0;
  samples.forEach((sample, which) => {
    const left = sample.map((_, out) =>
      statistic(samples.map((s, i) => (i === which ? s.filter((_v, j) => j !== out) : s))),
    );
    const centre = left.reduce((sum, x) => sum + x, 0) / left.length;
    // Each sample is weighted by its own size: the influence of one value is (n − 1)(centre − leave-one-out) / n.
    for (const value of left) {
      const influence = ((sample.length - 1) * (centre - value)) / sample.length;
      cubes += influence ** 3;
      squares += influence ** 2;
    }
  });
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/**
 * Value below which a share p of the sorted list lies, linear between neighbours (Hyndman & Fan's type 7).
 */
function sortedQuantile(sorted: readonly number[], p: number): number {
  const at = Math.min(Math.max(p, 0), 1) * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - low);
}

/**
 * Bootstrap interval of a statistic of one or several independent samples; each is resampled by itself. BCa
 * (bias-corrected and accelerated) by default, percentile on request: Efron & Tibshirani, "An Introduction to
 * the Bootstrap" (1993), §14.3 and §13.3. Below about ten values a sample both are too narrow;
 * `compareGroups` is the one to decide by. Throws a RangeError for a sample of fewer than two values.
 */
export function bootstrapInterval(
  samples: readonly (readonly number[])[],
  statistic: Statistic,
  { random, resamples = 2000, level = 0.95, method = 'bca' }: BootstrapOptions,
): readonly [number, number] {
  if (samples.length === 0 || samples.some((sample) => sample.length < 2))
    throw new RangeError('a bootstrap needs at least two values in each sample');
  const observed = statistic(samples);
  const draws = Array.from({ length: resamples }, () => statistic(samples.map((s) => resample(s, random))));
  draws.sort((a, b) => a - b);
  const tail = (1 - level) / 2;
  if (method === 'percentile') return [sortedQuantile(draws, tail), sortedQuantile(draws, 1 - tail)];
  const below = draws.filter((x) => x < observed).length + draws.filter((x) => x === observed).length / 2;
  const bias = normalQuantile(Math.min(Math.max(below / resamples, 0.5 / resamples), 1 - 0.5 / resamples));
  const a = acceleration(samples, statistic);
  const adjusted = (p: number): number => {
    const z = bias + normalQuantile(p);
    return normalCdf(bias + z / (1 - a * z));
  };
  return [sortedQuantile(draws, adjusted(tail)), sortedQuantile(draws, adjusted(1 - tail))];
}

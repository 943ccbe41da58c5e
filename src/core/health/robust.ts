/** Median; NaN of an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Standard deviation of the noise around a slowly changing level: from the median absolute difference of
 * neighbours, which neither a trend nor single spikes disturb (von Neumann et al., Ann. Math. Stat. 12, 1941,
 * with the median in place of the mean). 1.4826 makes it the deviation of normal noise; a difference of two
 * carries √2.
 */
export function noiseOf(values: readonly number[]): number {
  const steps = values.slice(1).map((value, i) => Math.abs(value - values[i]!));
  return steps.length === 0 ? 0 : (1.4826 * median(steps)) / Math.SQRT2;
}

/**
 * z of the Mann–Kendall test for a trend (Mann, Econometrica 13, 1945; Kendall 1948): below −1.64 the values
 * fall, above 1.64 they rise, at 5 % one-sided. Quadratic in the length: give it a few dozen values.
 */
export function trendZ(values: readonly number[]): number {
  const n = values.length;
  let s = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign(values[j]! - values[i]!);
  const variance = (n * (n - 1) * (2 * n + 5)) / 18;
  return s === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance);
}

/** A run of neighbouring values, summed up. */
export interface Block {
  /** Indices of the first and after the last value. */
  readonly from: number;
  readonly to: number;
  readonly median: number;
  readonly min: number;
}

/**
 * Blocks of `size` values, aligned to the end, where the question is; a shorter rest at the start is left
 * out.
 */
export function blocksOf(values: readonly number[], size: number): Block[] {
  const blocks: Block[] = [];
  for (let from = values.length % size; from < values.length; from += size) {
    const part = values.slice(from, from + size);
    blocks.push({ from, to: from + size, median: median(part), min: Math.min(...part) });
  }
  return blocks;
}

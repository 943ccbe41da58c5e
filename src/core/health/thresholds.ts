/** What a person can set of the detectors (`bridge.healthThresholds`); each detector says what its number means. */
export interface Thresholds {
  /** `divergence`: the recent level over the best one from which a loss counts as lost. */
  readonly divergenceRatio: number;
  /** `flat`: all values of the flat end lie within this share of their level. */
  readonly flatRange: number;
  /** `spike`: robust deviations by which a value must stand out. */
  readonly spikeDeviations: number;
  /** `overfitting`: least rise of the validation loss over its best one, as a share of it. */
  readonly overfittingRise: number;
  /** `dead-learning-rate`: share of the highest rate below which nothing moves. */
  readonly deadRateShare: number;
  /** `exploding-gradient`: times its own usual level. */
  readonly explodingFactor: number;
  /** `vanishing-gradient`: share of its first level. */
  readonly vanishingShare: number;
  /** `worse-than-baseline`: share of the baseline's value by which a run must be worse at the same step. */
  readonly worseShare: number;
  /** `silent`: minutes without a word, at least. */
  readonly silentMinutes: number;
  /** `idle-gpu`: minutes in which the GPUs of a run do nothing, at least. */
  readonly idleGpuMinutes: number;
  /** `idle-gpu`: per cent of utilisation below which a GPU does nothing. */
  readonly idleGpuPercent: number;
}

export const defaultThresholds: Thresholds = {
  divergenceRatio: 1.5,
  flatRange: 0.001,
  spikeDeviations: 12,
  overfittingRise: 0.05,
  deadRateShare: 1e-6,
  explodingFactor: 100,
  vanishingShare: 1e-6,
  worseShare: 0.1,
  silentMinutes: 30,
  idleGpuMinutes: 20,
  idleGpuPercent: 5,
};

/** Reads a setting; what is no threshold, or no positive number, is named. */
export function readThresholds(value: unknown): {
  readonly thresholds: Partial<Thresholds>;
  readonly wrong: readonly string[];
} {
  if (value === null || value === undefined) return { thresholds: {}, wrong: [] };
  if (typeof value !== 'object' || Array.isArray(value))
    return { thresholds: {}, wrong: [JSON.stringify(value)] };
  const entries = Object.entries(value as Record<string, unknown>);
  const good = entries.filter(
    ([name, each]) =>
      name in defaultThresholds && typeof each === 'number' && Number.isFinite(each) && each > 0,
  );
  return {
    thresholds: Object.fromEntries(good),
    wrong: entries.filter((entry) => !good.includes(entry)).map(([name]) => name),
  };
}

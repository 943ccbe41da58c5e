import { compareGroups, comparePaired, type Comparison, type ComparisonOptions } from './compare';
import { metricOf, type RunGroup } from './runGroup';

export interface RunComparison extends Comparison {
  /** Seeds whose runs were compared in pairs, ascending; null: all runs of both sides, as independent ones. */
  readonly pairedSeeds: readonly number[] | null;
}

/** With two pairs one degree of freedom is left, which can decide nothing. */
const pairsAtLeast = 3;

/**
 * Compares the runs of two groups, in pairs where that is what was done: when every run of both sides has a seed and at
 * least three seeds are common, the differences within a seed are tested, and a seed that only one side has counts for
 * neither; else all runs are compared as independent ones (Welch).
 *
 * The design of the study decides this, before any value is looked at: a seed gives both systems the same data order
 * and start, so a run that failed on one side would otherwise leave its easy or hard seed in the other side's mean.
 * Pairs that turn out not to be alike cost some power and no validity (a t test of differences holds for independent
 * values too); choosing by outcome, whichever test gives the smaller p, would hold nothing.
 */
export function compareRuns(
  baseline: RunGroup,
  candidate: RunGroup,
  metric: string,
  options: ComparisonOptions,
): RunComparison {
  const theirs = seededValues(baseline, metric);
  const ours = seededValues(candidate, metric);
  const seedsOf = (values: typeof ours) =>
    new Set(values.flatMap(({ seed }) => (seed === null ? [] : [seed])));
  const known = seedsOf(theirs);
  const common = [...seedsOf(ours)].filter((seed) => known.has(seed)).sort((a, b) => a - b);
  const seeded = [...theirs, ...ours].filter((each): each is Seeded => each.seed !== null);
  if (seeded.length === theirs.length + ours.length && common.length >= pairsAtLeast) {
    const pairs = (values: typeof ours) => values.filter((each): each is Seeded => each.seed !== null);
    return { ...comparePaired(pairs(theirs), pairs(ours), options), pairedSeeds: common };
  }
  const plain = (values: typeof ours) => values.map(({ value }) => value);
  return { ...compareGroups(plain(theirs), plain(ours), options), pairedSeeds: null };
}

interface Seeded {
  readonly seed: number;
  readonly value: number;
}

function seededValues(
  group: RunGroup,
  metric: string,
): readonly { readonly seed: number | null; readonly value: number }[] {
  return group.runs.flatMap((run) => {
    const found = metricOf(run, metric);
    return found ? [{ seed: run.seed, value: found.value }] : [];
  });
}

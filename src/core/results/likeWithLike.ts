import type { RunResult } from './model';

/** In what the two sides of a comparison differ besides what they are compared for. */
export type Unlike = 'commit' | 'code' | 'host' | 'gpu' | 'python' | 'packages';

const aspects: readonly Unlike[] = ['commit', 'code', 'host', 'gpu', 'python', 'packages'];

/**
 * Aspects of how runs were made in which two sides differ. An aspect that is unknown for a side is left out: nothing is
 * claimed about it.
 */
export function unlikeAspects(
  candidate: readonly RunResult[],
  baseline: readonly RunResult[],
): readonly Unlike[] {
  return aspects.filter((aspect) => {
    const ours = valuesOf(candidate, aspect);
    const theirs = valuesOf(baseline, aspect);
    if (ours.size === 0 || theirs.size === 0) return false;
    return [...ours].some((value) => !theirs.has(value)) || [...theirs].some((value) => !ours.has(value));
  });
}

function valuesOf(runs: readonly RunResult[], aspect: Unlike): ReadonlySet<string> {
  return new Set(
    runs.flatMap(({ status, madeWith }) => {
      const value = status === 'DONE' ? madeWith?.[aspect] : undefined;
      return value == null ? [] : [value];
    }),
  );
}

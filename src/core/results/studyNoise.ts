import { resultRuns } from './evidence';
import type { StudyResult } from './model';
import { groupRuns, valuesOf } from './runGroup';
import { noiseFloor, type NoiseFloor } from './statistics';
import { studentTQuantile } from './studentT';

/** What runs of one configuration differ by in a metric, over all repeated configurations of the study. */
export function studyNoise(study: Pick<StudyResult, 'milestones'>, metric: string): NoiseFloor | null {
  const groups = groupRuns(resultRuns(study)).map((group) =>
    valuesOf(group, metric).map(({ value }) => value),
  );
  return noiseFloor(groups.filter((values) => values.length > 0));
}

/**
 * Half-width of the 95 % range in which the difference of two means falls when nothing but seeds differs:
 * t(0.975, df) · s · √(1/n₁ + 1/n₂), with the pooled s of the study. It stands beside a difference for the eye; the
 * verdict is the test's.
 */
export function floorOfDifference({ std, degreesOfFreedom }: NoiseFloor, n1: number, n2: number): number {
  return studentTQuantile(0.975, degreesOfFreedom) * std * Math.sqrt(1 / n1 + 1 / n2);
}

import type { CurvesQuery } from '../../../src/protocol/curves';

/** How curves are looked at in one place of the panel. */
export interface CurveChoice {
  readonly metric: string | null;
  readonly milestone: string | null;
  readonly by: CurvesQuery['by'];
  /** Weight of the past in the moving average, 0 (as measured) to 0.95. */
  readonly smoothing: number;
  readonly log: boolean;
}

export const firstCurveChoice: CurveChoice = {
  metric: null,
  milestone: null,
  by: 'system',
  smoothing: 0,
  log: false,
};

/** Points a line: about two a pixel of a wide window for a few lines, fewer for many, or there is more ink than room. */
const points = 1_500;

/** `runs`: those that are to be drawn; null: those of the milestone. */
export function curvesQueryOf(choice: CurveChoice, runs: readonly string[] | null): CurvesQuery {
  const { metric, milestone, by } = choice;
  const many = by === 'run' && (runs === null || runs.length > 20);
  return {
    metric,
    milestone: runs === null ? milestone : null,
    by,
    runs,
    points: many ? points / 3 : points,
  };
}

/** What a person asks to see as curves, and the answer: complete each time, thinned to what a screen can show. */

export interface CurvesQuery {
  /** Name of the series as the runs write it; null: the host chooses the one that matters. */
  readonly metric: string | null;
  /** Run ids; null: all runs of the milestone. */
  readonly runs: readonly string[] | null;
  /** Milestone id; null: all but sanity, whose runs are short on purpose. */
  readonly milestone: string | null;
  /** One line a run, or one a system: the mean of its runs with a band. */
  readonly by: 'run' | 'system';
  /** Points a line, at most. */
  readonly points: number;
}

export interface CurvesView {
  /** What this answers. */
  readonly query: CurvesQuery;
  /** The series that is drawn; null: these runs have written none. */
  readonly metric: string | null;
  /** Every series that these runs write, to choose from. */
  readonly metrics: readonly string[];
  readonly milestones: readonly { readonly id: string; readonly label: string }[];
  readonly series: readonly CurveSeries[];
  /** Runs left out because there are too many to draw. */
  readonly omitted: number;
  /** Runs that were asked for and have written nothing of this series. */
  readonly silent: number;
}

export interface CurveSeries {
  /** Run id or system; stays the same from answer to answer. */
  readonly key: string;
  readonly label: string;
  readonly system: string | null;
  /** The runs in it. */
  readonly runs: readonly string[];
  /** Ascending. */
  readonly steps: Float64Array;
  /** At each step; NaN: the run wrote no number there, and the line has a gap. */
  readonly values: Float64Array;
  /** Sample standard deviation over the runs at each step, NaN where there is no mean; null: one run. */
  readonly spread: Float64Array | null;
  /** How many runs have a value at each step; null: one run. */
  readonly counts: Float64Array | null;
  /** Steps from which a run went on after it was interrupted. */
  readonly restarts: readonly number[];
  readonly running: boolean;
}

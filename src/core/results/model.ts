import type { Priority, MilestoneKind, SuccessCriterion } from '../plan/model';

/** A number and the file, pointer and line where it stands. */
export interface MetricValue {
  readonly name: string;
  readonly value: number;
  /** Relative to the workspace. */
  readonly file: string;
  /** JSON pointer, or column name of a CSV file. */
  readonly pointer: string;
  /** 1-based line of the number in the file; null where the format has no lines. */
  readonly line: number | null;
  /** sha256 of the file when the number was read from it. */
  readonly sha256?: string;
}

/** A run as reports see it. */
export interface RunResult {
  readonly id: string;
  readonly system: string | null;
  readonly seed: number | null;
  readonly milestone: string | null;
  readonly priority: Priority | null;
  readonly status: 'DONE' | 'FAILED' | 'RUNNING' | 'TODO' | 'SKIPPED' | 'BLOCKED';
  /** Done before Bridge: the tracker says so, no record of ours does. */
  readonly unverified: boolean;
  readonly baseline: string | null;
  readonly metrics: readonly MetricValue[];
  /** Why it has no result; null where it has one. */
  readonly reason: string | null;
  /** Last lines of the log, for failures. */
  readonly logTail: readonly string[];
  readonly command: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly logFile: string | null;
  /** How its numbers were made, as far as it is known: equal texts are equal things. */
  readonly madeWith?: Readonly<
    Record<'commit' | 'code' | 'host' | 'gpu' | 'python' | 'packages', string | null>
  >;
}

export interface MilestoneResult {
  readonly id: string;
  readonly name: string;
  readonly kind: MilestoneKind;
  readonly gate: SuccessCriterion | null;
  /** How the gate was judged and the sentence that says why; null where it has not been reached. */
  readonly gateVerdict: { readonly verdict: 'passed' | 'failed' | 'not-judged'; readonly why: string } | null;
  readonly runs: readonly RunResult[];
}

/** A picture beside the results. */
export interface PlotLink {
  /** Relative to the workspace. */
  readonly path: string;
  readonly caption: string;
}

/** Everything that a report is computed from. */
export interface StudyResult {
  readonly title: string;
  readonly topic: string;
  readonly planPath: string;
  readonly resultsPath: string;
  readonly trackerPath: string;
  readonly target: string;
  readonly primaryMetric: { readonly name: string; readonly direction: 'higher' | 'lower' } | null;
  /** System -> the system it is compared with. */
  readonly baselines: Readonly<Record<string, string>>;
  readonly milestones: readonly MilestoneResult[];
  /** Criteria of the plan's blocks, for the main result. */
  readonly criteria: readonly {
    readonly block: string;
    readonly title: string;
    readonly priority: Priority | null;
    readonly criterion: SuccessCriterion;
    /** "Compared systems" of the block as written: says which system is the candidate. */
    readonly systems?: string | null;
  }[];
  /** "Dataset / split / task" of the blocks, verbatim, for the scope that the report states. */
  readonly datasets?: readonly string[];
  /** Relative to the workspace; means and comparisons, which stand in no file, link to it. */
  readonly provenancePath?: string | null;
  readonly plots?: readonly PlotLink[];
  /** The sentence about the review: who reviewed, or plainly that nobody did. */
  readonly review: string;
  /** Things the reader must know: deviations, unlisted runs, gates not judged. */
  readonly notes: readonly string[];
  readonly generatedAt: number;
}

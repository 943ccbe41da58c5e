/** What two runs have in common and what not, side by side. Sentences and labels arrive in the person's language. */
export interface ComparisonView {
  /** The run that is compared with, and the other. */
  readonly runs: readonly [string, string];
  /** How each is set up: system, seed, command, environment and so on. */
  readonly facts: readonly ComparedFact[];
  readonly metrics: readonly {
    readonly name: string;
    /** Null: that run has no such number. */
    readonly values: readonly [string | null, string | null];
    /** The second less the first, with its sign; null where one is missing. */
    readonly difference: string | null;
  }[];
  /** Files of code that differ; null: of one of them no snapshot was kept. */
  readonly files: readonly ComparedFile[] | null;
  /** Both have started, so both have a log. */
  readonly logs: boolean;
}

export interface ComparedFact {
  readonly label: string;
  readonly values: readonly [string | null, string | null];
  readonly same: boolean;
}

export interface ComparedFile {
  readonly path: string;
  /** As seen from the first run. */
  readonly change: 'edited' | 'added' | 'removed';
}

export type RunPair = readonly [string, string];

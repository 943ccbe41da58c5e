/** The page of runs: what is asked for and what is shown of it. */

/** Status of a run as people see it; word, icon and colour are derived from it in one place. */
export type RunStatus =
  | 'pending'
  | 'paused'
  | 'running'
  | 'unreachable'
  | 'completed'
  | 'failed'
  | 'stuck'
  | 'skipped'
  | 'cancelled';

export interface RunRow {
  readonly id: string;
  readonly milestone: string | null;
  readonly system: string | null;
  readonly seed: number | null;
  readonly host: string | null;
  readonly gpus: string;
  readonly status: RunStatus;
  /** Share of the estimate, or what the run itself reports, 0 to 1; null: not known. */
  readonly progress: number | null;
  /** Newest values of the live metric, oldest first, at most 40. */
  readonly spark: readonly number[];
  /** `acc 0.912`: name and value are apart so that they align. */
  readonly metric: { readonly name: string; readonly value: string } | null;
  /** Where the number stands, for a click. */
  readonly source: { readonly file: string; readonly line: number | null } | null;
  readonly elapsedMs: number | null;
  readonly estimatedMs: number | null;
  readonly attempts: number;
  /** Why it waits, failed or was skipped: one sentence. */
  readonly why: string | null;
  readonly canCancel: boolean;
  readonly canRetry: boolean;
  readonly canPause: boolean;
  readonly canResume: boolean;
}

export type RunGroupKey = 'milestone' | 'system' | 'seed' | 'host' | 'status' | 'none';
export type RunSortKey = 'id' | 'status' | 'system' | 'seed' | 'elapsed' | 'metric' | 'host';

/** What is looked at on the page of runs. */
export interface RunsQuery {
  readonly search: string;
  readonly statuses: readonly RunStatus[];
  readonly systems: readonly string[];
  readonly hosts: readonly string[];
  readonly group: RunGroupKey;
  readonly sort: { readonly key: RunSortKey; readonly descending: boolean };
  /** Groups that are folded. */
  readonly collapsed: readonly string[];
  /** Index of the first line asked for, and how many. */
  readonly range: { readonly start: number; readonly count: number };
}

export type RunsLine =
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly label: string;
      readonly summary: string;
      readonly collapsed: boolean;
    }
  | { readonly kind: 'run'; readonly run: RunRow };

export interface RunsPage {
  readonly kind: 'runs';
  readonly query: RunsQuery;
  /** Lines `range.start` and on. */
  readonly lines: readonly RunsLine[];
  /** Lines in all (groups and runs after filter and folding). */
  readonly totalLines: number;
  readonly matching: number;
  readonly total: number;
  /** Choices for the filters. */
  readonly systems: readonly string[];
  readonly hosts: readonly string[];
}

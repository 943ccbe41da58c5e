import type { Problem, Span } from '../text/span';

/** A range of GPU-hours; `low` equals `high` where the author gave one number. */
export interface GpuHours {
  readonly low: number;
  readonly high: number;
}

export type Priority = 'must-run' | 'nice-to-have' | 'mixed';

/** What a milestone is for, in run order. `other` is a milestone whose name and place say nothing of it. */
export type MilestoneKind = 'sanity' | 'baseline' | 'main' | 'ablation' | 'polish' | 'other';

/** A fact of the text: what stands there, verbatim (without emphasis), and where. */
export interface TextFact {
  readonly text: string;
  readonly span: Span;
}

export type Comparison = '>' | '>=' | '<' | '<=' | '==';

/**
 * A criterion that a program can judge: `metric comparison threshold`, or, with a reference,
 * `metric - metric(reference) comparison threshold` (relative when the unit says so).
 */
export interface Criterion {
  /** Metric as written (`accuracy`, `AUPRC`); null where the sentence names none. */
  readonly metric: string | null;
  readonly comparison: Comparison;
  readonly threshold: number;
  /** `absolute` is the metric's own unit; `points` are hundredths (`2 %` over a baseline, `2 pp`); `relative` a fraction of the reference. */
  readonly unit: 'absolute' | 'points' | 'relative';
  /** System that it is compared with, as written (`baseline`, `sgd`); null for an absolute threshold. */
  readonly reference: string | null;
}

/** One of several conditions that a text joins with "and". */
export interface Condition {
  /** As written. */
  readonly text: string;
  readonly criterion: Criterion;
}

export interface SuccessCriterion extends TextFact {
  /** The one condition that a program could read in the text; null: there are several, or a person or an agent must judge it. */
  readonly criterion: Criterion | null;
  /** Several conditions that must all hold. Absent: there is one, or none that a program could read. */
  readonly all?: readonly Condition[];
}

export interface Claim {
  readonly id: string;
  readonly text: string;
  readonly span: Span;
}

export interface Milestone {
  /** As the author calls it: `M0`, `Wave 2`, `Week 1`. */
  readonly id: string;
  readonly name: string;
  readonly kind: MilestoneKind;
  readonly goal: TextFact | null;
  readonly gate: SuccessCriterion | null;
  readonly gpuHours: GpuHours | null;
  /** Runs that the row or section names (`R001-R003` is expanded). */
  readonly runs: readonly string[];
  /** Commands found in the row or section. */
  readonly commands: readonly TextFact[];
  /** Number of jobs that its sweeps declare (`3 seeds × 5 methods`); null where nothing says. */
  readonly jobCount: number | null;
  readonly span: Span;
}

export interface Block {
  readonly id: string;
  readonly title: string;
  readonly priority: Priority | null;
  readonly claim: TextFact | null;
  readonly dataset: TextFact | null;
  readonly systems: TextFact | null;
  readonly metrics: TextFact | null;
  readonly setup: TextFact | null;
  readonly successCriterion: SuccessCriterion | null;
  readonly failureInterpretation: TextFact | null;
  readonly span: Span;
}

export interface Plan {
  readonly title: string;
  readonly claims: readonly Claim[];
  /** In run order. */
  readonly milestones: readonly Milestone[];
  readonly blocks: readonly Block[];
  readonly totalGpuHours: GpuHours | null;
  /** Run tables that stand in the plan itself. */
  readonly runs: readonly TrackerRow[];
  readonly problems: readonly Problem[];
}

export type RunStatusWord =
  'todo' | 'running' | 'done' | 'failed' | 'blocked' | 'paused' | 'cancelled' | 'unknown';

/** A cell of a table: its text without padding and emphasis, and the span between its pipes, padding included. */
export interface Cell {
  readonly text: string;
  readonly span: Span;
  /** Set where the row ends before this column: the span is empty at the row's end, and so many cells are lacking in between. */
  readonly missing?: number;
}

export interface TrackerRow {
  readonly id: string;
  readonly milestone: string | null;
  readonly purpose: string | null;
  readonly system: string | null;
  readonly split: string | null;
  readonly metrics: string | null;
  readonly priority: Priority | null;
  readonly status: RunStatusWord;
  readonly statusCell: Cell | null;
  readonly notesCell: Cell | null;
  readonly span: Span;
}

export interface Tracker {
  readonly rows: readonly TrackerRow[];
  readonly problems: readonly Problem[];
}

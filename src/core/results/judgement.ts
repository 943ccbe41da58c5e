import type { Comparison as Operator, Criterion } from '../plan/model';
import type { ComparisonVerdict } from './compare';

export type CriterionVerdict = 'met' | 'not-met' | 'within-noise' | 'cannot-judge';

/** The numbers of a group that a judgement used. */
export interface GroupFigures {
  readonly label: string;
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation; null for one run. */
  readonly std: number | null;
  /** Ids of the runs whose values these are. */
  readonly runs: readonly string[];
  /** Runs of the group that are done elsewhere, without a record of ours. */
  readonly unverified: number;
}

/** What was found, as data; `describeFinding` of the reports makes the sentence in the report's language. */
export type Finding =
  | { readonly kind: 'no-criterion'; readonly text: string }
  | { readonly kind: 'no-metric' }
  | { readonly kind: 'metric-missing'; readonly metric: string; readonly available: readonly string[] }
  | { readonly kind: 'metric-ambiguous'; readonly metric: string; readonly candidates: readonly string[] }
  | { readonly kind: 'no-candidate'; readonly reference: string }
  | { readonly kind: 'no-value'; readonly metric: string; readonly label: string }
  | { readonly kind: 'reference-missing'; readonly reference: string; readonly systems: readonly string[] }
  | {
      readonly kind: 'reference-ambiguous';
      readonly reference: string;
      readonly candidates: readonly string[];
    }
  | { readonly kind: 'equality'; readonly reference: string }
  | { readonly kind: 'scale'; readonly metric: string; readonly threshold: number; readonly example: number }
  | {
      readonly kind: 'threshold';
      readonly metric: string;
      readonly group: GroupFigures;
      readonly operator: Operator;
      /** In the metric's own unit. */
      readonly threshold: number;
    }
  | {
      readonly kind: 'comparison';
      readonly metric: string;
      readonly candidate: GroupFigures;
      readonly reference: GroupFigures;
      readonly operator: Operator;
      /** Threshold of the difference in the metric's own unit, and as the criterion says it. */
      readonly threshold: number;
      readonly written: Criterion;
      readonly difference: number;
      /** Empty when a side has fewer than two runs. */
      readonly interval: readonly [number, number] | readonly [];
      readonly p: number | null;
      readonly variants: number;
      /** Seeds whose runs were compared in pairs; null: all runs as independent ones. */
      readonly pairedSeeds: readonly number[] | null;
      readonly noise: ComparisonVerdict;
    }
  | { readonly kind: 'mixed'; readonly parts: readonly Judgement[] }
  | { readonly kind: 'agreed'; readonly parts: readonly Judgement[] }
  /** Several conditions that must all hold. */
  | { readonly kind: 'all'; readonly parts: readonly Judgement[] };

export interface Judgement {
  readonly verdict: CriterionVerdict;
  readonly finding: Finding;
  /** Runs that were looked at and have not ended: the verdict may still change. */
  readonly open: readonly string[];
}

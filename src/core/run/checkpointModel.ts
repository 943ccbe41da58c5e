import type { LockedEvaluator } from './agentsEvent';
import type { RentalTerms } from './rentalEvent';

/** What the person is asked to approve. `hash` binds an approval to exactly this. */
export interface Checkpoint {
  readonly hash: string;
  readonly target: string;
  readonly sanity: {
    readonly status: 'passed' | 'failed' | 'none' | 'pending';
    readonly sentence: string;
    /** What sanity runs, or ran. */
    readonly commands: readonly RunCommand[];
  };
  readonly milestones: readonly CheckpointMilestone[];
  readonly review: string;
  readonly groundTruth: string;
  /** Gates that no program can judge: approving passes them, recorded as not judged. */
  readonly unjudgedGates: readonly { readonly milestone: string; readonly text: string }[];
  readonly totalGpuHours: number | null;
  readonly usd: number;
  /** What is rented at most; absent: nothing is. */
  readonly rental?: RentalTerms | null;
  /** Sentences the person should read before they approve. */
  readonly notes: readonly string[];
  /** What changed since the last approval, one sentence a thing; empty at the first. */
  readonly changes: readonly string[];
  /** What approving locks; absent in older journals, null: nothing says what evaluates. */
  readonly evaluator?: LockedEvaluator | null;
  /** Unified diff of the code since the last approval, at most 200,000 characters; absent: none is known. */
  readonly diff?: string;
  /** Path -> sha256 of every file that the approval is bound to. */
  readonly files: Readonly<Record<string, string>>;
}

export interface RunCommand {
  readonly run: string;
  readonly command: string;
}

export interface CheckpointMilestone {
  readonly id: string;
  readonly name: string;
  readonly runs: number;
  readonly estimatedGpuHours: number | null;
  readonly estimatedHours: number | null;
  readonly commands: readonly RunCommand[];
}

import type { Job } from '../manifest/model';
import type { MetricValue } from '../results/model';
import type { AgentsState } from './agents';
import type { Charge } from './charge';
import type { Rentals } from './rentals';
import type { JobHandle, JobKey } from './jobHandle';
import type { ReviewState, Waivers } from './review';
import type { Checkpoint } from './checkpointModel';
import type { DeclaredMilestone, StudyDeclaration } from './declaration';
import type { ExitRecord, RunEvent, SeenCapacity, Stage, StopReason } from './event';
import type { Failure, FailureClass } from './failure';

/** One try of a run. Attempts are never changed after they ended; a rerun is a new one beside it. */
export interface Attempt {
  readonly key: JobKey;
  readonly attempt: number;
  readonly host: string;
  readonly gpus: readonly string[];
  /** GPUs that the target is to find, until it says which. */
  readonly gpuCount?: number;
  /** Machine of the target that it runs on, where the target has several. */
  readonly node?: string;
  /** Set while the target has it and has not begun it. */
  readonly queued?: { readonly why: string | null } | null;
  readonly boot: string | null;
  /** Name of the snapshot of the code that it started with; null: none was kept. */
  readonly code?: string | null;
  /** Only the evaluation ran; `command` is what ran then. */
  readonly only?: 'evaluation';
  readonly command?: string;
  readonly requestedAt: number;
  readonly startedAt: number | null;
  readonly handle: JobHandle | null;
  readonly stopping: StopReason | null;
  /** Who asked for that. */
  readonly stoppedBy?: string;
  readonly unreachable: string | null;
  /** When its machine was last heard of; null: never, or it answers. */
  readonly unreachableSince?: number | null;
  /** Given up while its machine did not answer; `cleared`: nothing of it is left there. */
  readonly abandoned?: 'open' | 'cleared';
  readonly exit: ExitRecord | null;
  /** When it ended, by whatever end. */
  readonly endedAt: number | null;
}

/** Where a run stands. */
export type JobPhase =
  | {
      readonly kind: 'pending';
      /** When a delayed retry is due by the wall clock, for display; the driver measures the delay itself. */
      readonly notBefore: number | null;
      readonly delayMs?: number;
      readonly why: string | null;
      /** Class of the failure that is tried again. */
      readonly cause?: FailureClass;
    }
  | { readonly kind: 'paused'; readonly by: string }
  | { readonly kind: 'running' }
  | {
      readonly kind: 'completed';
      readonly key: JobKey;
      readonly metrics: readonly MetricValue[];
      readonly at: number;
    }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly at: number }
  | { readonly kind: 'skipped'; readonly why: string; readonly at: number }
  | { readonly kind: 'cancelled'; readonly by: string; readonly at: number };

export interface JobState {
  readonly job: Job;
  readonly phase: JobPhase;
  readonly attempts: readonly Attempt[];
  readonly priority: number;
  /** Sentences such as "runs past twice its estimate". */
  readonly flags: readonly string[];
  /** Attempts that were made before a person asked anew, or the command was edited: no policy counts them. */
  readonly discounted?: number;
  /** No longer in the manifest: shown, never run, never deleted. */
  readonly obsolete: boolean;
}

export interface GateVerdict {
  readonly verdict: 'passed' | 'failed' | 'not-judged';
  readonly why: string;
  readonly by: string;
}

export interface MilestoneState {
  readonly milestone: DeclaredMilestone;
  readonly gate: GateVerdict | null;
}

export type CheckpointState =
  | { readonly kind: 'none' }
  | { readonly kind: 'shown'; readonly checkpoint: Checkpoint; readonly at: number }
  | {
      readonly kind: 'approved';
      readonly checkpoint: Checkpoint;
      readonly milestones: readonly string[];
      readonly by: string;
      readonly at: number;
    }
  | {
      readonly kind: 'rejected';
      readonly checkpoint: Checkpoint;
      readonly reason: string;
      readonly at: number;
    };

export interface StageState {
  readonly stage: Stage;
  readonly outcome: 'running' | 'passed' | 'failed' | 'skipped' | 'waiting';
  readonly note: string;
  readonly at: number;
}

/** What Bridge wrote into a tracker row, and what it was about to write when it was last heard of. */
export interface TrackerCells {
  /** Null: nothing was written yet. */
  readonly status: string | null;
  readonly notes: string;
  readonly writing?: { readonly status: string; readonly notes: string };
}

/** A line of the timeline: an event in a sentence is made from it on demand. */
export interface TimelineEntry {
  readonly at: number;
  readonly event: RunEvent;
}

/** Everything that the journal says, folded. */
export interface StudyState {
  readonly study: StudyDeclaration | null;
  /** Snapshot of the code with which the first attempt since the declaration started. */
  readonly declaredCode: string | null;
  /** When what is run now was declared; null: nothing was. */
  readonly declaredAt: number | null;
  /** The program that asked for what is declared, so that sanity waits for an approval; null: a person asked. */
  readonly askedBy: string | null;
  readonly jobs: ReadonlyMap<string, JobState>;
  /** Ids of jobs whose phase is `running`. */
  readonly running: ReadonlySet<string>;
  /** Keys of attempts that were given up while their machine did not answer, and may be left there. */
  readonly abandoned: ReadonlySet<string>;
  readonly milestones: ReadonlyMap<string, MilestoneState>;
  readonly stages: readonly StageState[];
  readonly checkpoint: CheckpointState;
  /** The checkpoint that was approved last, whatever was shown since; null: none was. */
  readonly lastApproved: Checkpoint | null;
  /** The last review by another model; null: there was none. */
  readonly review: ReviewState | null;
  /** Findings that the person decided to live with, by id. */
  readonly waivers: Waivers;
  /** What agents do and did, what they ask and propose. */
  readonly agents: AgentsState;
  /** The budget level that the person was told last. */
  readonly budgetLevel: 'open' | 'warned' | 'spent';
  /** The same of the money. */
  readonly moneyLevel: 'open' | 'warned' | 'spent';
  /** What costs or has cost money, by id. */
  readonly charges: ReadonlyMap<string, Charge>;
  /** Machines that were rented for it, by label. */
  readonly rentals: Rentals;
  /** Milestone -> hash of the checkpoint under which it was approved. */
  readonly approved: ReadonlyMap<string, string>;
  /** Null: nobody has looked yet. */
  readonly capacity: SeenCapacity | null;
  /** Ids of intents that were applied, so that one that was left in the inbox by a crash is not applied again. */
  readonly takenIntents: ReadonlySet<string>;
  /** What Bridge last wrote into a tracker row, so that a person's edit is recognised. */
  readonly trackerCells: ReadonlyMap<string, TrackerCells>;
  readonly ended: {
    readonly outcome: 'done' | 'failed' | 'stopped';
    readonly note: string;
    readonly at: number;
  } | null;
  /** Newest last, bounded. */
  readonly timeline: readonly TimelineEntry[];
  /** Events folded so far. */
  readonly revision: number;
}

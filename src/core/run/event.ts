import type { MetricValue } from '../results/model';
import type { Failure, FailureClass } from './failure';
import type { AgentsEvent } from './agentsEvent';
import type { Checkpoint } from './checkpointModel';
import type { StudyDeclaration } from './declaration';
import type { JobHandle, Place } from './jobHandle';
import type { FinishedReview } from './review';
import type { RentalEvent } from './rentalEvent';

/** The stages of the workflow, in order. */
export type Stage =
  | 'parse'
  | 'implement'
  | 'review'
  | 'sanity'
  | 'repair'
  | 'checkpoint'
  | 'deploy'
  | 'collect'
  | 'ablate'
  | 'handoff';

/** How a process ended, as its own wrapper wrote it down. */
export interface ExitRecord {
  readonly code: number;
  /** Milliseconds since the epoch, from the target's clock. */
  readonly endedAt: number;
  /** How long it took, by a clock that never jumps; null: the target could not tell. */
  readonly elapsedMs?: number | null;
  /** Processes of its cgroup that the kernel killed for want of memory while it ran; absent: nobody told. */
  readonly oomKills?: number;
}

/** What the target had to give when it was last looked at. */
export interface SeenCapacity {
  readonly host: string;
  readonly gpus: readonly {
    /** What CUDA_VISIBLE_DEVICES calls it. */
    readonly id: string;
    /** Missing: there is only one machine. */
    readonly host?: string;
    readonly name: string;
    readonly memoryTotalMiB: number | null;
    /** `foreign`: a process that Bridge did not start computes on it. `full`: its memory is in use. */
    readonly state: 'free' | 'foreign' | 'full';
  }[];
  /** What is missing, one sentence a thing. */
  readonly missing: readonly string[];
}

/** `budget`: its GPU-hours are used up; `money`: the cap in dollars is. */
export type StopReason = 'cancelled' | 'timeout' | 'budget' | 'money' | 'health';

/**
 * One line of the journal. Past tense is what happened; `*.requested` is an intent that was made durable before
 * the act. `at` is wall time in milliseconds, for display; no decision depends on it.
 */
export type RunEvent = { readonly at: number } & (
  | {
      readonly type: 'study.declared';
      readonly study: StudyDeclaration;
      readonly by: string;
      /** The program that asked for it: sanity, too, waits for a person's approval. Absent: a person asked. */
      readonly askedBy?: string;
    }
  | { readonly type: 'stage.started'; readonly stage: Stage }
  | {
      readonly type: 'stage.ended';
      readonly stage: Stage;
      readonly outcome: 'passed' | 'failed' | 'skipped' | 'waiting';
      readonly note: string;
    }
  | { readonly type: 'checkpoint.shown'; readonly checkpoint: Checkpoint }
  | {
      readonly type: 'checkpoint.approved';
      readonly hash: string;
      readonly milestones: readonly string[];
      readonly by: string;
    }
  | {
      readonly type: 'checkpoint.rejected';
      readonly hash: string;
      readonly reason: string;
      readonly by: string;
    }
  | { readonly type: 'checkpoint.voided'; readonly hash: string; readonly changes: readonly string[] }
  | ({ readonly type: 'review.finished' } & FinishedReview)
  | AgentsEvent
  | {
      readonly type: 'finding.waived';
      readonly finding: string;
      readonly reason: string;
      readonly by: string;
    }
  | {
      readonly type: 'gate.judged';
      readonly milestone: string;
      readonly verdict: 'passed' | 'failed' | 'not-judged';
      readonly why: string;
      readonly by: string;
    }
  | {
      readonly type: 'attempt.requested';
      readonly job: string;
      readonly attempt: number;
      readonly key: string;
      readonly host: string;
      readonly gpus: readonly string[];
      /** GPUs that the target is to find where it places runs itself. */
      readonly gpuCount?: number;
      /** Boot of the target when it was asked for; null: it has none. */
      readonly boot?: string | null;
      /** Name of the snapshot of the code that it starts with. */
      readonly code?: string | null;
      /** Only the evaluation runs again: the run keeps its standing until it has given numbers. */
      readonly only?: 'evaluation';
      /** What is started, where it is not the run's own command. */
      readonly command?: string;
    }
  /** The target has it and has not begun it; `why` is the target's reason, null where it gives none. */
  | {
      readonly type: 'attempt.queued';
      readonly key: string;
      readonly handle: JobHandle;
      readonly why: string | null;
    }
  | {
      readonly type: 'attempt.started';
      readonly key: string;
      readonly handle: JobHandle;
      readonly place?: Place;
      /** How long it had run when that was seen. */
      readonly elapsedMs?: number;
    }
  | {
      readonly type: 'attempt.unreachable';
      readonly key: string;
      readonly why: string;
      /** When its machine was last heard of, in milliseconds since the epoch. */
      readonly since?: number | null;
    }
  /** It goes on unknown somewhere and counts no more; whatever is left of it there is ended when that machine answers. */
  | { readonly type: 'attempt.abandoned'; readonly key: string; readonly why: string; readonly by: string }
  /** Nothing of an abandoned attempt is left on its machine. */
  | { readonly type: 'attempt.cleared'; readonly key: string }
  | {
      readonly type: 'attempt.stopping';
      readonly key: string;
      readonly reason: StopReason;
      readonly by: string;
    }
  | {
      readonly type: 'attempt.exited';
      readonly key: string;
      readonly exit: ExitRecord;
      readonly place?: Place;
    }
  | {
      readonly type: 'attempt.lost';
      readonly key: string;
      readonly cause: 'lost' | 'rebooted';
      readonly why: string;
    }
  | ({ readonly type: 'capacity.seen' } & SeenCapacity)
  | {
      readonly type: 'job.completed';
      readonly job: string;
      readonly key: string;
      readonly metrics: readonly MetricValue[];
    }
  | { readonly type: 'job.failed'; readonly job: string; readonly failure: Failure }
  | { readonly type: 'job.skipped'; readonly job: string; readonly why: string }
  | { readonly type: 'job.cancelled'; readonly job: string; readonly by: string }
  | {
      readonly type: 'job.retried';
      readonly job: string;
      readonly why: string;
      readonly delayMs: number;
      readonly by: string;
      /** Class of the failure that is tried again. */
      readonly cause?: FailureClass;
      /** Asked for anew: the attempts made so far do not count against what the policy allows. */
      readonly afresh?: boolean;
    }
  | { readonly type: 'job.paused'; readonly job: string; readonly by: string }
  | { readonly type: 'job.resumed'; readonly job: string; readonly by: string }
  | { readonly type: 'job.prioritised'; readonly job: string; readonly priority: number; readonly by: string }
  | {
      readonly type: 'budget.reached';
      /** `warned`: 80 %; `spent`: nothing more starts. */
      readonly level: 'warned' | 'spent';
      readonly usedGpuHours: number;
      readonly limitGpuHours: number;
      readonly why: string;
    }
  | {
      readonly type: 'money.reached';
      /** `warned`: 80 %; `spent`: nothing more starts, and what runs is stopped. */
      readonly level: 'warned' | 'spent';
      readonly usedUsd: number;
      readonly limitUsd: number;
      readonly why: string;
    }
  /** From now on something costs money until `cost.ended`: a rented machine, from when its provider bills it. */
  | {
      readonly type: 'cost.started';
      readonly charge: string;
      readonly host: string;
      readonly usdPerHour: number;
    }
  /** It costs nothing more. `usd`: what the provider says it cost in all; null: it does not say. */
  | { readonly type: 'cost.ended'; readonly charge: string; readonly usd: number | null }
  | { readonly type: 'job.flagged'; readonly job: string; readonly why: string }
  | RentalEvent
  /** Cells that are about to be written; `tracker.written` says that they were. */
  | {
      readonly type: 'tracker.writing';
      readonly cells: readonly { readonly job: string; readonly status: string; readonly notes: string }[];
    }
  | {
      readonly type: 'tracker.written';
      readonly job: string;
      readonly status: string;
      readonly notes: string;
    }
  | {
      readonly type: 'tracker.disputed';
      readonly job: string;
      readonly theirs: string;
      readonly ours: string;
    }
  | {
      readonly type: 'report.written';
      readonly path: string;
      readonly sha256: string;
      /** Of a plot: what the report calls it. */
      readonly caption?: string;
    }
  | { readonly type: 'intent.taken'; readonly id: string; readonly intent: string; readonly by: string }
  | { readonly type: 'intent.refused'; readonly intent: string; readonly why: string; readonly by: string }
  | {
      readonly type: 'study.ended';
      readonly outcome: 'done' | 'failed' | 'stopped';
      readonly note: string;
    }
);

export type RunEventType = RunEvent['type'];

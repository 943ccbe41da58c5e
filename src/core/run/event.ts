import type { Thresholds } from '../health/thresholds';
import type { Evaluation, Job, SlurmRequest } from '../manifest/model';
import type { MilestoneKind, Priority, SuccessCriterion } from '../plan/model';
import type { MetricValue } from '../results/model';
import type { Failure, FailureClass } from './failure';
import type { AgentsEvent, LockedEvaluator } from './agentsEvent';
import type { JobHandle, Place } from './jobHandle';
import type { FinishedReview } from './review';
import type { RentalEvent, RentalTerms } from './rentalEvent';

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

export interface StudyOptions {
  /** `bridge.slurm.*`: what runs ask Slurm for where the manifest does not say. */
  readonly slurm?: SlurmRequest;
  readonly codeReview: boolean;
  readonly autoDeploy: boolean;
  readonly sanityFirst: boolean;
  readonly maxParallelRuns: number;
  readonly baseRepo: string | null;
  readonly compact: boolean;
  readonly language: 'en' | 'zh';
  /** What the training check of running runs may do. Absent, as all that follow, in journals of older versions. */
  readonly health?: 'flag' | 'stop' | 'off';
  /** Numbers of the detectors that the person set; the others keep their own. */
  readonly healthThresholds?: Partial<Thresholds>;
  /** At this many GPU-hours nothing more starts. */
  readonly 'budget.gpuHours'?: number | null;
  /** Whether runs on GPUs are stopped there. */
  readonly 'budget.stopRuns'?: boolean;
  /** At this much money nothing more starts, and what runs is stopped. */
  readonly 'budget.usd'?: number | null;
  /** What an hour of a machine costs that Bridge did not rent, while runs are on it; null: nothing. */
  readonly 'budget.usdPerHour'?: number | null;
  /** A file for `ssh -F`; null: the person's own configuration. */
  readonly 'ssh.config'?: string | null;
  /** For so long a rented machine goes on without hearing from Bridge. */
  readonly 'rented.leaseMinutes'?: number | null;
  /** As Modal's `gpu=` takes it. */
  readonly 'modal.gpu'?: string | null;
  /** More code than this is not sent to another machine without a word; null: the usual. */
  readonly 'sync.maxMiB'?: number | null;
}

export interface DeclaredMilestone {
  readonly id: string;
  readonly name: string;
  readonly kind: MilestoneKind;
  readonly gate: SuccessCriterion | null;
  readonly estimatedGpuHours: { readonly low: number; readonly high: number } | null;
  /** 1-based line in the plan; null where the milestone stands only in manifest or tracker. */
  readonly line: number | null;
}

/** What the tracker says about a run that the reports repeat. */
export interface DeclaredRun {
  readonly id: string;
  readonly milestone: string | null;
  readonly priority: Priority | null;
  readonly system: string | null;
  /** The tracker's Status cell as it was read, to recognise what a person writes later. */
  readonly statusText: string;
  readonly line: number;
  /** `elsewhere`: marked done without a record of ours. `cut`: cancelled by its author. `missing`: nothing says how to start it. */
  readonly standing: 'listed' | 'elsewhere' | 'cut' | 'missing';
}

/** What is to be run: the expanded manifest, the plan's milestones and the options, as read at one moment. */
export interface StudyDeclaration {
  readonly kind: 'plan' | 'queue';
  readonly title: string;
  readonly topic: string;
  /** Paths relative to the workspace; null where there is no such file. */
  readonly planPath: string | null;
  readonly trackerPath: string | null;
  readonly manifestPath: string;
  readonly target: string;
  readonly options: StudyOptions;
  readonly milestones: readonly DeclaredMilestone[];
  readonly runs: readonly DeclaredRun[];
  readonly jobs: readonly Job[];
  readonly criteria: readonly {
    readonly block: string;
    readonly title: string;
    readonly priority: Priority | null;
    readonly criterion: SuccessCriterion;
    readonly systems: string | null;
  }[];
  /** "Dataset / split / task" of the plan's blocks, verbatim. Absent in journals of older versions. */
  readonly datasets?: readonly string[];
  readonly primaryMetric: { readonly name: string; readonly direction: 'higher' | 'lower' } | null;
  readonly baselines: Readonly<Record<string, string>>;
  /** The GPU-hours that the plan states as its total, the higher end of a range. Absent in older journals. */
  readonly statedGpuHours?: number | null;
  /** What one machine of a target that is rented will cost an hour, before one is; null or absent: it costs nothing. */
  readonly usdPerHour?: number | null;
  /** What evaluates, as the manifest names it. Absent in older journals. */
  readonly evaluation?: Evaluation | null;
  /** Paths that runs read: no part of what an approval is bound to. */
  readonly data: readonly string[];
  /** GPU indices that may be used; null: all free ones. */
  readonly gpus: readonly number[] | null;
  readonly maxParallel: number | null;
  readonly gpuFreeThresholdMiB: number;
  /** Sentences about the input that reports and panel repeat. */
  readonly notes: readonly string[];
}

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

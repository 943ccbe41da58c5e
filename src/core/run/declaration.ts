import type { Thresholds } from '../health/thresholds';
import type { Evaluation, Job, SlurmRequest } from '../manifest/model';
import type { MilestoneKind, Priority, SuccessCriterion } from '../plan/model';

/** The options a study was declared with: settings, CLAUDE.md and what the call said, resolved. */
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

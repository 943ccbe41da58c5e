import type { Problem, Span } from '../text/span';

/** How the shell of a job is prepared before its command. */
export type Environment =
  | { readonly kind: 'none' }
  | { readonly kind: 'conda'; readonly name: string; readonly hook: string | null }
  | { readonly kind: 'venv'; readonly path: string };

/** A metric and where a run's files hold it: `results/R001.json#/test/accuracy` (JSON pointer) or `log.csv#accuracy` (last row). */
export interface MetricSource {
  readonly name: string;
  readonly file: string;
  /** After the `#`; empty where the whole file is meant. */
  readonly pointer: string;
}

/** How often a failure of a class is tried, the first attempt counted, and how long to wait in between. */
export interface RetryPolicy {
  readonly attemptsByClass: Readonly<Record<string, number>>;
  readonly delayMs: number;
}

/** What a run asks Slurm for beside GPUs and time; what is missing is left to settings and the cluster's defaults. */
export interface SlurmRequest {
  readonly partition?: string;
  readonly account?: string;
  readonly qos?: string;
  readonly constraint?: string;
  /** In place of `gpu:N`, as sbatch takes it: `gpu:a100:2`. */
  readonly gres?: string;
  readonly cpus?: number;
  /** Of the node, for the whole run. */
  readonly memoryMiB?: number;
  /** Walltime that is asked for where the run has no time limit of its own. */
  readonly timeMs?: number;
  /** Tasks of one job array that may run at once. */
  readonly arrayLimit?: number;
  /** Slurm may start a run anew by itself after its node failed or was taken away. */
  readonly requeue?: boolean;
}

export type Precondition = { readonly type: 'checkpoint_exists' | 'file_exists'; readonly path: string };

/** One run, fully expanded: nothing of the manifest's grids or templates is left in it. */
export interface Job {
  readonly id: string;
  readonly phase: string | null;
  readonly milestone: string | null;
  /** One bash script, as the author wrote it. `$GPU` slots are filled by the launcher's environment. */
  readonly command: string;
  /** Relative to the workspace (or the target's copy of it), or absolute on the target. */
  readonly cwd: string;
  readonly environment: Environment;
  /** Lines that run before the command (`env.setup`). */
  readonly setup: string;
  /** Paths or globs relative to `cwd`; all must match something that this attempt wrote. */
  readonly expectedOutputs: readonly string[];
  readonly metrics: readonly MetricSource[];
  /** Number of GPUs; 0 is a CPU job; null means 1 where the target has GPUs, else 0. */
  readonly gpus: number | null;
  readonly system: string | null;
  readonly seed: number | null;
  /** Run id or system that this one is compared with. */
  readonly baseline: string | null;
  /** Grid keys and args that made it, for grouping and for `{N}` in preconditions. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly estimatedHours: number | null;
  readonly estimatedGpuHours: number | null;
  readonly timeLimitMs: number | null;
  /** Higher runs first among those that may start. */
  readonly priority: number;
  readonly retry: RetryPolicy;
  /** Absent: nothing but what settings and the cluster say. */
  readonly slurm?: SlurmRequest;
  /** Names of phases and ids of jobs that must have completed first. */
  readonly dependsOn: readonly string[];
  readonly preconditions: readonly Precondition[];
  /** Where the manifest says it. */
  readonly span: Span | null;
}

/** What numbers can be measured against. */
export const evaluationTypes: readonly string[] = [
  ...['real_gt', 'synthetic_proxy', 'self_supervised_proxy', 'simulation_only', 'human_eval'],
];

export interface Evaluation {
  readonly script: string | null;
  readonly split: string | null;
  readonly seeds: readonly number[];
  readonly type: string | null;
}

export interface PrimaryMetric {
  readonly name: string;
  readonly direction: 'higher' | 'lower';
}

export interface Manifest {
  readonly project: string | null;
  readonly ssh: string | null;
  /** GPU indices that may be used; null: all free ones. */
  readonly gpus: readonly number[] | null;
  readonly maxParallel: number | null;
  readonly gpuFreeThresholdMiB: number;
  readonly primaryMetric: PrimaryMetric | null;
  readonly evaluation: Evaluation | null;
  /** System -> system it is compared with. */
  readonly baselines: Readonly<Record<string, string>>;
  /** Paths that runs read: never part of a snapshot. */
  readonly data: readonly string[];
  readonly phases: readonly {
    readonly name: string;
    readonly dependsOn: readonly string[];
    readonly milestone: string | null;
  }[];
  readonly jobs: readonly Job[];
  readonly problems: readonly Problem[];
}

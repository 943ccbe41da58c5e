import type { ExitRecord, RunEvent, StopReason } from './run/event';
import type { Environment, SlurmRequest } from './manifest/model';
import type { Failure } from './run/failure';
import type { JobHandle, JobKey, Place, ProcessIdentity } from './run/jobHandle';
import type { Unreachability } from './targetUnreachable';

/** Something to let go of; calling it twice is harmless. */
export interface Disposable {
  dispose(): void;
}

/** Time, as the composition root gives it. */
export interface Clock {
  /** Wall time in milliseconds since the epoch: for display and file names only. */
  now(): number;
  /** Milliseconds of a clock that never jumps: for delays and time-outs. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A job with everything decided: what a backend needs to start it. */
export interface PlacedJob {
  readonly key: JobKey;
  readonly run: string;
  readonly attempt: number;
  /** The machine or cluster of the pool that it goes to; missing: there is only one. */
  readonly host?: string;
  /** Name of the snapshot of the code that it starts with; null or missing: none was kept. */
  readonly code?: string | null;
  /** Outputs of the runs that it depends on, relative to the workspace, as they were declared. */
  readonly inputs?: readonly string[];
  /** Absolute on the target. */
  readonly cwd: string;
  readonly command: string;
  readonly setup: string;
  readonly environment: Environment;
  /** Added to the target's own environment. */
  readonly variables: Readonly<Record<string, string>>;
  readonly expectedOutputs: readonly string[];
  /** GPU ids for CUDA_VISIBLE_DEVICES; empty for a CPU job. */
  readonly gpus: readonly string[];
  readonly timeLimitMs: number | null;
  /** Phase or milestone: what of it is submitted together may be one job array. */
  readonly group?: string;
  /** GPUs that the target is to find where it places jobs itself. */
  readonly gpuCount?: number;
  /** Runs of a study that may be active at once, where its author said. */
  readonly maxParallel?: number | null;
  readonly slurm?: SlurmRequest;
}

/** What a job takes on a target that places it: enough to say whether it can ever run there. */
export type PlaceRequest = Pick<PlacedJob, 'run' | 'timeLimitMs' | 'gpuCount' | 'slurm'>;

export type JobStatus =
  /** `why`: the target's reason, in words; null: it gives none. */
  | { readonly kind: 'queued'; readonly why?: string | null; readonly handle?: JobHandle }
  /** `elapsedMs` is measured by a clock that never jumps; null: the target cannot tell. */
  | { readonly kind: 'running'; readonly elapsedMs: number | null; readonly place?: Place }
  /** `failure`: what the target says ended it, which its exit code does not tell. */
  | {
      readonly kind: 'exited';
      readonly exit: ExitRecord;
      readonly failure?: Failure;
      readonly place?: Place;
      readonly requeued?: boolean;
    }
  /** The process is gone and left no exit record. `failure`: what the target says became of it. */
  | {
      readonly kind: 'lost';
      readonly cause: 'lost' | 'rebooted';
      readonly why: string;
      readonly failure?: Failure;
      /** The target is about to start it anew by itself, as the next attempt. */
      readonly requeued?: boolean;
    }
  | { readonly kind: 'unreachable'; readonly why: string; readonly since?: number | null }
  /** Nothing of this key has ever been started. */
  | { readonly kind: 'unknown' };

export interface Gpu {
  readonly id: string;
  /** The machine of a pool that it is in; missing: there is only one. */
  readonly host?: string;
  readonly index: number;
  /** What CUDA_VISIBLE_DEVICES calls it: its index, or the UUID of a slice of one. */
  readonly visible: string;
  readonly name: string;
  readonly memoryTotalMiB: number | null;
  readonly memoryUsedMiB: number | null;
  /** Share of the last second in which something was computed on it; absent or null: it cannot be told. */
  readonly utilisationPercent?: number | null;
  /** A compute process that Bridge did not start is on it. */
  readonly foreign: boolean;
}

export interface Capacity {
  readonly cpus: number;
  readonly gpus: readonly Gpu[];
  /** Identity of the target's boot, where it is one machine: what was only asked for before another boot is lost. */
  readonly boot: string | null;
  /** What is missing and how to get it, one sentence a thing. */
  readonly missing: readonly string[];
  /** Of a target that places jobs itself: GPUs that it can give to one job; `gpus` is empty then. */
  readonly gpusPerJob?: number;
}

/** A machine or cluster that runs may go to now. */
export interface HostStanding {
  readonly host: string;
  /** Who places runs there. */
  readonly scheduling: 'bridge' | 'target';
  /** How many runs may be there at once; null: as many as the study allows. */
  readonly maxRuns: number | null;
  /** Identity of its boot when it was last probed. */
  readonly boot: string | null;
  /** Null: it answers. */
  readonly unreachable: Unreachability | null;
}

export interface LogChunk {
  readonly from: number;
  /** Offset to ask from next. */
  readonly to: number;
  readonly text: string;
}

/** An output file that matched a pattern, and whether this attempt wrote it. */
export interface FoundOutput {
  readonly pattern: string;
  /** Relative to the job's working folder. */
  readonly path: string;
  readonly fresh: boolean;
}

/** What identifies the content of a file cheaply: any change of it is a change of the file. */
export interface FileFacts {
  /** Relative to the folder that was asked about. */
  readonly path: string;
  readonly inode: string;
  readonly size: number;
  readonly modifiedNs: string;
}

export interface ExecResult {
  /** null: ended by a signal or the time limit. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessFacts {
  readonly state: 'alive' | 'gone' | 'rebooted';
  /** How long it has run, by a clock that never jumps; null: it is not alive, or the machine cannot tell. */
  readonly elapsedMs: number | null;
}

/** A machine: where commands and files are. Paths are absolute on it; commands are argument lists. */
export interface Host {
  readonly id: string;
  /** Bridge's own folder on it. Known once `ready` has resolved. */
  readonly bridgeFolder: string;
  /**
   * Resolves when the machine can be asked. Like every method it throws `Unreachable` when it does not answer; then
   * nobody knows whether what was asked for was done.
   */
  ready(): Promise<void>;
  exec(
    argv: readonly string[],
    options: { cwd?: string; timeoutMs: number; signal: AbortSignal },
  ): Promise<ExecResult>;
  /** Bytes `[from, from + maxBytes)`; negative `from` counts from the end; null: no such file. */
  read(
    path: string,
    from: number,
    maxBytes: number,
  ): Promise<{ bytes: Uint8Array; from: number; size: number } | null>;
  /** Replaces a file: whoever reads it meets the old text or the new one, whole. Makes the folders too. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /**
   * Makes a folder that holds these files (name -> content), all of it or nothing. False: there is one already, and it
   * stays as it is.
   */
  createFolder(path: string, files: Readonly<Record<string, string>>): Promise<boolean>;
  /** Makes a file that must not exist yet; false: it does, and stays as it is. */
  create(path: string, content: string): Promise<boolean>;
  glob(folder: string, patterns: readonly string[]): Promise<readonly FileFacts[]>;
  /**
   * Starts a process in a process group of its own that outlives whoever started it. Null: it ended before it could be
   * identified.
   */
  start(argv: readonly string[]): Promise<ProcessIdentity | null>;
  states(processes: readonly ProcessIdentity[]): Promise<readonly ProcessFacts[]>;
  /** Processes whose argument list holds this word; one that was started a moment ago may not have it yet. */
  findByArgument(word: string): Promise<readonly ProcessIdentity[]>;
  /** Processes that were started with this variable, in whatever group they are now. */
  findByVariable(name: string, value: string): Promise<readonly ProcessIdentity[]>;
  /** Whether any process of the group that this one led is there, its leader or not. */
  groupAlive(leader: ProcessIdentity): Promise<boolean>;
  /** `kill` spares the leader, which is the wrapper that records how it ended. */
  signalGroup(leader: ProcessIdentity, signal: 'terminate' | 'kill'): Promise<void>;
  /** Signals processes that are still the ones that they were. */
  signal(processes: readonly ProcessIdentity[], signal: 'terminate' | 'kill'): Promise<void>;
  /** Changes when the machine restarts; null: it cannot tell. */
  boot(): Promise<string | null>;
  /**
   * Processes of the cgroup that runs are started in which the kernel has killed for want of memory so far; null, or
   * missing: it does not tell.
   */
  oomKills?(): Promise<number | null>;
  /** Calls back when something in a folder changes, with its name where the system tells. */
  watchFolder(folder: string, changed: (name: string | null) => void): Disposable;
}

/** Where jobs run. Methods answer promptly; waiting belongs to the engine. */
export interface ComputeBackend {
  readonly id: string;
  /** Who places jobs: Bridge (GPUs of a machine) or the target itself (Slurm, Modal). */
  readonly scheduling: 'bridge' | 'target';
  /** How often it is asked how jobs stand; missing: the engine's own interval. */
  readonly pollIntervalMs?: number;
  /** Where runs may go now, as far as it is known without asking; missing: it is one place that always answers. */
  standings?(): readonly HostStanding[];
  /** What an hour of a run with so many GPUs costs, in US dollars; null: not known; missing: nothing. */
  usdPerHour?(gpus: number): number | null;
  probe(signal: AbortSignal): Promise<Capacity>;
  /** Runs that the target can never run, and why: asked before they are submitted. */
  refuse?(requests: readonly PlaceRequest[], signal: AbortSignal): Promise<ReadonlyMap<string, Failure>>;
  /** Starts jobs that `find` did not find. The wrapper's claim on the target decides if two submit the same key. */
  submit(jobs: readonly PlacedJob[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>>;
  find(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>>;
  poll(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobStatus>>;
  /**
   * Sees to it that attempts which have not begun never will, whoever still tries to start them. Returns those that
   * are forbidden now; the others have begun.
   */
  forbid(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlySet<JobKey>>;
  /** Calls back when a job may have ended; where it is missing the engine polls. */
  watch?(changed: (keys: readonly JobKey[]) => void): Disposable;
  /** `key` is enough to find the folder. Negative `from` counts from the end. */
  readLog(key: JobKey, from: number, maxBytes: number, signal: AbortSignal): Promise<LogChunk>;
  /** Files that match the declared outputs, with what was there before the attempt left out of `fresh`. */
  outputs(key: JobKey, signal: AbortSignal): Promise<readonly FoundOutput[]>;
  cancel(keys: readonly JobKey[], reason: StopReason, signal: AbortSignal): Promise<void>;
  /** Brings declared outputs to the workspace; nothing to do where they are there already. */
  collect(key: JobKey, signal: AbortSignal): Promise<void>;
  /** Idempotent. gone: nothing runs, nothing is billed. */
  release(key: JobKey, signal: AbortSignal): Promise<'gone' | 'going'>;
}

/** The append-only record of decisions. Whoever holds it is the one driver of the workspace. */
export interface Journal {
  readonly fence: number;
  /** Buffers records; they are not durable until `commit` resolves. Those of one call count together or not at all. */
  append(events: readonly RunEvent[]): void;
  /** Resolves when everything appended so far is on the disk. Throws `LeaseLost` when another driver took over. */
  commit(): Promise<void>;
  close(): Promise<void>;
}

/** Files of the workspace, by paths relative to it. Paths that leave it are refused. */
export interface WorkspaceFiles {
  readonly root: string;
  /** null: there is no such file. */
  read(path: string): Promise<string | null>;
  /** Durable: written, synced, renamed, folder synced. */
  write(path: string, text: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Names in a folder; empty where there is none. */
  list(folder: string): Promise<readonly string[]>;
  /** sha256 in hex; null: there is no such file. */
  hash(path: string): Promise<string | null>;
  /**
   * Code files that an approval is bound to, relative path -> sha256: neither prose nor what git ignores, without
   * `excluded` (globs: outputs, data), and with `named` whatever it is (files that commands name).
   */
  codeHashes(
    excluded: readonly string[],
    named: readonly string[],
  ): Promise<Readonly<Record<string, string>>>;
}

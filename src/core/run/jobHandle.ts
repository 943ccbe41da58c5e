/** A process that cannot be confused with a later one of the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time as the system counts it (clock ticks since boot on Linux); empty where it could not be read. */
  readonly startTime: string;
  readonly bootId: string;
}

/** Where a submitted job can be found again: plain JSON. */
export interface JobHandle {
  /** Folder of the attempt on the target. */
  readonly folder: string;
  /** Folder on this machine that log and records come home to, where the target's disk is another one. */
  readonly home?: string;
  /** Working folder on the target, where it is not the workspace's own. */
  readonly cwd?: string;
  /** What the target was given to run it, where that is a file. */
  readonly script?: string;
  readonly process: ProcessIdentity | null;
  /** The scheduler's own id, where there is one. */
  readonly externalId: string | null;
}

/** Workspace id + run + hash of what is run + attempt; see docs/architecture.md. */
export type JobKey = string;

/** Where the target put a job. */
export interface Place {
  readonly node: string;
  /** What CUDA_VISIBLE_DEVICES calls them there. */
  readonly gpus: readonly string[];
}

/** Where the log and the records of an attempt are read on this machine. */
export function homeOf(handle: JobHandle): string {
  return handle.home ?? handle.folder;
}

import type { MetricPoint } from './metricStream';

/** A run as far as it says where it writes its metrics. Paths are absolute on this machine. */
export interface FollowedRun {
  readonly run: string;
  readonly cwd: string;
  readonly command: string;
  /** Declared outputs and files of metrics, relative to `cwd`. */
  readonly declared: readonly string[];
  readonly log: string | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** Something that reads what a run adds to its metrics. */
export interface MetricFollower {
  /** Reads what was added since the last time. `ended`: nothing more is coming, so a last line without end counts. */
  refresh(ended: boolean): Promise<void>;
}

/** Where running runs' metrics are read. */
export interface MetricSource {
  /** `take` is given every point once, in the order in which it was written. */
  follow(run: FollowedRun, take: (point: MetricPoint) => void): MetricFollower;
}

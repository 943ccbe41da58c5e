import type { FollowedRun } from './metricSource';
import type { MetricPoint } from './metricStream';

/** Metrics that a service keeps rather than a file, for runs that write none here. */
export interface RemoteMetrics {
  follow(run: FollowedRun, take: (point: MetricPoint) => void): RemoteFollower;
}

export interface RemoteFollower {
  /**
   * Asks for what is new, where it is time to ask. `ended`: nothing more is coming. False: the service has nothing of
   * this run, so that what its log says counts.
   */
  refresh(ended: boolean): Promise<boolean>;
}

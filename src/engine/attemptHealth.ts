import { IdleGpus } from '../core/health/detectors/idleGpu';
import { Silence } from '../core/health/detectors/silent';
import { HealthCheck } from '../core/health/healthCheck';
import type { Finding } from '../core/health/model';
import { defaultThresholds, type Thresholds } from '../core/health/thresholds';
import type { FollowedRun, MetricFollower, MetricSource } from '../core/results/metricSource';

/** What the training check knows of one attempt while it runs. */
export class AttemptHealth {
  private readonly thresholds: Thresholds;
  private readonly check: HealthCheck;
  private readonly follower: MetricFollower;
  private readonly silence = new Silence();
  private readonly idle = new IdleGpus();
  private points = 0;
  private logBytes = 0;
  /** Findings that were told already: a detector and its series speak once an attempt. */
  private readonly told = new Set<string>();

  constructor(metrics: MetricSource, place: FollowedRun, thresholds: Partial<Thresholds>) {
    this.thresholds = { ...defaultThresholds, ...thresholds };
    this.check = new HealthCheck(thresholds);
    this.follower = metrics.follow(place, (point) => {
      this.points++;
      this.check.add(point);
    });
  }

  /** Reads what the run has written since the last time. */
  async read(): Promise<void> {
    await this.follower.refresh(false);
  }

  /** How much its log holds, and the highest utilisation of its GPUs in per cent; null: it has none, or it is not known. */
  notice(nowMs: number, logBytes: number, gpuPercent: number | null): void {
    this.logBytes = logBytes;
    this.silence.look(nowMs, this.logBytes + this.points);
    this.idle.look(nowMs, gpuPercent, this.thresholds);
  }

  /** What was found and not told before. */
  fresh(nowMs: number, baselines: readonly HealthCheck[]): readonly Finding[] {
    const all = [
      ...this.check.report().findings,
      ...(baselines.length > 0 ? this.check.against(baselines) : []),
      this.silence.finding(nowMs, this.thresholds),
      this.idle.finding(nowMs, this.thresholds),
    ];
    const fresh = all.filter(
      (finding): finding is Finding =>
        finding !== null && !this.told.has(`${finding.detector} ${finding.series}`),
    );
    for (const { detector, series } of fresh) this.told.add(`${detector} ${series}`);
    return fresh;
  }
}

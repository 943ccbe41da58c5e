import { HealthCheck } from '../core/health/healthCheck';
import type { Finding } from '../core/health/model';
import type { Clock, ComputeBackend, WorkspaceFiles } from '../core/ports';
import type { JobKey } from '../core/run/jobHandle';
import type { MetricFollower, MetricSource } from '../core/results/metricSource';
import { followedRun } from '../core/run/followedRun';
import { openAttempts, type OpenAttempt } from './openAttempts';
import type { StudyRecord } from './studyRecord';

export interface HealthWatchParts {
  readonly record: StudyRecord;
  readonly backend: Pick<ComputeBackend, 'cancel'>;
  readonly files: Pick<WorkspaceFiles, 'root'>;
  readonly metrics: MetricSource;
  readonly clock: Clock;
  commit(signal: AbortSignal): Promise<void>;
}

/** Reading local files costs little; a run of seconds is seen while it runs. */
const intervalMs = 5000;

interface Watched {
  readonly check: HealthCheck;
  readonly follower: MetricFollower;
  /** Findings that were told already: a detector and its series speak once an attempt. */
  readonly told: Set<string>;
}

/**
 * The training check of running runs, on what they write as they write it. What it finds is flagged, with the sentence
 * that says what happened; a run that will give nothing is stopped when `bridge.health` says `stop`.
 */
export class HealthWatch {
  private readonly watched = new Map<JobKey, Watched>();
  private lastLook = Number.NEGATIVE_INFINITY;
  private looking: Promise<void> | null = null;

  constructor(private readonly parts: HealthWatchParts) {}

  /** Returns at once; runs whose metrics are long are read in the background. */
  look(signal: AbortSignal): void {
    const { record, clock } = this.parts;
    const setting = record.state.study?.options.health ?? 'flag';
    if (setting === 'off' || this.looking || clock.monotonic() - this.lastLook < intervalMs) return;
    this.lastLook = clock.monotonic();
    // A file that cannot be read now is read at the next look.
    this.looking = this.lookAt(openAttempts(record.state), setting, signal)
      .catch(() => undefined)
      .finally(() => (this.looking = null));
  }

  /** Resolves when no look is under way. */
  async settle(): Promise<void> {
    await this.looking;
  }

  private async lookAt(
    open: readonly OpenAttempt[],
    setting: 'flag' | 'stop',
    signal: AbortSignal,
  ): Promise<void> {
    const keys = new Set(open.map(({ attempt }) => attempt.key));
    for (const key of this.watched.keys()) if (!keys.has(key)) this.watched.delete(key);
    for (const { job, attempt } of open) {
      if (signal.aborted) return;
      const place = followedRun(this.parts.files.root, job);
      if (!place || attempt.stopping !== null) continue;
      const watched = this.watched.get(attempt.key) ?? this.watch(attempt.key, place);
      await watched.follower.refresh(false);
      const fresh = watched.check
        .report()
        .findings.filter(({ detector, series }) => !watched.told.has(`${detector} ${series}`));
      for (const finding of fresh)
        await this.tell(job.job.id, attempt.key, finding, watched, setting, signal);
    }
  }

  private watch(key: JobKey, place: Parameters<MetricSource['follow']>[0]): Watched {
    const check = new HealthCheck();
    const follower = this.parts.metrics.follow(place, (point) => check.add(point));
    const watched = { check, follower, told: new Set<string>() };
    this.watched.set(key, watched);
    return watched;
  }

  private async tell(
    job: string,
    key: JobKey,
    finding: Finding,
    { told }: Watched,
    setting: 'flag' | 'stop',
    signal: AbortSignal,
  ): Promise<void> {
    const { record, backend } = this.parts;
    told.add(`${finding.detector} ${finding.series}`);
    // It may have ended, or been flagged by a driver before us, while its metrics were read.
    const now = record.state.jobs.get(job);
    const attempt = now?.attempts.find((each) => each.key === key);
    if (now?.phase.kind !== 'running' || attempt?.stopping !== null) return;
    const why = `${finding.detector}: ${finding.sentence}`;
    if (!now.flags.includes(why)) record.happened({ type: 'job.flagged', job, why });
    if (setting !== 'stop' || finding.severity !== 'stop') return;
    record.happened({ type: 'attempt.stopping', key, reason: 'health', by: 'Bridge' });
    await this.parts.commit(signal);
    await backend.cancel([key], 'health', signal);
  }
}

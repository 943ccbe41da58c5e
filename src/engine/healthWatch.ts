import type { Finding } from '../core/health/model';
import type { Clock, ComputeBackend, WorkspaceFiles } from '../core/ports';
import type { JobKey } from '../core/run/jobHandle';
import type { MetricSource } from '../core/results/metricSource';
import { followedRun } from '../core/run/followedRun';
import { AttemptHealth } from './attemptHealth';
import { BaselineCurves } from './baselineCurves';
import { openAttempts, type OpenAttempt } from './openAttempts';
import type { StudyRecord } from './studyRecord';

export interface HealthWatchParts {
  readonly record: StudyRecord;
  readonly backend: Pick<ComputeBackend, 'cancel' | 'readLog' | 'probe' | 'scheduling'>;
  readonly files: Pick<WorkspaceFiles, 'root'>;
  readonly metrics: MetricSource;
  readonly clock: Clock;
  commit(signal: AbortSignal): Promise<void>;
}

/** Reading local files costs little; a run of seconds is seen while it runs. */
const intervalMs = 5000;

/** Sizes of logs and what GPUs do cost a question each, and minutes tell enough. */
const noticeMs = 60_000;

/**
 * The training check of running runs, on what they write as they write it. What it finds is flagged, with the sentence
 * that says what happened; a run that will give nothing is stopped when `bridge.health` says `stop`.
 */
export class HealthWatch {
  private readonly watched = new Map<JobKey, AttemptHealth>();
  private readonly baselines: BaselineCurves;
  private lastNotice = Number.NEGATIVE_INFINITY;
  private lastLook = Number.NEGATIVE_INFINITY;
  private looking: Promise<void> | null = null;

  constructor(private readonly parts: HealthWatchParts) {
    this.baselines = new BaselineCurves(parts.metrics, parts.files.root);
  }

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
    const { record, clock, files, metrics } = this.parts;
    const notice = clock.monotonic() - this.lastNotice >= noticeMs;
    if (notice) this.lastNotice = clock.monotonic();
    const busy = notice ? await this.utilisation(open, signal) : null;
    for (const { job, attempt } of open) {
      if (signal.aborted) return;
      const place = followedRun(files.root, job);
      if (!place || attempt.stopping !== null) continue;
      const thresholds = record.state.study?.options.healthThresholds ?? {};
      const health = this.watched.get(attempt.key) ?? new AttemptHealth(metrics, place, thresholds);
      this.watched.set(attempt.key, health);
      await health.read();
      if (notice) await this.notice(health, attempt, busy, signal);
      const baselines = await this.baselines.of(job, record.state);
      for (const finding of health.fresh(clock.monotonic(), baselines))
        await this.tell(job.job.id, attempt.key, finding, setting, signal);
    }
  }

  private async notice(
    health: AttemptHealth,
    attempt: OpenAttempt['attempt'],
    busy: ReadonlyMap<string, number> | null,
    signal: AbortSignal,
  ): Promise<void> {
    const { backend, clock } = this.parts;
    const log = await backend.readLog(attempt.key, -1, 1, signal).catch(() => null);
    // A target that cannot be asked now says nothing of the run.
    if (log === null) return;
    const known = attempt.gpus.map((gpu) => busy?.get(gpu));
    const percent = known.length > 0 && known.every((each) => each !== undefined) ? Math.max(...known) : null;
    health.notice(clock.monotonic(), log.to, percent);
  }

  /** What the target's GPUs do, by the name that runs see them under; null: no run has one, or nobody can tell. */
  private async utilisation(
    open: readonly OpenAttempt[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, number> | null> {
    const { backend } = this.parts;
    if (backend.scheduling === 'target' || open.every(({ attempt }) => attempt.gpus.length === 0))
      return null;
    const capacity = await backend.probe(signal).catch(() => null);
    return new Map(
      capacity?.gpus.flatMap(({ visible, utilisationPercent }) =>
        utilisationPercent == null ? [] : [[visible, utilisationPercent]],
      ),
    );
  }

  private async tell(
    job: string,
    key: JobKey,
    finding: Finding,
    setting: 'flag' | 'stop',
    signal: AbortSignal,
  ): Promise<void> {
    const { record, backend } = this.parts;
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

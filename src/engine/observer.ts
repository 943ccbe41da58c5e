import type { Job } from '../core/manifest/model';
import type { Clock, ComputeBackend, JobKey, JobStatus, WorkspaceFiles } from '../core/ports';
import type { Failure } from '../core/run/failure';
import type { Attempt, JobState } from '../core/run/state';
import { judgeAttempt } from './judgeAttempt';
import { type OpenAttempt, openAttempts } from './openAttempts';
import type { StudyRecord } from './studyRecord';

/** Adopted runs whose wrapper was killed say nothing: they are looked at this often. */
export const pollIntervalMs = 2000;

/** A run of seconds is not flagged for a machine that was busy. */
const flagFloorMs = 60_000;

/** Failures that are not the run's fault are tried again, this many attempts in all, without being asked. */
const blamelessAttempts: Readonly<Record<string, number>> = { lost: 3, rebooted: 3, preempted: 3 };

export interface ObserverParts {
  readonly record: StudyRecord;
  readonly backend: ComputeBackend;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
}

/** Finds out how attempts stand and records what became of them. */
export class Observer {
  /** Attempts whose end was told and that are to be looked at. */
  private readonly told = new Set<JobKey>();
  private lastPoll = Number.NEGATIVE_INFINITY;

  /** `changed` is given every job whose standing changed. */
  constructor(
    private readonly parts: ObserverParts,
    private readonly changed: (job: string) => void,
  ) {}

  /** Something may have happened to these attempts. */
  tell(keys: Iterable<JobKey>): void {
    for (const key of keys) this.told.add(key);
  }

  /** Looks at attempts whose end was told, and at all of them now and then. */
  async observe(signal: AbortSignal): Promise<void> {
    const due = this.parts.clock.monotonic() - this.lastPoll >= pollIntervalMs;
    const open = openAttempts(this.parts.record.state);
    const looked = due ? open : open.filter(({ attempt }) => this.told.has(attempt.key));
    if (due) this.lastPoll = this.parts.clock.monotonic();
    this.told.clear();
    if (looked.length === 0) return;
    const statuses = await this.parts.backend.poll(
      looked.map(({ attempt }) => attempt.key),
      signal,
    );
    for (const { job, attempt } of looked) {
      const status = statuses.get(attempt.key);
      if (status) await this.conclude(job, attempt, status, signal);
    }
    this.watchLimits(open);
  }

  async conclude(job: JobState, attempt: Attempt, status: JobStatus, signal: AbortSignal): Promise<void> {
    const { record } = this.parts;
    const id = job.job.id;
    switch (status.kind) {
      case 'queued':
        return;
      case 'running':
        if (attempt.unreachable !== null && attempt.handle)
          record.happened({ type: 'attempt.started', key: attempt.key, handle: attempt.handle });
        return;
      case 'unreachable':
        if (attempt.unreachable === null)
          record.happened({ type: 'attempt.unreachable', key: attempt.key, why: status.why });
        return;
      case 'unknown':
        if (attempt.handle === null) return;
        return this.conclude(
          job,
          attempt,
          { kind: 'lost', cause: 'lost', why: 'nothing of it is left on the target' },
          signal,
        );
      case 'lost': {
        record.happened({ type: 'attempt.lost', key: attempt.key, cause: status.cause, why: status.why });
        this.changed(id);
        if (attempt.stopping === 'cancelled')
          return record.happened({ type: 'job.cancelled', job: id, by: 'person' });
        const advice = 'Nothing is needed: it is tried again by itself, up to three times in all';
        return this.failed(job, { class: status.cause, message: status.why, evidence: [], advice });
      }
      case 'exited': {
        record.happened({ type: 'attempt.exited', key: attempt.key, exit: status.exit });
        this.changed(id);
        await this.parts.backend.collect(attempt.key, signal);
        if (attempt.stopping === 'cancelled')
          return record.happened({ type: 'job.cancelled', job: id, by: 'person' });
        if (attempt.stopping === 'timeout') return this.failed(job, timeLimitFailure(job.job));
        const judged = await judgeAttempt(
          job.job,
          attempt.key,
          status.exit,
          this.parts.backend,
          this.parts.files,
          signal,
        );
        if (judged.ok)
          return record.happened({
            type: 'job.completed',
            job: id,
            key: attempt.key,
            metrics: judged.metrics,
          });
        return this.failed(job, judged.failure);
      }
    }
  }

  /** Tried again where its policy says so, failed for good otherwise. */
  private failed(job: JobState, failure: Failure): void {
    const allowed = job.job.retry.attemptsByClass[failure.class] ?? blamelessAttempts[failure.class] ?? 1;
    const made = this.parts.record.state.jobs.get(job.job.id)?.attempts.length ?? 0;
    const { record } = this.parts;
    if (made < allowed) {
      const delayMs = failure.class in blamelessAttempts ? 0 : job.job.retry.delayMs;
      record.happened({
        type: 'job.retried',
        job: job.job.id,
        why: `${failure.message} (attempt ${made} of ${allowed})`,
        delayMs,
        by: 'Bridge',
      });
    } else record.happened({ type: 'job.failed', job: job.job.id, failure });
  }

  /** Time limits stop a run; a run past twice its estimate is only flagged. */
  private watchLimits(open: readonly OpenAttempt[]): void {
    const now = this.parts.clock.now();
    for (const { job, attempt } of open) {
      if (attempt.startedAt === null || attempt.stopping !== null) continue;
      const elapsedMs = now - attempt.startedAt;
      if (job.job.timeLimitMs !== null && elapsedMs > job.job.timeLimitMs) {
        this.parts.record.happened({
          type: 'attempt.stopping',
          key: attempt.key,
          reason: 'timeout',
          by: 'Bridge',
        });
        void this.parts.backend.cancel([attempt.key], 'timeout', new AbortController().signal);
      }
      const estimateMs = job.job.estimatedHours === null ? null : job.job.estimatedHours * 3_600_000;
      if (estimateMs !== null && elapsedMs > 2 * estimateMs + flagFloorMs && job.flags.length === 0)
        this.parts.record.happened({
          type: 'job.flagged',
          job: job.job.id,
          why: 'it runs past twice its estimate',
        });
    }
  }
}

function timeLimitFailure(job: Job): Failure {
  const minutes = Math.round((job.timeLimitMs ?? 0) / 60_000);
  return {
    class: 'timeout',
    message: `it reached its time limit of ${minutes > 0 ? `${minutes} min` : `${(job.timeLimitMs ?? 0) / 1000} s`} and was stopped`,
    evidence: [],
    advice: 'Raise time_limit in the run manifest, or make the run shorter; then retry it',
  };
}

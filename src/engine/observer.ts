import type { Job } from '../core/manifest/model';
import type { Clock, ComputeBackend, JobStatus, WorkspaceFiles } from '../core/ports';
import type { JobKey } from '../core/run/jobHandle';
import type { Failure } from '../core/run/failure';
import type { Attempt, JobState } from '../core/run/state';
import { failureOfStop } from '../core/run/stopFailure';
import { hashOfKey, jobIdentity } from '../core/run/jobKey';
import { Estimates } from '../core/run/estimate';
import type { CodeKeeper } from './codeKeeper';
import { judgeAttempt } from './judgeAttempt';
import { TargetUnreachable } from '../core/targetUnreachable';
import { openAttempts } from './openAttempts';
import { Stopwatch } from './stopwatch';
import type { Happening, StudyRecord } from './studyRecord';

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
  /** sha256 in hex. */
  hash(text: string): string;
  /** Keeps the code that runs start with; null: nothing is kept. */
  readonly code: CodeKeeper | null;
}

/** Finds out how attempts stand and records what became of them. */
export class Observer {
  /** Attempts whose end was told and that are to be looked at. */
  private readonly told = new Set<JobKey>();
  private lastPoll = Number.NEGATIVE_INFINITY;
  private readonly stopwatch: Stopwatch;

  /** `changed` is given every job whose standing changed. */
  constructor(
    private readonly parts: ObserverParts,
    private readonly changed: (job: string) => void,
    private readonly commit: (signal: AbortSignal) => Promise<void>,
  ) {
    this.stopwatch = new Stopwatch(parts.clock);
  }

  /** Milliseconds until the next run reaches its time limit; infinite: none will. */
  untilLimit(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { job, attempt } of openAttempts(this.parts.record.state))
      if (job.job.timeLimitMs !== null && attempt.stopping === null && attempt.startedAt !== null)
        least = Math.min(least, job.job.timeLimitMs - this.stopwatch.elapsed(attempt));
    return Math.max(0, least);
  }

  /** Something may have happened to these attempts. */
  tell(keys: Iterable<JobKey>): void {
    for (const key of keys) this.told.add(key);
  }

  /** Looks at attempts whose end was told, and at all of them now and then. */
  async observe(signal: AbortSignal): Promise<void> {
    const interval = this.parts.backend.pollIntervalMs ?? pollIntervalMs;
    const due = this.parts.clock.monotonic() - this.lastPoll >= interval;
    const open = openAttempts(this.parts.record.state);
    const looked = due ? open : open.filter(({ attempt }) => this.told.has(attempt.key));
    if (due) this.lastPoll = this.parts.clock.monotonic();
    this.told.clear();
    const keys = looked.map(({ attempt }) => attempt.key);
    const statuses =
      keys.length > 0 ? await this.parts.backend.poll(keys, signal) : new Map<JobKey, JobStatus>();
    for (const { job, attempt } of looked) {
      const status = statuses.get(attempt.key);
      if (status) await this.conclude(job, attempt, status, signal);
    }
    await this.watchLimits(signal);
  }

  /** A target that falls silent while its answer is looked into leaves the attempt as it is: it is looked at again. */
  async conclude(job: JobState, attempt: Attempt, status: JobStatus, signal: AbortSignal): Promise<void> {
    try {
      await this.settle(job, attempt, status, signal);
    } catch (error) {
      if (!(error instanceof TargetUnreachable)) throw error;
      await this.settle(
        job,
        attempt,
        { kind: 'unreachable', why: error.message, since: error.since },
        signal,
      );
    }
  }

  private async settle(
    job: JobState,
    attempt: Attempt,
    status: JobStatus,
    signal: AbortSignal,
  ): Promise<void> {
    const { record } = this.parts;
    const id = job.job.id;
    switch (status.kind) {
      case 'queued': {
        const handle = status.handle ?? attempt.handle;
        const why = status.why ?? null;
        const known = attempt.unreachable === null && attempt.queued?.why === why;
        if (known || handle === null) return;
        if (attempt.queued == null) this.changed(id);
        return record.happened({ type: 'attempt.queued', key: attempt.key, handle, why });
      }
      case 'running': {
        const { elapsedMs, place } = status;
        if (elapsedMs !== null) this.stopwatch.set(attempt.key, elapsedMs);
        const known = attempt.unreachable === null && attempt.startedAt !== null;
        if (known || attempt.handle === null) return;
        this.changed(id);
        record.happened({
          ...{ type: 'attempt.started', key: attempt.key, handle: attempt.handle },
          ...(place === undefined ? {} : { place }),
          ...(elapsedMs === null ? {} : { elapsedMs }),
        });
        // Nobody knows whether it heard that it is to end.
        if (attempt.unreachable !== null && attempt.stopping !== null)
          await this.parts.backend.cancel([attempt.key], attempt.stopping, signal);
        return;
      }
      case 'unreachable': {
        const { why, since } = status;
        const known = record.state.jobs.get(id)?.attempts.find(({ key }) => key === attempt.key);
        if (known?.unreachable === why) return;
        this.changed(id);
        return record.happened({
          ...{ type: 'attempt.unreachable', key: attempt.key, why },
          ...(since === undefined ? {} : { since }),
        });
      }
      case 'unknown':
        if (attempt.handle === null) return;
        // Whoever still tries to start it must not succeed once it is called lost; if it began meanwhile, it is not.
        if (!(await this.parts.backend.forbid([attempt.key], signal)).has(attempt.key))
          return this.tell([attempt.key]);
        return this.conclude(
          job,
          attempt,
          { kind: 'lost', cause: 'lost', why: 'nothing of it is left on the target' },
          signal,
        );
      case 'lost': {
        const lost = {
          type: 'attempt.lost',
          key: attempt.key,
          cause: status.cause,
          why: status.why,
        } as const;
        this.changed(id);
        if (attempt.stopping === 'cancelled')
          return record.happened(lost, { type: 'job.cancelled', job: id, by: attempt.stoppedBy ?? 'person' });
        if (attempt.stopping === 'timeout')
          return record.happened(lost, this.failed(job, timeLimitFailure(job.job)));
        if (attempt.stopping === 'budget' && attempt.startedAt === null) {
          const why = 'it was taken out of the queue because the budget of GPU-hours is used up';
          return record.happened(lost, {
            ...{ type: 'job.retried', job: id, why, delayMs: 0, by: 'Bridge', afresh: true },
          });
        }
        const stopped = failureOfStop(attempt.stopping, job.flags);
        if (stopped) return record.happened(lost, { type: 'job.failed', job: id, failure: stopped });
        const advice = 'See what killed it, then retry the run';
        const failure = status.failure ?? { class: status.cause, message: status.why, evidence: [], advice };
        const next = this.failed(job, failure);
        record.happened(lost, next);
        // What the target would start anew by itself has had its tries.
        if (status.requeued && next.type === 'job.failed')
          await this.parts.backend.cancel([attempt.key], 'cancelled', signal);
        return;
      }
      case 'exited': {
        const { exit, failure: said, place } = status;
        const exited = {
          ...{ type: 'attempt.exited' as const, key: attempt.key, exit },
          ...(place === undefined ? {} : { place }),
        };
        this.changed(id);
        await this.parts.backend.collect(attempt.key, signal);
        await this.noticeEdit(job, attempt);
        if (attempt.stopping === 'cancelled')
          return record.happened(exited, {
            type: 'job.cancelled',
            job: id,
            by: attempt.stoppedBy ?? 'person',
          });
        if (hashOfKey(attempt.key) !== this.parts.hash(jobIdentity(job.job)).slice(0, 12)) {
          const why = 'its command was edited while it ran';
          return record.happened(exited, {
            ...{ type: 'job.retried', job: id, why, delayMs: 0, by: 'Bridge', afresh: true },
          });
        }
        if (attempt.stopping === 'timeout')
          return record.happened(exited, this.failed(job, timeLimitFailure(job.job)));
        const stopped = status.exit.code === 0 ? null : failureOfStop(attempt.stopping, job.flags);
        if (stopped) return record.happened(exited, { type: 'job.failed', job: id, failure: stopped });
        const judged = await judgeAttempt(
          job.job,
          attempt.key,
          status.exit,
          this.parts.backend,
          this.parts.files,
          signal,
        );
        if (judged.ok) {
          // It came through all the same, and whoever reads its numbers should know.
          if (said) record.happened({ type: 'job.flagged', job: id, why: said.message });
          return record.happened(exited, {
            ...{ type: 'job.completed', job: id, key: attempt.key, metrics: judged.metrics },
          });
        }
        // The target knows why it ended; the log shows what it was doing.
        const evidence = [...(said?.evidence ?? []), ...judged.failure.evidence].slice(-12);
        const failure = said && exit.code !== 0 ? { ...said, evidence } : judged.failure;
        return record.happened(exited, this.failed(job, failure));
      }
    }
  }

  /** A run in place reads its code when it pleases: an edit meanwhile may or may not be in its result, and is said. */
  private async noticeEdit({ job }: JobState, { code, handle }: Attempt): Promise<void> {
    // It ran from a copy that nobody edits.
    if (handle?.cwd !== undefined) return;
    const now = code == null ? null : await this.parts.code?.current();
    const what = code == null || now == null ? null : await this.parts.code?.difference(code, now);
    if (what == null) return;
    const why = `its code was edited while it ran: ${what}`;
    this.parts.record.happened({ type: 'job.flagged', job: job.id, why });
  }

  /** Tried again where its policy says so, failed for good otherwise. */
  private failed({ job }: JobState, failure: Failure): Happening {
    const blameless = failure.class in blamelessAttempts;
    const allowed = job.retry.attemptsByClass[failure.class] ?? blamelessAttempts[failure.class] ?? 1;
    const now = this.parts.record.state.jobs.get(job.id);
    const made = (now?.attempts.length ?? 0) - (now?.discounted ?? 0);
    if (made >= allowed) return { type: 'job.failed', job: job.id, failure };
    // Each wait is twice the one before: what is short of something now may be so for longer.
    const delayMs = blameless ? 0 : job.retry.delayMs * 2 ** (made - 1);
    const why = `${failure.message} (attempt ${made} of ${allowed})`;
    return { type: 'job.retried', job: job.id, why, delayMs, by: 'Bridge', cause: failure.class };
  }

  /** Time limits stop a run; a run past twice its estimate is only flagged. */
  private async watchLimits(signal: AbortSignal): Promise<void> {
    const { record, backend } = this.parts;
    const over: JobKey[] = [];
    let estimates: Estimates | null = null;
    for (const { job, attempt } of openAttempts(record.state)) {
      if (attempt.handle === null || attempt.startedAt === null || attempt.stopping !== null) continue;
      const elapsedMs = this.stopwatch.elapsed(attempt);
      if (job.job.timeLimitMs !== null && elapsedMs >= job.job.timeLimitMs) {
        record.happened({ type: 'attempt.stopping', key: attempt.key, reason: 'timeout', by: 'Bridge' });
        over.push(attempt.key);
      }
      if (elapsedMs <= flagFloorMs || job.flags.length > 0) continue;
      const estimateMs = (estimates ??= new Estimates(record.state)).of(job);
      if (estimateMs !== null && elapsedMs > 2 * estimateMs + flagFloorMs)
        record.happened({ type: 'job.flagged', job: job.job.id, why: 'it runs past twice its estimate' });
    }
    if (over.length === 0) return;
    await this.commit(signal);
    await backend.cancel(over, 'timeout', signal);
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

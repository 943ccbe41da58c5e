import type { StudyDeclaration } from './declaration';
import type { RunEvent } from './event';
import type { Place } from './jobHandle';
import type { Attempt, JobPhase, JobState } from './state';

/** What happens to runs and their attempts, and to nothing else. */
export type JobEvent = Extract<
  RunEvent,
  {
    type:
      | 'attempt.requested'
      | 'attempt.queued'
      | 'attempt.started'
      | 'attempt.unreachable'
      | 'attempt.abandoned'
      | 'attempt.cleared'
      | 'attempt.stopping'
      | 'attempt.exited'
      | 'attempt.lost'
      | 'job.completed'
      | 'job.failed'
      | 'job.skipped'
      | 'job.cancelled'
      | 'job.paused'
      | 'job.prioritised'
      | 'job.flagged';
  }
>;

/** The part of the fold that is about runs: by far the most events. Its maps are changed in place. */
export class JobFold {
  readonly jobs = new Map<string, JobState>();
  readonly running = new Set<string>();
  /** Keys of attempts that were given up and may be left on their machines. */
  readonly abandoned = new Set<string>();
  /** Attempt key -> job id. */
  private readonly owners = new Map<string, string>();

  fold(event: JobEvent): void {
    switch (event.type) {
      case 'attempt.requested': {
        const job = this.jobs.get(event.job);
        if (!job) return;
        this.owners.set(event.key, event.job);
        const attempt: Attempt = {
          ...{
            key: event.key,
            attempt: event.attempt,
            host: event.host,
            gpus: event.gpus,
            ...(event.gpuCount === undefined ? {} : { gpuCount: event.gpuCount }),
            boot: event.boot ?? null,
            code: event.code ?? null,
            ...(event.only === undefined ? {} : { only: event.only, command: event.command ?? '' }),
            requestedAt: event.at,
          },
          ...{ startedAt: null, handle: null, stopping: null, unreachable: null, exit: null, endedAt: null },
        };
        if (event.only !== undefined)
          return void this.jobs.set(event.job, {
            ...job,
            attempts: [...job.attempts, attempt],
            discounted: (job.discounted ?? 0) + 1,
          });
        this.jobs.set(event.job, {
          ...job,
          phase: { kind: 'running' },
          attempts: [...job.attempts, attempt],
          flags: [],
        });
        this.running.add(event.job);
        return;
      }
      case 'attempt.queued':
        return this.attempt(event.key, {
          handle: event.handle,
          unreachable: null,
          queued: { why: event.why },
        });
      case 'attempt.started':
        return this.attempt(event.key, {
          // Told again after it could not be reached: it began when it began.
          startedAt: this.attemptOf(event.key)?.startedAt ?? event.at - (event.elapsedMs ?? 0),
          handle: event.handle,
          unreachable: null,
          unreachableSince: null,
          queued: null,
          ...placed(event.place),
        });
      case 'attempt.unreachable':
        return this.attempt(event.key, {
          unreachable: event.why,
          unreachableSince: event.since === undefined ? event.at : event.since,
        });
      case 'attempt.abandoned':
        this.abandoned.add(event.key);
        return this.attempt(event.key, { endedAt: event.at, abandoned: 'open', unreachable: null });
      case 'attempt.cleared':
        this.abandoned.delete(event.key);
        return this.attempt(event.key, { abandoned: 'cleared' });
      case 'attempt.stopping':
        return this.attempt(event.key, { stopping: event.reason, stoppedBy: event.by });
      case 'attempt.exited':
        return this.attempt(event.key, {
          exit: event.exit,
          endedAt: event.exit.endedAt,
          unreachable: null,
          queued: null,
          // Nobody saw it run.
          startedAt: this.attemptOf(event.key)?.startedAt ?? event.exit.endedAt - (event.exit.elapsedMs ?? 0),
          ...placed(event.place),
        });
      case 'attempt.lost':
        return this.attempt(event.key, { endedAt: event.at, unreachable: null, queued: null });
      case 'job.completed':
        return this.phase(event.job, {
          kind: 'completed',
          key: event.key,
          metrics: event.metrics,
          at: event.at,
        });
      case 'job.failed':
        return this.phase(event.job, { kind: 'failed', failure: event.failure, at: event.at });
      case 'job.skipped':
        return this.phase(event.job, { kind: 'skipped', why: event.why, at: event.at });
      case 'job.cancelled':
        return this.phase(event.job, { kind: 'cancelled', by: event.by, at: event.at });
      case 'job.paused':
        return this.phase(event.job, { kind: 'paused', by: event.by });
      case 'job.prioritised': {
        const job = this.jobs.get(event.job);
        if (job) this.jobs.set(event.job, { ...job, priority: event.priority });
        return;
      }
      case 'job.flagged': {
        const job = this.jobs.get(event.job);
        if (job) this.jobs.set(event.job, { ...job, flags: [...job.flags, event.why] });
        return;
      }
    }
  }

  /**
   * A declaration replaces what is to be run. Runs that already have a record keep it (an edit of a command makes the
   * engine ask for a retry; it never erases an answer); runs that are gone stay visible as obsolete.
   */
  declare(study: StudyDeclaration): void {
    const declared = new Set(study.jobs.map((job) => job.id));
    for (const [id, job] of this.jobs) if (!declared.has(id)) this.jobs.set(id, { ...job, obsolete: true });
    for (const job of study.jobs) {
      const known = this.jobs.get(job.id);
      this.jobs.set(
        job.id,
        known
          ? { ...known, job, obsolete: false }
          : {
              job,
              phase: { kind: 'pending', notBefore: null, why: null },
              attempts: [],
              priority: job.priority,
              flags: [],
              obsolete: false,
            },
      );
    }
  }

  /** What a run failed at before does not count any more. */
  discount(id: string): void {
    const job = this.jobs.get(id);
    if (job) this.jobs.set(id, { ...job, discounted: job.attempts.length });
  }

  /** A run is in another phase now. */
  phase(id: string, phase: JobPhase): void {
    const job = this.jobs.get(id);
    if (!job) return;
    this.jobs.set(id, { ...job, phase });
    if (phase.kind !== 'running') this.running.delete(id);
  }

  private attempt(key: string, change: Partial<Attempt>): void {
    const job = this.jobOf(key);
    if (!job) return;
    const attempts = job.attempts.map((each) => (each.key === key ? { ...each, ...change } : each));
    this.jobs.set(job.job.id, { ...job, attempts });
  }

  private attemptOf(key: string): Attempt | undefined {
    return this.jobOf(key)?.attempts.find((each) => each.key === key);
  }

  /** The job that an attempt belongs to. */
  jobOf(key: string): JobState | undefined {
    const id = this.owners.get(key);
    return id === undefined ? undefined : this.jobs.get(id);
  }
}

function placed(place: Place | undefined): Partial<Attempt> {
  return place === undefined ? {} : { node: place.node, gpus: place.gpus };
}

/** Whether a run has its answer, or will have none: nothing more happens to it by itself. */
export function isSettled(phase: JobPhase | undefined): boolean {
  return (
    phase !== undefined && phase.kind !== 'pending' && phase.kind !== 'running' && phase.kind !== 'paused'
  );
}

import type { Job } from '../core/manifest/model';
import type { Clock, ComputeBackend, JobKey, JobStatus, PlacedJob, WorkspaceFiles } from '../core/ports';
import { decide, type Decision, type Start, type World } from '../core/run/decide';
import type { Failure } from '../core/run/failure';
import { hashOfKey, jobIdentity, jobKey } from '../core/run/jobKey';
import { isSettled } from '../core/run/reduce';
import type { Attempt, JobState, StudyState } from '../core/run/state';
import { judgeAttempt, outputsOf } from './judgeAttempt';
import type { StudyRecord } from './studyRecord';
import { Wake } from './wake';

/** Adopted runs whose wrapper was killed say nothing: they are looked at this often. */
const pollIntervalMs = 2000;

/** A run of seconds is not flagged for a machine that was busy. */
const flagFloorMs = 60_000;

/** Failures that are not the run's fault are tried again, this many attempts in all, without being asked. */
const blamelessAttempts: Readonly<Record<string, number>> = { lost: 3, rebooted: 3, preempted: 3 };

export interface DriverParts {
  readonly record: StudyRecord;
  readonly backend: ComputeBackend;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
  readonly workspaceId: string;
  /** sha256 in hex. */
  hash(text: string): string;
  /** A sentence for the person that is not part of the record. */
  complain(sentence: string): void;
  /** Takes what waits in the inbox; called once a round. */
  takeIntents(): Promise<void>;
  /** Judges a milestone whose runs have all ended and records the verdict. */
  judgeGate(milestone: string): Promise<void>;
  /** Whether what is about to start is still what was approved; records what voids it. */
  approvalHolds(): Promise<boolean>;
  /** Called after a round in which runs changed: tracker and reports follow. */
  runsChanged(jobs: ReadonlySet<string>): Promise<void>;
}

/** Why the loop ended. */
export type Rest = 'checkpoint' | 'blocked' | 'ended' | 'interrupted';

/** The loop: look, decide, record the intent, act, record the outcome. */
export class Driver {
  readonly wake = new Wake();
  /** Attempts whose end was told and that are to be looked at. */
  private readonly told = new Set<JobKey>();
  private readonly changed = new Set<string>();
  private lastPoll = Number.NEGATIVE_INFINITY;
  private lastProbe: { readonly world: Omit<World, 'now'>; readonly at: number } | null = null;

  constructor(private readonly parts: DriverParts) {}

  private get state(): StudyState {
    return this.parts.record.state;
  }

  /** Runs until nothing more can start by itself. What runs when the signal aborts goes on without us. */
  async drive(signal: AbortSignal): Promise<Rest> {
    const watching = this.parts.backend.watch?.((keys) => {
      for (const key of keys) this.told.add(key);
      this.wake.tell();
    });
    try {
      await this.recover(signal);
      for (;;) {
        if (signal.aborted) return 'interrupted';
        await this.parts.takeIntents();
        await this.observe(signal);
        const decision = decide(this.state, await this.world(signal));
        await this.act(decision, signal);
        await this.report();
        const idle = decision.start.length === 0 && decision.skip.length === 0 && decision.judge.length === 0;
        if (idle && decision.rest !== 'busy') return decision.rest;
        if (idle) await this.wake.wait(this.untilNext(decision), this.parts.clock, signal);
      }
    } finally {
      watching?.dispose();
    }
  }

  private untilNext({ wakeAt }: Decision): number {
    const due = wakeAt === null ? pollIntervalMs : Math.max(0, wakeAt - this.parts.clock.now());
    return Math.min(pollIntervalMs, due);
  }

  private commit(signal: AbortSignal): Promise<void> {
    return this.parts.record.commit(signal, (sentence) => this.parts.complain(sentence));
  }

  /** After a restart: what was asked for is found and adopted; what never started is started under its own key. */
  private async recover(signal: AbortSignal): Promise<void> {
    const open = this.openAttempts();
    if (open.length === 0) return;
    const found = await this.parts.backend.find(
      open.map(({ attempt }) => attempt.key),
      signal,
    );
    const statuses = await this.parts.backend.poll(
      open.map(({ attempt }) => attempt.key),
      signal,
    );
    for (const { job, attempt } of open) {
      const handle = found.get(attempt.key);
      if (handle && attempt.handle === null)
        this.parts.record.happened({ type: 'attempt.started', key: attempt.key, handle });
      if (statuses.get(attempt.key)?.kind === 'unknown') await this.startAgain(job, attempt, signal);
      else this.told.add(attempt.key);
      if (attempt.stopping !== null) await this.parts.backend.cancel([attempt.key], attempt.stopping, signal);
    }
  }

  private async startAgain(job: JobState, attempt: Attempt, signal: AbortSignal): Promise<void> {
    if (attempt.stopping !== null)
      return this.conclude(
        job,
        attempt,
        { kind: 'lost', cause: 'lost', why: 'it was stopped before it started' },
        signal,
      );
    if (hashOfKey(attempt.key) !== this.hashOf(job.job).slice(0, 12)) {
      // The manifest was edited while nobody drove: this attempt will never start; the edited command is a new one.
      this.parts.record.happened(
        {
          type: 'attempt.lost',
          key: attempt.key,
          cause: 'lost',
          why: 'its command was edited before it started',
        },
        { type: 'job.retried', job: job.job.id, why: 'its command was edited', delayMs: 0, by: 'Bridge' },
      );
      return;
    }
    await this.submit(
      [{ job: job.job, gpus: attempt.gpus, key: attempt.key, attempt: attempt.attempt }],
      signal,
    );
  }

  private openAttempts(): { job: JobState; attempt: Attempt }[] {
    return [...this.state.jobs.values()].flatMap((job) => {
      const attempt = job.attempts[job.attempts.length - 1];
      return job.phase.kind === 'running' && attempt ? [{ job, attempt }] : [];
    });
  }

  /** Looks at attempts whose end was told, and at all of them now and then. */
  private async observe(signal: AbortSignal): Promise<void> {
    const due = this.parts.clock.monotonic() - this.lastPoll >= pollIntervalMs;
    const open = this.openAttempts();
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

  private async conclude(
    job: JobState,
    attempt: Attempt,
    status: JobStatus,
    signal: AbortSignal,
  ): Promise<void> {
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
        this.changed.add(id);
        if (attempt.stopping === 'cancelled')
          return record.happened({ type: 'job.cancelled', job: id, by: 'person' });
        const advice = 'Nothing is needed: it is tried again by itself, up to three times in all';
        return this.failed(job, { class: status.cause, message: status.why, evidence: [], advice });
      }
      case 'exited': {
        record.happened({ type: 'attempt.exited', key: attempt.key, exit: status.exit });
        this.changed.add(id);
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
    const made = this.state.jobs.get(job.job.id)?.attempts.length ?? 0;
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
  private watchLimits(open: readonly { job: JobState; attempt: Attempt }[]): void {
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

  private async world(signal: AbortSignal): Promise<World> {
    const now = this.parts.clock.now();
    const at = this.parts.clock.monotonic();
    if (!this.lastProbe || (this.lastProbe.world.hasGpus && at - this.lastProbe.at > 500)) {
      const capacity = await this.parts.backend.probe(signal);
      for (const sentence of this.lastProbe ? [] : capacity.missing) this.parts.complain(sentence);
      const study = this.state.study;
      const limit = study?.options.maxParallelRuns ?? 1;
      const usable = capacity.gpus.filter((gpu) => study?.gpus == null || study.gpus.includes(gpu.index));
      const free = usable.filter(
        (gpu) => !gpu.foreign && (gpu.memoryUsedMiB ?? 0) < (study?.gpuFreeThresholdMiB ?? 500),
      );
      this.lastProbe = {
        at,
        world: {
          hasGpus: usable.length > 0,
          freeGpus: free.map((gpu) => String(gpu.index)),
          maxParallel: study?.maxParallel ?? (usable.length > 0 ? usable.length : limit),
        },
      };
    }
    const busy = new Set(this.openAttempts().flatMap(({ attempt }) => attempt.gpus));
    return {
      ...this.lastProbe.world,
      freeGpus: this.lastProbe.world.freeGpus.filter((gpu) => !busy.has(gpu)),
      now,
    };
  }

  private async act(decision: Decision, signal: AbortSignal): Promise<void> {
    for (const { job, why } of decision.skip) {
      this.parts.record.happened({ type: 'job.skipped', job, why });
      this.changed.add(job);
    }
    for (const milestone of decision.judge) await this.parts.judgeGate(milestone);
    if (decision.start.length > 0 && !(await this.parts.approvalHolds())) return;
    const starts = await this.withPreconditions(decision.start);
    const placed = starts.map((start) => this.request(start));
    await this.commit(signal);
    if (placed.length > 0) await this.submit(placed, signal);
  }

  private async withPreconditions(starts: readonly Start[]): Promise<Start[]> {
    const ready: Start[] = [];
    for (const start of starts) {
      const { job } = start;
      let absent: string | null = null;
      for (const condition of job.preconditions) {
        const path =
          condition.path.startsWith('/') || job.cwd === '.' ? condition.path : `${job.cwd}/${condition.path}`;
        if (!(await this.parts.files.exists(path))) absent ??= path;
      }
      if (absent === null) ready.push(start);
      else {
        const message = `${absent} does not exist, which this run needs before it starts`;
        this.parts.record.happened({
          type: 'job.failed',
          job: job.id,
          failure: {
            class: 'missing-file',
            message,
            evidence: [],
            advice: `Make ${absent}, then retry the run`,
          },
        });
        this.changed.add(job.id);
      }
    }
    return ready;
  }

  private hashOf(job: Job): string {
    return this.parts.hash(jobIdentity(job));
  }

  /** Records the intent; nothing has started yet. */
  private request({ job, gpus }: Start): Placed {
    const attempt = (this.state.jobs.get(job.id)?.attempts.length ?? 0) + 1;
    const key = jobKey(this.parts.workspaceId, job.id, this.hashOf(job), attempt);
    this.parts.record.happened({
      type: 'attempt.requested',
      job: job.id,
      attempt,
      key,
      host: this.parts.backend.id,
      gpus,
    });
    this.changed.add(job.id);
    return { job, gpus, key, attempt };
  }

  /** Adopts what a driver before us may have started under the same key, and starts the rest. */
  private async submit(placed: readonly Placed[], signal: AbortSignal): Promise<void> {
    const { backend, record, files } = this.parts;
    const adopted = await backend.find(
      placed.map(({ key }) => key),
      signal,
    );
    const fresh = placed.filter(({ key }) => !adopted.has(key));
    const jobs = fresh.map(({ job, gpus, key, attempt }): PlacedJob => ({
      ...{
        key,
        run: job.id,
        attempt,
        gpus,
        command: job.command,
        setup: job.setup,
        environment: job.environment,
      },
      cwd: job.cwd.startsWith('/') ? job.cwd : `${files.root}/${job.cwd}`.replace(/\/\.$/, ''),
      variables: { PYTHONUNBUFFERED: '1' },
      expectedOutputs: outputsOf(job),
      timeLimitMs: job.timeLimitMs,
    }));
    const handles = new Map([...adopted, ...(jobs.length > 0 ? await backend.submit(jobs, signal) : [])]);
    for (const [key, handle] of handles) record.happened({ type: 'attempt.started', key, handle });
    for (const key of adopted.keys()) this.told.add(key);
    await this.commit(signal);
  }

  /** Lets tracker and log follow the runs that changed. */
  async report(): Promise<void> {
    if (this.changed.size === 0) return;
    const changed = new Set(this.changed);
    this.changed.clear();
    await this.parts.runsChanged(changed);
  }

  /** Puts runs aside or back, as the person asked. Unknown ids are named in the answer. */
  async cancel(ids: readonly string[], by: string, signal: AbortSignal): Promise<void> {
    for (const id of ids) {
      const job = this.state.jobs.get(id);
      if (!job || isSettled(job.phase)) continue;
      const attempt = job.attempts[job.attempts.length - 1];
      this.changed.add(id);
      if (job.phase.kind !== 'running' || !attempt)
        this.parts.record.happened({ type: 'job.cancelled', job: id, by });
      else {
        this.parts.record.happened({ type: 'attempt.stopping', key: attempt.key, reason: 'cancelled', by });
        await this.commit(signal);
        await this.parts.backend.cancel([attempt.key], 'cancelled', signal);
      }
    }
  }

  /** Tells the loop that runs changed by other hands than its own. */
  touched(ids: readonly string[]): void {
    for (const id of ids) this.changed.add(id);
    this.wake.tell();
  }
}

interface Placed extends Start {
  readonly key: JobKey;
  readonly attempt: number;
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

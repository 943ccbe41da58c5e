import type { Clock, ComputeBackend } from '../core/ports';
import { decide, type Decision, type World } from '../core/run/decide';
import { isSettled } from '../core/run/reduce';
import type { StudyState } from '../core/run/state';
import { Launcher, type LauncherParts } from './launcher';
import { Observer, pollIntervalMs } from './observer';
import { openAttempts } from './openAttempts';
import { Wake } from './wake';

export interface DriverParts extends LauncherParts {
  readonly backend: ComputeBackend;
  readonly clock: Clock;
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
  private readonly changed = new Set<string>();
  private readonly observer: Observer;
  private readonly launcher: Launcher;
  private lastProbe: { readonly world: Omit<World, 'now'>; readonly at: number } | null = null;

  constructor(private readonly parts: DriverParts) {
    const changed = (job: string) => void this.changed.add(job);
    this.observer = new Observer(parts, changed);
    this.launcher = new Launcher(parts, changed, (signal) => this.commit(signal));
  }

  private get state(): StudyState {
    return this.parts.record.state;
  }

  /** Runs until nothing more can start by itself. What runs when the signal aborts goes on without us. */
  async drive(signal: AbortSignal): Promise<Rest> {
    const watching = this.parts.backend.watch?.((keys) => {
      this.observer.tell(keys);
      this.wake.tell();
    });
    try {
      await this.recover(signal);
      for (;;) {
        if (signal.aborted) return 'interrupted';
        await this.parts.takeIntents();
        await this.observer.observe(signal);
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
    const { backend, record } = this.parts;
    const open = openAttempts(this.state);
    if (open.length === 0) return;
    const keys = open.map(({ attempt }) => attempt.key);
    const found = await backend.find(keys, signal);
    const statuses = await backend.poll(keys, signal);
    for (const { job, attempt } of open) {
      const handle = found.get(attempt.key);
      if (handle && attempt.handle === null)
        record.happened({ type: 'attempt.started', key: attempt.key, handle });
      const unknown = statuses.get(attempt.key)?.kind === 'unknown';
      if (!unknown) this.observer.tell([attempt.key]);
      else if (attempt.stopping === null) await this.launcher.startAgain({ job, attempt }, signal);
      else
        await this.observer.conclude(
          job,
          attempt,
          { kind: 'lost', cause: 'lost', why: 'it was stopped before it started' },
          signal,
        );
      if (attempt.stopping !== null) await backend.cancel([attempt.key], attempt.stopping, signal);
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
    const busy = new Set(openAttempts(this.state).flatMap(({ attempt }) => attempt.gpus));
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
    if (decision.start.length > 0) this.observer.tell(await this.launcher.start(decision.start, signal));
    else await this.commit(signal);
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

import type { Clock, ComputeBackend } from '../core/ports';
import { decide, type Decision } from '../core/run/decide';
import { isSettled } from '../core/run/foldJobs';
import type { StudyState } from '../core/run/state';
import { Abandoned } from './abandoned';
import { CapacityWatch } from './capacity';
import { Delays } from './delays';
import { Launcher, type LauncherParts } from './launcher';
import { Observer, pollIntervalMs } from './observer';
import { openAttempts } from './openAttempts';
import { recover } from './recovery';
import type { Happening } from './studyRecord';
import { Wake } from './wake';

export interface DriverParts extends Omit<LauncherParts, 'boot'> {
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
  /** Called after rounds in which runs changed: tracker and reports follow. */
  runsChanged(jobs: ReadonlySet<string>): Promise<void>;
  /** Whether the budget of GPU-hours is used up. */
  budgetSpent?(): boolean;
  /** Milliseconds until rented machines are to be looked at; missing: there are none. */
  untilTended?(): number;
  /** Whether somebody can repair a run of sanity that failed. */
  repairs?(): boolean;
}

/** Why the loop ended. */
export type Rest = 'implement' | 'review' | 'repair' | 'checkpoint' | 'blocked' | 'ended' | 'interrupted';

/** While runs come and go, tracker and log follow at most this often; at rest they are always up to date. */
const reportIntervalMs = 500;

/** The loop: look, decide, record the intent, act, record the outcome. */
export class Driver {
  readonly wake = new Wake();
  private readonly changed = new Set<string>();
  private readonly observer: Observer;
  private readonly launcher: Launcher;
  private readonly capacity: CapacityWatch;
  private readonly delays: Delays;
  private readonly abandoned: Abandoned;
  private lastComplaint = '';
  private lastReport = Number.NEGATIVE_INFINITY;
  private lastRecovery = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: DriverParts) {
    const changed = (job: string) => void this.changed.add(job);
    const commit = (signal: AbortSignal) => this.commit(signal);
    this.capacity = new CapacityWatch(parts);
    this.delays = new Delays(parts.clock);
    this.abandoned = new Abandoned(parts);
    this.observer = new Observer(parts, changed, commit);
    this.launcher = new Launcher({ ...parts, boot: (host) => this.capacity.boot(host) }, changed, commit);
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
      await this.capacity.look(signal);
      await this.recover(signal);
      // What a driver before us recorded and did not get round to telling the tracker.
      for (const [id, { phase }] of this.state.jobs) if (phase.kind !== 'pending') this.changed.add(id);
      for (;;) {
        if (signal.aborted) return 'interrupted';
        await this.parts.takeIntents();
        await this.observer.observe(signal);
        await this.tellAgain(signal);
        await this.abandoned.look(signal);
        const world = await this.capacity.world(signal);
        const { parts } = this;
        const decision = decide(this.state, {
          ...world,
          delayLeft: (job) => this.delays.left(job),
          budgetSpent: this.parts.budgetSpent?.() ?? false,
          get repairs() {
            return parts.repairs?.() ?? false;
          },
        });
        await this.act(decision, signal);
        const idle = isIdle(decision);
        const rest = idle && decision.rest !== 'busy' ? decision.rest : null;
        if (rest !== null || this.reportIsDue()) await this.report();
        if (rest !== null) return rest;
        if (idle) await this.wake.wait(this.untilNext(decision), this.parts.clock, signal);
      }
    } finally {
      watching?.dispose();
    }
  }

  private recover(signal: AbortSignal, only?: Parameters<typeof recover>[2]): Promise<void> {
    this.lastRecovery = this.parts.clock.monotonic();
    const { observer, launcher } = this;
    return recover(
      { ...this.parts, observer, launcher, boot: (host) => this.capacity.boot(host) },
      signal,
      only,
    );
  }

  /** What could not be told to the target is told again, once it is known that it was not heard. */
  private async tellAgain(signal: AbortSignal): Promise<void> {
    const untold = openAttempts(this.state).filter(({ attempt }) => attempt.handle === null);
    if (untold.length === 0 || this.parts.clock.monotonic() - this.lastRecovery < pollIntervalMs) return;
    // A machine that was away may have restarted meanwhile.
    this.capacity.forget();
    await this.capacity.look(signal);
    await this.recover(signal, untold);
  }

  private untilNext({ wakeInMs }: Decision): number {
    const { lastReport, parts } = this;
    const poll = parts.backend.pollIntervalMs ?? pollIntervalMs;
    const untold = openAttempts(this.state).some(({ attempt }) => attempt.handle === null);
    const report = this.changed.size > 0 ? lastReport + reportIntervalMs - parts.clock.monotonic() : poll;
    const tended = parts.untilTended?.() ?? Number.POSITIVE_INFINITY;
    const next = [
      tended,
      poll,
      wakeInMs ?? poll,
      this.observer.untilLimit(),
      report,
      untold ? pollIntervalMs : poll,
    ];
    return Math.max(0, Math.min(...next));
  }

  private commit(signal: AbortSignal): Promise<void> {
    return this.parts.record.commit(signal, (sentence) => this.parts.complain(sentence));
  }

  private async act(decision: Decision, signal: AbortSignal): Promise<void> {
    const { record } = this.parts;
    for (const { job, why } of decision.skip) {
      record.happened({ type: 'job.skipped', job, why });
      this.changed.add(job);
    }
    for (const { job, failure } of decision.fail) {
      record.happened({ type: 'job.failed', job, failure });
      this.changed.add(job);
    }
    for (const milestone of decision.judge) await this.parts.judgeGate(milestone);
    if (decision.start.length > 0 && !(await this.parts.approvalHolds())) return;
    if (decision.start.length > 0) this.observer.tell(await this.launcher.start(decision.start, signal));
    else await this.commit(signal);
  }

  private reportIsDue(): boolean {
    return this.changed.size > 0 && this.parts.clock.monotonic() - this.lastReport >= reportIntervalMs;
  }

  /** Lets tracker and log follow the runs that changed. */
  async report(): Promise<void> {
    if (this.changed.size === 0) return;
    const changed = new Set(this.changed);
    this.changed.clear();
    try {
      await this.parts.runsChanged(changed);
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'LeaseLost') throw error;
      // The tracker follows the runs; that it cannot be written stops none of them.
      if (message !== this.lastComplaint) this.parts.complain(`${message}. Runs go on.`);
      this.lastComplaint = message;
    }
    this.lastReport = this.parts.clock.monotonic();
  }

  /** Takes runs off the queue, and asks those that run to end. */
  async cancel(ids: readonly string[], by: string, signal: AbortSignal): Promise<void> {
    const happenings: Happening[] = [];
    const stopping: string[] = [];
    for (const id of ids) {
      const job = this.state.jobs.get(id);
      if (!job || isSettled(job.phase)) continue;
      const attempt = job.attempts[job.attempts.length - 1];
      this.changed.add(id);
      if (job.phase.kind !== 'running' || !attempt) happenings.push({ type: 'job.cancelled', job: id, by });
      else {
        happenings.push({ type: 'attempt.stopping', key: attempt.key, reason: 'cancelled', by });
        stopping.push(attempt.key);
      }
    }
    this.parts.record.happened(...happenings);
    // All of the wish is durable before any of it is done: a driver that comes after us carries it to its end.
    await this.commit(signal);
    if (stopping.length > 0) await this.parts.backend.cancel(stopping, 'cancelled', signal);
  }

  /** Tells the loop that runs changed by other hands than its own. */
  touched(ids: readonly string[]): void {
    for (const id of ids) this.changed.add(id);
    this.wake.tell();
  }
}

function isIdle({ start, skip, fail, judge }: Decision): boolean {
  return start.length + skip.length + fail.length + judge.length === 0;
}

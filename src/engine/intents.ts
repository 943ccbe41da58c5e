import type { RequestedOptions } from '../core/run/options';
import type { DriverIntent } from '../core/run/intent';
import { skippedBecauseOf } from '../core/run/dependents';
import { isSettled } from '../core/run/foldJobs';
import type { Approvals } from './approvals';
import type { Declarer } from './declarer';
import type { Driver } from './driver';
import { applyAgentIntent } from './agents/agentIntents';
import type { AgentDesk } from './agents/desk';
import type { Rentals } from './rentals';
import type { StudyRecord } from './studyRecord';

/** What waits in the inbox. */
export interface IntentSource {
  list(): {
    items: readonly { id: string; intent: DriverIntent }[];
    refused: readonly { id: string; why: string }[];
  };
  remove(id: string): void;
}

export interface IntentParts {
  readonly record: StudyRecord;
  readonly inbox: IntentSource;
  readonly declarer: Declarer;
  readonly approvals: Approvals;
  readonly driver: () => Driver;
  readonly desk: AgentDesk;
  /** Null: nothing is rented from here. */
  readonly rentals: Rentals | null;
  /** Options of a study that a `deploy` intent starts, with the intent's overrides laid over the settings. */
  options(overrides: Record<string, unknown>): RequestedOptions;
  commit(): Promise<void>;
}

/** Applies what people asked for, each wish once, in the order in which they came. */
export class Intents {
  constructor(private readonly parts: IntentParts) {}

  /** Takes everything that waits: recorded and durable first, then taken out of the inbox. */
  async take(): Promise<void> {
    const { inbox, record } = this.parts;
    const { items, refused } = inbox.list();
    for (const { id, why } of refused) {
      record.happened({ type: 'intent.refused', intent: id, why, by: 'unknown' });
      inbox.remove(id);
    }
    for (const { id, intent } of items) {
      if (!record.state.takenIntents.has(id)) {
        // Applied, then marked as taken: a crash in between applies it again, which changes nothing more, and never
        // loses it.
        await this.applyOrRefuse(intent);
        record.happened({ type: 'intent.taken', id, intent: intent.type, by: intent.by });
      }
      await this.parts.commit();
      inbox.remove(id);
    }
  }

  /** A wish that cannot be carried out is answered, and does not stop those behind it. */
  private async applyOrRefuse(intent: DriverIntent): Promise<void> {
    try {
      await this.apply(intent);
    } catch (error) {
      if ((error as Error).name === 'LeaseLost') throw error;
      const why = (error as Error).message;
      this.parts.record.happened({ type: 'intent.refused', intent: intent.type, why, by: intent.by });
    }
  }

  private async apply(intent: DriverIntent): Promise<void> {
    const { record, declarer, approvals } = this.parts;
    const driver = this.parts.driver();
    const never = new AbortController().signal;
    const { by } = intent;
    switch (intent.type) {
      case 'deploy': {
        const options = this.parts.options(intent.overrides);
        await declarer.declare(
          {
            kind: 'plan',
            plan: intent.plan,
            tracker: null,
            manifest: null,
            target: intent.target,
            options,
            said: intent.overrides,
            askedBy: intent.asks === true ? by : null,
          },
          by,
        );
        return;
      }
      case 'checkpoint.approve':
        if (await declarer.declareAgain(by)) await approvals.accept(intent.hash, intent.milestones, by);
        return;
      case 'checkpoint.reject':
        record.happened({ type: 'checkpoint.rejected', hash: intent.hash, reason: intent.reason, by });
        return;
      case 'person.ask': {
        // A program that asks the same again and again fills no timeline.
        const before = record.state.timeline.findLast(({ event }) => event.type === 'intent.refused')?.event;
        if (before?.type === 'intent.refused' && before.intent === intent.about && before.by === by) return;
        record.happened({ type: 'intent.refused', intent: intent.about, why: intent.sentence, by });
        return;
      }
      case 'run.cancel':
        return driver.cancel(intent.runs, by, never);
      case 'stop':
        this.parts.desk.cancelAll();
        return driver.cancel([...record.state.jobs.keys()], by, never);
      case 'rentals.release':
        if (this.parts.rentals === null) throw new Error('nothing is rented from here');
        this.parts.rentals.release(by, intent.rentals);
        return driver.touched([]);
      case 'run.retry': {
        if (intent.elsewhere) this.giveUp(intent.runs, by);
        const runs = intent.runs.filter((job) => isSettled(this.phase(job)));
        const waiting = skippedBecauseOf(record.state, new Set(runs));
        const retry = (why: string) => (job: string) =>
          ({ type: 'job.retried', job, why, delayMs: 0, by, afresh: true }) as const;
        record.happened(
          ...runs.map(retry(`asked for by ${by}`)),
          ...waiting.map(retry('what it needs is tried again')),
        );
        return driver.touched([...intent.runs, ...waiting]);
      }
      case 'run.pause':
        for (const job of intent.runs)
          if (this.phase(job)?.kind === 'pending') record.happened({ type: 'job.paused', job, by });
        break;
      case 'run.resume':
        for (const job of intent.runs)
          if (this.phase(job)?.kind === 'paused') record.happened({ type: 'job.resumed', job, by });
        break;
      case 'run.reprioritise':
        for (const job of intent.runs)
          if (this.phase(job))
            record.happened({ type: 'job.prioritised', job, priority: intent.priority, by });
        break;
      default:
        await applyAgentIntent(intent, record, this.parts.desk);
        return driver.touched([]);
    }
    driver.touched(intent.runs);
  }

  /** By the person's word alone: what is on a machine that does not answer may still be running there. */
  private giveUp(runs: readonly string[], by: string): void {
    const { record } = this.parts;
    for (const id of runs) {
      const job = record.state.jobs.get(id);
      const attempt = job?.attempts[job.attempts.length - 1];
      if (job?.phase.kind !== 'running' || attempt?.unreachable == null) continue;
      const why = `${attempt.host} does not answer`;
      record.happened(
        { type: 'attempt.abandoned', key: attempt.key, why, by },
        {
          ...{ type: 'job.retried', job: id, delayMs: 0, by, afresh: true },
          why: `${why}; ${by} moved it elsewhere`,
        },
      );
    }
  }

  private phase(job: string) {
    return this.parts.record.state.jobs.get(job)?.phase;
  }
}

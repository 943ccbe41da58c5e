import type { Clock, ComputeBackend } from '../core/ports';
import { type BudgetLevel, budgetOf, describeBudget, gpusHeld, limitOf } from '../core/run/budget';
import { describeMoney, moneyOf } from '../core/run/money';
import type { Attempt } from '../core/run/state';
import { openAttempts } from './openAttempts';
import type { StudyRecord } from './studyRecord';

export interface BudgetWatchParts {
  readonly record: StudyRecord;
  readonly backend: Pick<ComputeBackend, 'cancel'>;
  readonly clock: Clock;
  complain(sentence: string): void;
  commit(signal: AbortSignal): Promise<void>;
}

/**
 * Meters GPU-hours and money while runs run: tells when a limit comes near, and lets nothing more start at it. What runs
 * is stopped at the cap in money always, at one in GPU-hours where the setting says so; stopping asks first, so that
 * a run can write its checkpoint.
 */
export class BudgetWatch {
  constructor(private readonly parts: BudgetWatchParts) {}

  /** Whether nothing more may start. Records and tells the level that was reached, once. */
  check(): boolean {
    const hours = this.checkHours();
    return this.checkMoney() || hours;
  }

  private checkHours(): boolean {
    const { record, clock } = this.parts;
    const { state } = record;
    if (limitOf(state) === null) return false;
    const budget = budgetOf(state, clock.now());
    const { level, used, limit } = budget;
    if (level !== 'open' && limit !== null && isNews(state.budgetLevel, level)) {
      const why = describeBudget(budget);
      record.happened({ type: 'budget.reached', level, usedGpuHours: used, limitGpuHours: limit, why });
      this.parts.complain(why);
    }
    return level === 'spent';
  }

  private checkMoney(): boolean {
    const { record, clock } = this.parts;
    const { state } = record;
    if (state.study?.options['budget.usd'] == null) return false;
    const budget = moneyOf(state, clock.now());
    const { level, used, limit } = budget;
    if (level !== 'open' && limit !== null && isNews(state.moneyLevel, level)) {
      const why = describeMoney(budget);
      record.happened({ type: 'money.reached', level, usedUsd: used, limitUsd: limit, why });
      this.parts.complain(why);
    }
    return level === 'spent';
  }

  /** Once a round. */
  async look(signal: AbortSignal): Promise<void> {
    const { record } = this.parts;
    const hours = this.checkHours();
    const stopRuns = record.state.study?.options['budget.stopRuns'] === true;
    if (this.checkMoney()) await this.stop('money', () => true, signal);
    // What waits in the target's queue has not started, and nothing more starts.
    else if (hours)
      await this.stop(
        'budget',
        (attempt) => gpusHeld(attempt) > 0 && (stopRuns || attempt.queued != null),
        signal,
      );
  }

  private async stop(
    reason: 'budget' | 'money',
    concerns: (attempt: Attempt) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { record, backend } = this.parts;
    const keys = openAttempts(record.state).flatMap(({ attempt }) =>
      attempt.stopping === null && concerns(attempt) ? [attempt.key] : [],
    );
    if (keys.length === 0) return;
    for (const key of keys) record.happened({ type: 'attempt.stopping', key, reason, by: 'Bridge' });
    await this.parts.commit(signal);
    await backend.cancel(keys, reason, signal);
  }
}

function isNews(told: BudgetLevel, level: BudgetLevel): boolean {
  return level === 'spent' ? told !== 'spent' : told === 'open';
}

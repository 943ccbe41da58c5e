import type { Clock, ComputeBackend } from '../core/ports';
import { budgetOf, describeBudget, gpusHeld, limitOf } from '../core/run/budget';
import { openAttempts } from './openAttempts';
import type { StudyRecord } from './studyRecord';

export interface BudgetWatchParts {
  readonly record: StudyRecord;
  readonly backend: Pick<ComputeBackend, 'cancel'>;
  readonly clock: Clock;
  complain(sentence: string): void;
  commit(signal: AbortSignal): Promise<void>;
}

/** Meters GPU-hours while runs run: tells when a limit comes near, and stops runs at it where the setting says so. */
export class BudgetWatch {
  constructor(private readonly parts: BudgetWatchParts) {}

  /** Whether nothing more may start. Records and tells the level that was reached, once. */
  check(): boolean {
    const { record, clock } = this.parts;
    const { state } = record;
    if (limitOf(state) === null) return false;
    const budget = budgetOf(state, clock.now());
    const { level, used, limit } = budget;
    const isNews = level === 'spent' ? state.budgetLevel !== 'spent' : state.budgetLevel === 'open';
    if (level !== 'open' && isNews && limit !== null) {
      const why = describeBudget(budget);
      record.happened({ type: 'budget.reached', level, usedGpuHours: used, limitGpuHours: limit, why });
      this.parts.complain(why);
    }
    return level === 'spent';
  }

  /** Once a round. */
  async look(signal: AbortSignal): Promise<void> {
    const { record, backend } = this.parts;
    if (!this.check()) return;
    const stopRuns = record.state.study?.options['budget.stopRuns'] === true;
    // What waits in the target's queue has not started, and nothing more starts.
    const keys = openAttempts(record.state).flatMap(({ attempt }) =>
      attempt.stopping === null && gpusHeld(attempt) > 0 && (stopRuns || attempt.queued != null)
        ? [attempt.key]
        : [],
    );
    if (keys.length === 0) return;
    for (const key of keys)
      record.happened({ type: 'attempt.stopping', key, reason: 'budget', by: 'Bridge' });
    await this.parts.commit(signal);
    await backend.cancel(keys, 'budget', signal);
  }
}

import type { Clock, Journal } from '../core/ports';
import type { RunEvent } from '../core/run/event';
import { StateFold } from '../core/run/reduce';
import type { StudyState } from '../core/run/state';

/** An event without its time, which the record gives it. */
export type Happening = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'at'> : never) : never;

/** How long to wait before a journal that could not be written (a full disk) is tried again. */
const retryMs = 2000;

/**
 * The journal and its fold, kept together. What is recorded changes the state at once; `commit` makes it durable, and
 * nothing is acted upon before it resolved.
 */
export class StudyRecord {
  private readonly fold = new StateFold();

  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
    past: readonly RunEvent[],
    private readonly heard: (event: RunEvent) => void,
  ) {
    this.fold.apply(past);
  }

  get state(): StudyState {
    return this.fold.state;
  }

  happened(...happenings: Happening[]): void {
    if (happenings.length === 0) return;
    const events = happenings.map((happening) => ({ ...happening, at: this.clock.now() }));
    this.journal.append(events);
    this.fold.apply(events);
    for (const event of events) this.heard(event);
  }

  /** Durable when it resolves. A disk that is full is waited for, and said; a lost lease is thrown. */
  async commit(signal: AbortSignal, complain: (sentence: string) => void): Promise<void> {
    for (;;) {
      try {
        return await this.journal.commit();
      } catch (error) {
        if ((error as Error).name === 'LeaseLost' || signal.aborted) throw error;
        complain(`${(error as Error).message}. Runs go on; Bridge tries again.`);
        await this.clock.sleep(retryMs, signal);
      }
    }
  }
}

/** Thrown by what cannot wait for ever: the simulated process is dead, and nothing of it may act any more. */
export class ProcessStopped extends Error {
  constructor() {
    super('the process was stopped');
    this.name = 'ProcessStopped';
  }
}

/**
 * The n-th moment between the operations of one simulated process. What changes something has two moments, before it
 * and after it but before its caller knows; what only looks has one. From the moment on nothing of the process acts:
 * what is awaited never comes back, what is called throws.
 */
export class CrashPoint {
  /** Moments that have passed. */
  passed = 0;
  /** Where it was stopped; null: it was not. */
  stoppedAt: string | null = null;
  readonly stopped: Promise<string>;
  private resolveStopped: (where: string) => void = () => undefined;

  /** `at`: 1 is the first moment; infinite: never. */
  constructor(readonly at: number) {
    this.stopped = new Promise((resolve) => (this.resolveStopped = resolve));
  }

  /** An operation that only looks. */
  async look<T>(what: string, act: () => Promise<T>): Promise<T> {
    if (this.reached(what)) return forever();
    const result = await act();
    return this.stoppedAt === null ? result : forever();
  }

  /** An operation that changes something. `torn`: leaves it half done, which is a moment of its own. */
  async change<T>(what: string, act: () => Promise<T>, torn?: () => void): Promise<T> {
    if (this.reached(`before ${what}`)) return forever();
    const result = await act();
    if (torn && this.stoppedAt === null && this.reached(`in the middle of ${what}`)) {
      torn();
      return forever();
    }
    return this.stoppedAt !== null || this.reached(`after ${what}`) ? forever() : result;
  }

  /** The same for an operation that is not awaited. */
  changeNow<T>(what: string, act: () => T): T {
    if (this.reached(`before ${what}`)) throw new ProcessStopped();
    const result = act();
    if (this.reached(`after ${what}`)) throw new ProcessStopped();
    return result;
  }

  /** Stops the process here and now. */
  stopNow(): void {
    this.stoppedAt ??= 'now';
    this.resolveStopped(this.stoppedAt);
  }

  private reached(where: string): boolean {
    if (this.stoppedAt !== null) return true;
    if (++this.passed < this.at) return false;
    this.stoppedAt = where;
    this.resolveStopped(where);
    return true;
  }
}

function forever<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

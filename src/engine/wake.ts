import type { Clock } from '../core/ports';

/** Something to wait for that may be told many times before anybody waits. */
export class Wake {
  private told = false;
  private waiting: (() => void) | null = null;

  /** Ends the wait that is under way, or the next one. */
  tell(): void {
    this.told = true;
    this.waiting?.();
  }

  /** Resolves when told, after `ms`, or when the signal is aborted, whichever comes first. */
  async wait(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
    if (!this.told && !signal.aborted) {
      const stop = new AbortController();
      const abort = () => stop.abort();
      signal.addEventListener('abort', abort, { once: true });
      this.waiting = abort;
      await clock.sleep(ms, stop.signal);
      signal.removeEventListener('abort', abort);
      this.waiting = null;
    }
    this.told = false;
  }
}

import type { Clock } from '../core/ports';
import type { JobKey } from '../core/run/jobHandle';
import type { Attempt } from '../core/run/state';

/** How long attempts have run, by a clock that never jumps: what the target measured, and this process's clock since. */
export class Stopwatch {
  private readonly begun = new Map<JobKey, number>();

  constructor(private readonly clock: Clock) {}

  set(key: JobKey, elapsedMs: number): void {
    this.begun.set(key, this.clock.monotonic() - elapsedMs);
  }

  /** Milliseconds; from when it was first asked about, where the target has not told. */
  elapsed({ key }: Attempt): number {
    const now = this.clock.monotonic();
    const begun = this.begun.get(key);
    if (begun === undefined) this.begun.set(key, now);
    return now - (begun ?? now);
  }
}

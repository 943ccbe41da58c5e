import type { Clock } from '../core/ports';
import type { JobState } from '../core/run/state';

/**
 * How long a delayed retry still waits, by a clock that never jumps. After a restart the wall clock says how much of
 * the delay has passed, never more than the delay and never less than nothing, wherever that clock was moved.
 */
export class Delays {
  private readonly due = new Map<string, { readonly of: number; readonly at: number }>();

  constructor(private readonly clock: Clock) {}

  left({ job, phase }: JobState): number {
    if (phase.kind !== 'pending' || phase.notBefore === null) return 0;
    let entry = this.due.get(job.id);
    if (entry?.of !== phase.notBefore) {
      const left = Math.min(Math.max(phase.notBefore - this.clock.now(), 0), phase.delayMs ?? 0);
      entry = { of: phase.notBefore, at: this.clock.monotonic() + left };
      this.due.set(job.id, entry);
    }
    return Math.max(0, entry.at - this.clock.monotonic());
  }
}

import type { ComputeBackend } from '../core/ports';
import { gpusHeld } from '../core/run/budget';
import type { Charge } from '../core/run/charge';
import type { Attempt } from '../core/run/state';
import type { StudyRecord } from './studyRecord';

/** A target that bills each run by the time that it takes: the meter of a run goes on and off with it. */
export class RunCharges {
  constructor(
    private readonly record: StudyRecord,
    private readonly backend: Pick<ComputeBackend, 'usdPerHour'>,
  ) {}

  /** Once a round. */
  look(): void {
    const { record, backend } = this;
    const bills = [0, 1].some((gpus) => backend.usdPerHour?.(gpus) != null);
    if (!bills) return;
    for (const { attempts } of record.state.jobs.values())
      for (const attempt of attempts) this.meter(attempt, record.state.charges.get(attempt.key));
  }

  private meter(attempt: Attempt, charge: Charge | undefined): void {
    const { key, host, startedAt, endedAt, exit } = attempt;
    if (startedAt === null && exit === null) return;
    const usdPerHour = charge?.usdPerHour ?? this.backend.usdPerHour?.(gpusHeld(attempt)) ?? 0;
    if (charge === undefined) {
      if (usdPerHour === 0) return;
      this.record.happened({ type: 'cost.started', charge: key, host, usdPerHour });
    } else if (charge.to !== null) return;
    if (endedAt === null) return;
    // How long it took is known better by the target than by when somebody looked.
    const elapsedMs = exit?.elapsedMs ?? null;
    const usd = elapsedMs === null ? null : (usdPerHour * elapsedMs) / 3_600_000;
    this.record.happened({ type: 'cost.ended', charge: key, usd });
  }
}

import type { ComputeBackend } from '../core/ports';
import { gpusHeld } from '../core/run/budget';
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
    if (!backend.usdPerHour) return;
    const { charges, jobs } = record.state;
    for (const { attempts } of jobs.values())
      for (const attempt of attempts) {
        const { key, host, startedAt, endedAt } = attempt;
        const charge = charges.get(key);
        if (charge === undefined && startedAt !== null && endedAt === null) {
          const usdPerHour = backend.usdPerHour(gpusHeld(attempt));
          if (usdPerHour) record.happened({ type: 'cost.started', charge: key, host, usdPerHour });
        } else if (charge?.to === null && endedAt !== null)
          record.happened({ type: 'cost.ended', charge: key, usd: null });
      }
  }
}

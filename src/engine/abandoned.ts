import type { Clock, ComputeBackend } from '../core/ports';
import type { JobKey } from '../core/run/jobHandle';
import { runOfKey } from '../core/run/jobKey';
import { TargetUnreachable } from '../core/targetUnreachable';
import { pollIntervalMs } from './observer';
import type { StudyRecord } from './studyRecord';

export interface AbandonedParts {
  readonly record: StudyRecord;
  readonly backend: ComputeBackend;
  readonly clock: Clock;
}

/**
 * Attempts that were given up while their machine was silent. When it answers again, what never began is kept from
 * beginning and what runs is ended: their run has gone on elsewhere.
 */
export class Abandoned {
  private lastLook = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: AbandonedParts) {}

  async look(signal: AbortSignal): Promise<void> {
    const { record, clock } = this.parts;
    const { abandoned } = record.state;
    if (abandoned.size === 0 || clock.monotonic() - this.lastLook < pollIntervalMs) return;
    this.lastLook = clock.monotonic();
    for (const key of [...abandoned]) {
      if (!this.answers(key)) continue;
      try {
        if (await this.clear(key, signal)) record.happened({ type: 'attempt.cleared', key });
      } catch (error) {
        if (!(error instanceof TargetUnreachable)) throw error;
      }
    }
  }

  private answers(key: JobKey): boolean {
    const { record, backend } = this.parts;
    const host = record.state.jobs.get(runOfKey(key))?.attempts.find((each) => each.key === key)?.host;
    const standing = backend.standings?.().find((each) => each.host === host);
    return standing?.unreachable == null;
  }

  /** Whether nothing of it is left. */
  private async clear(key: JobKey, signal: AbortSignal): Promise<boolean> {
    const { backend } = this.parts;
    if ((await backend.forbid([key], signal)).has(key)) return true;
    const kind = (await backend.poll([key], signal)).get(key)?.kind;
    if (kind === 'exited' || kind === 'lost') return true;
    if (kind === 'running' || kind === 'queued') await backend.cancel([key], 'cancelled', signal);
    return false;
  }
}

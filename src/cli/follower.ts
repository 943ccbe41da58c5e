import type { RunEvent } from '../core/run/event';
import { StateFold } from '../core/run/reduce';
import type { StudyState } from '../core/run/state';
import { bridgeFolder } from '../store/bridgeFolder';
import { currentHolder } from '../store/journal';
import { JournalReader } from '../store/journalReader';
import { systemClock } from '../store/systemClock';

/** How often the journal of another driver is looked at. */
const lookMs = 200;
/** A holder that cannot be seen from here may be gone: its lease is looked at this often. */
const leaseCheckMs = 3000;

/** Tells what another driver does, from the moment at which it was made. */
export class Follower {
  private readonly folder: string;
  private readonly reader: JournalReader;
  private fold = new StateFold();
  /** The state that was found at the beginning. */
  readonly before: StudyState;

  constructor(
    root: string,
    private readonly tell: (event: RunEvent, state: () => StudyState) => void,
  ) {
    this.folder = bridgeFolder(root).journal;
    this.reader = new JournalReader(this.folder);
    this.fold.apply(this.reader.next());
    this.before = this.fold.state;
  }

  /** Until the other driver has left, the signal aborts, or its lease is to be looked at again. */
  async watch(signal: AbortSignal): Promise<void> {
    const until = systemClock.monotonic() + leaseCheckMs;
    for (;;) {
      const driving = currentHolder(this.folder) !== null;
      const { events, again } = this.reader.read();
      if (again) {
        // A driver that was superseded had written what does not count; what happened was told already.
        this.fold = new StateFold();
        this.fold.apply(events);
      }
      for (const event of again ? [] : events) {
        this.fold.apply([event]);
        this.tell(event, () => this.fold.state);
      }
      if (!driving || signal.aborted || systemClock.monotonic() > until) return;
      await systemClock.sleep(lookMs, signal);
    }
  }
}

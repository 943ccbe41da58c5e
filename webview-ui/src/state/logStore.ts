import { LogTail, type LogLine } from './logTail';

export interface LogSnapshot {
  readonly run: string | null;
  readonly lines: readonly LogLine[];
  /** Earlier lines that are no longer kept. */
  readonly dropped: number;
  readonly ended: boolean;
}

const nothing: LogSnapshot = { run: null, lines: [], dropped: 0, ended: false };

/** The followed run's log, outside React's state: chunks come often, and only the log pane is drawn again for them. */
export class LogStore {
  private readonly tail = new LogTail();
  private readonly listeners = new Set<() => void>();
  private current = nothing;

  /** Chunks of any other run, still on their way, are ignored from now on. */
  follow(run: string | null): void {
    if (run === this.current.run) return;
    this.tail.clear();
    this.publish({ ...nothing, run });
  }

  append(run: string, from: number, text: string, ended: boolean): void {
    if (run !== this.current.run) return;
    this.tail.append(from, text);
    this.publish({ run, lines: this.tail.all(), dropped: this.tail.dropped, ended });
  }

  readonly snapshot = (): LogSnapshot => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private publish(snapshot: LogSnapshot): void {
    this.current = snapshot;
    for (const listener of this.listeners) listener();
  }
}

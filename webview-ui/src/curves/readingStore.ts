import type { PlotReading } from './curvesPlot';

/** What lies under the pointer, outside React's state: it changes with every move, and only the legend shows it. */
export class ReadingStore {
  private readonly listeners = new Set<() => void>();
  private current: PlotReading | null = null;

  readonly set = (reading: PlotReading | null): void => {
    if (reading === this.current) return;
    this.current = reading;
    for (const listener of this.listeners) listener();
  };

  readonly snapshot = (): PlotReading | null => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

import type { CurvesView } from '../../../src/protocol/curves';

/** The newest curves, outside React's state: they are large, and only what draws them is drawn again for them. */
export class CurvesStore {
  private readonly listeners = new Set<() => void>();
  private current: CurvesView | null = null;

  receive(view: CurvesView): void {
    this.current = view;
    for (const listener of this.listeners) listener();
  }

  readonly snapshot = (): CurvesView | null => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

/** The newest message of a kind, outside React's state: only what draws it is drawn again for it. */
export class NewestStore<Value> {
  private readonly listeners = new Set<() => void>();
  private current: Value | null = null;

  receive(value: Value): void {
    this.current = value;
    for (const listener of this.listeners) listener();
  }

  readonly snapshot = (): Value | null => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

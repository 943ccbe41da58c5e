import { useSyncExternalStore } from 'react';

// One timer for all that ticks, running only while something does.
const listeners = new Set<() => void>();
let timer: number | undefined;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** The time, in milliseconds since the epoch, anew each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** What a text is at this time: whoever shows it is drawn anew when it changes, not each second. */
export function useAtNow(textAt: (now: number) => string): string {
  return useSyncExternalStore(subscribe, () => textAt(now));
}

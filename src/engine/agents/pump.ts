import type { Clock } from '../../core/ports';
import type { Wake } from '../wake';

/** Where the system does not tell, the inbox is looked at this often. */
const lookMs = 1000;

/** Waits for work, and takes what people wish meanwhile: an answer to a request of that very work, above all. */
export async function pumpWhile<T>(
  work: Promise<T>,
  wake: Wake,
  clock: Clock,
  take: () => Promise<void>,
): Promise<T> {
  const done = new AbortController();
  const ended = work.finally(() => done.abort());
  ended.catch(() => undefined);
  while (!done.signal.aborted) {
    await take();
    await wake.wait(lookMs, clock, done.signal);
  }
  return ended;
}

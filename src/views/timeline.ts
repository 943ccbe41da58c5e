import type { RunEvent } from '../core/run/event';
import type { StudyState } from '../core/run/state';
import type { Translate } from '../core/text/translate';
import type { TimelinePage } from '../protocol/view';
import { describeEvent } from './describeEvent';

/** More lines than anybody scrolls through; the journal keeps them all. */
const shownEntries = 500;

/** Events that say nothing a neighbour does not say better. */
const quiet: ReadonlySet<RunEvent['type']> = new Set([
  'tracker.writing',
  'tracker.written',
  'attempt.started',
  'attempt.exited',
  'capacity.seen',
  'intent.taken',
]);

export function timelinePage(state: StudyState, t: Translate): TimelinePage {
  const owners = new Map<string, string>();
  for (const { job, attempts } of state.jobs.values())
    for (const { key } of attempts) owners.set(key, job.id);
  const entries: TimelinePage['entries'][number][] = [];
  for (let i = state.timeline.length - 1; i >= 0 && entries.length < shownEntries; i--) {
    const { at, event } = state.timeline[i]!;
    if (!quiet.has(event.type))
      entries.push({ at, ...describeEvent(event, (key) => owners.get(key) ?? null, t) });
  }
  return { kind: 'timeline', entries };
}

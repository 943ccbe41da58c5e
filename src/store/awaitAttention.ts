import type { Clock } from '../core/ports';
import { type Attention, attentionOf, type AttentionKind, isAwaited } from '../core/run/attention';
import type { RunEvent } from '../core/run/event';
import { StateFold } from '../core/run/reduce';
import type { StudyState } from '../core/run/state';
import { bridgeFolder } from './bridgeFolder';
import { Inbox } from './inbox';
import { currentHolder } from './journal';
import { JournalReader } from './journalReader';

/** How often the journal is looked at. */
const lookMs = 200;
/** A driver that was just asked for takes a moment to be there. */
const startingMs = 4000;
/** More than anybody reads at once. */
const toldAtMost = 20;

export interface AwaitRequest {
  readonly root: string;
  /** Null: whatever somebody has to look at. */
  readonly kinds: readonly AttentionKind[] | null;
  /** Revision of the journal that the caller knows; null: what stands now counts, too. */
  readonly since: number | null;
  /** Null: as long as it takes. */
  readonly timeoutMs: number | null;
  readonly clock: Clock;
  /** Told of everything that happens meanwhile. */
  heard?(event: RunEvent, state: StudyState): void;
}

export interface Awaited {
  /** `ended`: the study is over, `idle`: nothing drives it, so nothing more comes by itself. */
  readonly outcome: 'came' | 'ended' | 'idle' | 'timeout' | 'interrupted';
  /** Oldest first, at most 20. */
  readonly attentions: readonly Attention[];
  /** To wait from next. */
  readonly revision: number;
  readonly state: StudyState;
}

/** Waits for the next thing that needs somebody. It looks at files alone; any number may wait at once. */
export async function awaitAttention(request: AwaitRequest, signal: AbortSignal): Promise<Awaited> {
  const { root, kinds, clock } = request;
  const folder = bridgeFolder(root);
  const inbox = new Inbox(folder.inbox);
  const begun = clock.monotonic();
  const reader = new JournalReader(folder.journal);
  let fold = new StateFold();
  let attentions: Attention[] = [];
  let since = request.since;
  let lastSign = begun;
  for (;;) {
    const { events, again } = reader.read();
    // A driver that was superseded had written what does not count: all of it is read anew.
    if (again) [fold, attentions] = [new StateFold(), []];
    for (const event of events) {
      fold.apply([event]);
      if (since === null || fold.state.revision <= since) continue;
      request.heard?.(event, fold.state);
      const attention = attentionOf(event, (key) => fold.jobOf(key)?.job.id ?? null);
      if (attention && isAwaited(attention, kinds)) attentions.push(attention);
    }
    const { state } = fold;
    const rest = (outcome: Awaited['outcome'], found: readonly Attention[]): Awaited => ({
      ...{ outcome, attentions: found.slice(-toldAtMost), revision: state.revision, state },
    });
    if (attentions.length > 0) return rest('came', attentions);
    const standing = since === null ? standingOf(state) : null;
    if (standing && isAwaited(standing, kinds)) return rest('came', [standing]);
    since ??= state.revision;
    if (currentHolder(folder.journal) !== null || events.length > 0) lastSign = clock.monotonic();
    else if (clock.monotonic() - lastSign > startingMs && inbox.isEmpty()) {
      if (state.ended !== null) return rest('ended', [endOf(state.ended)]);
      // A checkpoint waits for a person, who may answer at any time; nothing else comes by itself.
      if (state.checkpoint.kind !== 'shown') return rest('idle', [idle(clock.now())]);
    }
    if (signal.aborted) return rest('interrupted', []);
    if (request.timeoutMs !== null && clock.monotonic() - begun >= request.timeoutMs)
      return rest('timeout', []);
    await clock.sleep(lookMs, signal);
  }
}

/** What somebody has to look at now, whenever it came. */
function standingOf(state: StudyState): Attention | null {
  if (state.ended !== null) return endOf(state.ended);
  if (state.checkpoint.kind !== 'shown') return null;
  const { checkpoint, at } = state.checkpoint;
  return attentionOf({ at, type: 'checkpoint.shown', checkpoint }, () => null);
}

function endOf(ended: NonNullable<StudyState['ended']>): Attention {
  const [sentence, bad] = [`The study ended, ${ended.outcome}: ${ended.note}`, ended.outcome !== 'done'];
  return { kind: 'finished', at: ended.at, run: null, bad, needed: true, sentence };
}

function idle(at: number): Attention {
  const sentence = 'Nothing drives this workspace now, so nothing more happens by itself.';
  return { kind: 'idle', at, run: null, bad: true, needed: true, sentence };
}

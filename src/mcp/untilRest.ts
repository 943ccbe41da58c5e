import { reviewHolds } from '../core/run/reviewGate';
import { systemClock } from '../store/systemClock';
import type { StudyState } from '../core/run/state';
import { Refused, type ToolContext } from './tool';

const lookMs = 150;
/** A driver takes a moment to be there, and to leave. */
const settleMs = 2500;

export type RestOutcome = 'checkpoint' | 'running' | 'ended' | 'review' | 'idle';

/**
 * Waits until the driver has taken a wish and either rests or runs something. Throws `Refused` with the driver's own
 * sentence when it refused the wish.
 */
export async function untilRest(
  context: ToolContext,
  id: string | null,
  limitMs: number,
): Promise<{ readonly outcome: RestOutcome }> {
  const begun = systemClock.monotonic();
  let quietSince = begun;
  for (;;) {
    const state = context.state();
    const taken = id === null || state.takenIntents.has(id);
    if (taken) {
      const refusal = id === null ? null : refusalOf(state, id);
      if (refusal !== null) throw new Refused(refusal);
      const outcome = outcomeOf(state);
      if (outcome !== null) return { outcome };
    }
    const now = systemClock.monotonic();
    if (context.driving()) quietSince = now;
    if (now - quietSince > settleMs && taken) return { outcome: reviewHolds(state) ? 'review' : 'idle' };
    if (now - begun > limitMs) return { outcome: context.driving() ? 'running' : 'idle' };
    context.signal.throwIfAborted();
    await systemClock.sleep(lookMs, context.signal);
  }
}

function outcomeOf(state: StudyState): RestOutcome | null {
  if (state.ended !== null) return 'ended';
  if (state.running.size > 0) return 'running';
  return state.checkpoint.kind === 'shown' ? 'checkpoint' : null;
}

/** Why the driver refused this wish: what it recorded right before it marked the wish as taken. */
function refusalOf({ timeline }: StudyState, id: string): string | null {
  const at = timeline.findLastIndex(({ event }) => event.type === 'intent.taken' && event.id === id);
  const before = timeline[at - 1]?.event;
  return before?.type === 'intent.refused' ? before.why : null;
}

import { sameFamily } from '../../core/agents/modelFamily';
import { ReviewerFailure, type ModelFamily, type Reviewer, type ReviewerCard } from '../../core/agents/ports';
import type { Clock } from '../../core/ports';
import { withDeadline } from './deadline';

/** A client that has not said who it is by then is passed over. */
const greetingMinutes = 0.5;

export interface ChosenReviewer {
  readonly reviewer: Reviewer;
  readonly card: ReviewerCard;
  /** It judges its own family's work, because the person let it. */
  readonly sameFamily: boolean;
}

/**
 * Shakes hands with reviewers in order until one answers. Nothing of the workspace is sent. `passed` says of each that
 * was passed over why, one sentence a reviewer.
 */
export async function chooseReviewer(
  reviewers: readonly Reviewer[],
  author: ModelFamily,
  allowSameFamily: boolean,
  clock: Clock,
  signal: AbortSignal,
  tell: (sentence: string) => void = () => undefined,
): Promise<{ chosen: ChosenReviewer | null; passed: readonly string[] }> {
  const passed: string[] = [];
  for (const reviewer of reviewers) {
    let card: ReviewerCard;
    try {
      await awaitReviewer(reviewer, signal, tell);
      card = await withDeadline(clock, greetingMinutes, signal, (turn) => reviewer.greet(turn));
    } catch (error) {
      if (!(error instanceof ReviewerFailure) || error.kind === 'cancelled') throw error;
      passed.push(`${reviewer.id}: ${error.message}`);
      continue;
    }
    const related = sameFamily(card.family, author);
    if (related && !allowSameFamily) {
      passed.push(
        `${reviewer.id}: ${card.model} is of the same family as the author’s model, so it does not judge its work (bridge.review.sameFamily lets it).`,
      );
      continue;
    }
    return { chosen: { reviewer, card, sameFamily: related }, passed };
  }
  return { chosen: null, passed };
}

/** Waits for a reviewer that is not there yet; whatever that takes is not counted against its deadlines. */
export async function awaitReviewer(
  reviewer: Reviewer,
  signal: AbortSignal,
  tell: (sentence: string) => void,
): Promise<void> {
  const absence = reviewer.absence?.() ?? null;
  if (absence !== null) tell(`The review ${absence}.`);
  await reviewer.ready?.(signal);
}

import type { Language } from '../results/report/messages';
import { describeReview, hasCritical } from './review';
import type { StudyState } from './state';

/** What the last review says now; without one, why nobody has read the code. */
export function reviewSentence(state: StudyState, hash: string | null, language: Language = 'en'): string {
  const stage = state.stages.find((each) => each.stage === 'review');
  if (state.review === null || stage === undefined || stage.outcome === 'skipped') return stage?.note ?? '';
  return describeReview(state.review, state.waivers, hash, language);
}

/**
 * Whether nothing may start because of the review: it is still to come, or it found something critical that nobody
 * waived.
 */
export function reviewHolds(state: StudyState): boolean {
  if (state.study?.kind !== 'plan') return false;
  const outcome = state.stages.find((each) => each.stage === 'review')?.outcome;
  if (outcome === 'waiting' || outcome === 'running') return true;
  return outcome === 'failed' && state.review !== null && hasCritical(state.review, state.waivers);
}

/** Whether nothing may start because something is still to be written, cloned or taken. */
export function implementHolds(state: StudyState): boolean {
  if (state.study?.kind !== 'plan') return false;
  const outcome = state.stages.find((each) => each.stage === 'implement')?.outcome;
  return outcome === 'waiting' || outcome === 'running';
}

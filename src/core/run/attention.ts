import type { RunEvent } from './event';
import { hasCritical } from './review';

/** What a person, a script or an agent may wait for. */
export const attentionKinds = [
  ...(['finished', 'failed', 'checkpoint', 'gate', 'budget', 'stall', 'review'] as const),
  ...(['permission', 'change', 'refused', 'idle'] as const),
] as const;

export type AttentionKind = (typeof attentionKinds)[number];

/** Something that happened and that somebody may have waited for. */
export interface Attention {
  readonly kind: AttentionKind;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly run: string | null;
  /** Whether it is a failure: of a run, a gate, the study, a request. */
  readonly bad: boolean;
  /** Whether somebody has to look at it; what is only news is told to those who ask for its kind. */
  readonly needed: boolean;
  readonly sentence: string;
}

/** What an event calls for; null: nothing. `runOf` finds the run that an attempt's key belongs to. */
export function attentionOf(event: RunEvent, runOf: (key: string) => string | null): Attention | null {
  const { at } = event;
  const told = (
    kind: AttentionKind,
    sentence: string,
    more: Partial<Pick<Attention, 'run' | 'bad' | 'needed'>> = {},
  ): Attention => ({ kind, at, run: null, bad: false, needed: true, sentence, ...more });
  switch (event.type) {
    case 'study.ended':
      return told('finished', `The study ended, ${event.outcome}: ${event.note}`, {
        bad: event.outcome !== 'done',
      });
    case 'job.failed':
      return told('failed', `${event.job} failed (${event.failure.class}): ${event.failure.message}`, {
        ...{ run: event.job, bad: true },
      });
    case 'checkpoint.shown':
      return told('checkpoint', 'The checkpoint waits for a person’s approval.');
    case 'gate.judged':
      return told('gate', `The gate of ${event.milestone}, ${event.verdict}: ${event.why}`, {
        ...{ bad: event.verdict === 'failed', needed: event.verdict !== 'passed' },
      });
    case 'budget.reached':
      return told('budget', event.why, { bad: event.level === 'spent' });
    case 'job.flagged':
      return told('stall', `${event.job}: ${event.why}`, { run: event.job });
    case 'attempt.unreachable':
      return told('stall', `${runOf(event.key) ?? event.key} cannot be reached: ${event.why}`, {
        run: runOf(event.key),
      });
    case 'work.stalled':
      return told('stall', `The agent has said nothing for ${event.silentMinutes} minutes.`);
    case 'review.finished':
      return hasCritical(event, new Map())
        ? told('review', 'The review found something critical; a person mends or waives it.', { bad: true })
        : told('review', 'The review is done and found nothing critical.', { needed: false });
    case 'permission.asked':
      return told('permission', `Permission is asked for: ${event.title ?? 'a request'}`);
    case 'change.proposed':
      return told('change', `A change waits for a person: ${event.title}`, { needed: false });
    case 'intent.refused':
      return told('refused', event.why, { bad: true });
    default:
      return null;
  }
}

/** Whether it is what was waited for; null: whatever somebody has to look at. */
export function isAwaited(attention: Attention, kinds: readonly AttentionKind[] | null): boolean {
  return kinds === null ? attention.needed : kinds.includes(attention.kind);
}

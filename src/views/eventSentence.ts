import type { TimelinePage } from '../protocol/view';

export type TimelineTone = TimelinePage['entries'][number]['tone'];

/** An event in a sentence. */
export interface EventSentence {
  readonly sentence: string;
  readonly by: string | null;
  readonly run: string | null;
  readonly tone: TimelineTone;
}

import type { StudyDeclaration } from '../../core/run/declaration';
import { describeReview, hasCritical, type ReviewState, type Waivers } from '../../core/run/review';
import { reviewedContent, reviewStudy, type ReviewParts } from '../review/reviewStudy';
import type { Happening, StudyRecord } from '../studyRecord';

export interface ReviewStageParts {
  readonly record: StudyRecord;
  /** Who can be asked, with what was said for this call; null: nobody. */
  reviewers(said: Readonly<Record<string, unknown>>): ReviewParts | null;
  commit(signal: AbortSignal): Promise<void>;
}

/** The review as a stage of a session: asks, and records what came of it. */
export class ReviewStage {
  /** Found once for each call. */
  private found: { said: Readonly<Record<string, unknown>>; parts: ReviewParts | null } | null = null;

  constructor(private readonly parts: ReviewStageParts) {}

  /** Whether somebody can be asked to read the code before anything runs. */
  due(said: Readonly<Record<string, unknown>>): boolean {
    return (this.reviewers(said)?.reviewers.length ?? 0) > 0;
  }

  /** Who can be asked to judge; null: nobody. */
  judges(said: Readonly<Record<string, unknown>>): ReviewParts | null {
    return this.reviewers(said);
  }

  /** Has the code read by another model; a review that was cut off is due again. */
  async review(said: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
    const { record } = this.parts;
    const { state } = record;
    if (!state.study) return;
    const started = async () => {
      record.happened({ type: 'stage.started', stage: 'review' });
      await this.parts.commit(signal);
    };
    try {
      const parts = this.reviewers(said);
      const heard = parts && { ...parts, ...this.waiting(parts) };
      const end = await reviewStage(state.study, state, heard, started, signal);
      const { outcome, note } = end;
      record.happened(...end.happenings, { type: 'stage.ended', stage: 'review', outcome, note });
    } catch (error) {
      if (!signal.aborted) throw error;
      const note = 'The review was interrupted; it is asked for again.';
      record.happened({ type: 'stage.ended', stage: 'review', outcome: 'waiting', note });
    }
    await this.parts.commit(signal);
  }

  /** That somebody is waited for stands in the record, so that it is seen before VS Code is open. */
  private waiting(parts: ReviewParts): Pick<ReviewParts, 'tell' | 'waits'> {
    const { record } = this.parts;
    let waits = false;
    const happened = (happening: Happening) => {
      record.happened(happening);
      this.parts.commit(new AbortController().signal).catch(() => undefined);
    };
    return {
      waits: (note) => {
        waits = true;
        parts.tell(note);
        happened({ type: 'stage.ended', stage: 'review', outcome: 'waiting', note });
      },
      tell: (sentence) => {
        parts.tell(sentence);
        if (waits) happened({ type: 'stage.started', stage: 'review' });
        waits = false;
      },
    };
  }

  private reviewers(said: Readonly<Record<string, unknown>>): ReviewParts | null {
    if (this.found?.said !== said) this.found = { said, parts: this.parts.reviewers(said) };
    return this.found.parts;
  }
}

/** Reviews of one piece of work before the person decides. */
const maxRounds = 2;

interface StageEnd {
  /** `failed`: a critical finding stops what follows. `skipped`: nobody has read the code. */
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** For stage, results and log. */
  readonly note: string;
  /** What happened besides, to be recorded before the stage's end. */
  readonly happenings: readonly Happening[];
}

/**
 * The review before anything is deployed. What was reviewed already is not sent again; after two rounds with critical
 * findings the person decides (waive, or `bridge review`). Nothing is sent when nobody was chosen.
 */
async function reviewStage(
  study: StudyDeclaration,
  before: { readonly review: ReviewState | null; readonly waivers: Waivers },
  parts: ReviewParts | null,
  started: () => Promise<void>,
  signal: AbortSignal,
): Promise<StageEnd> {
  if (!study.options.codeReview)
    return skipped('Review is switched off (bridge.codeReview), so no other model has read this code.');
  if (parts === null || parts.reviewers.length === 0)
    return skipped('No reviewer is configured, so no other model has read this code.');
  const content = await reviewedContent(study, parts);
  const { review: last, waivers } = before;
  if (last?.hash === content.hash && wasRead(last)) return ended(last, waivers, content.hash, []);
  const round = nextRound(last, waivers);
  if (round > maxRounds && last !== null)
    return {
      outcome: 'failed',
      note: `${describeReview(last, waivers, content.hash)} Two reviews found critical problems: look yourself, then waive them or call "bridge review" for another.`,
      happenings: [],
    };
  await started();
  const outcome = await reviewStudy(content, round, parts, signal);
  for (const sentence of outcome.passed) parts.tell(sentence);
  if (outcome.kind === 'nobody')
    return skipped(
      `No reviewer could be reached, so no other model has read this code. ${outcome.passed.join(' ')}`,
    );
  const { review } = outcome;
  return ended(review, waivers, content.hash, [{ type: 'review.finished', ...review }]);
}

/** A second round follows a first that found something critical; otherwise a review starts anew. */
export function nextRound(last: ReviewState | null, waivers: Waivers): number {
  return last !== null && hasCritical(last, waivers) ? last.round + 1 : 1;
}

function wasRead({ document }: Pick<ReviewState, 'document'>): boolean {
  return document.groundTruth !== null || document.findings.length > 0;
}

function ended(
  review: Parameters<typeof describeReview>[0],
  waivers: Waivers,
  hash: string,
  happenings: readonly Happening[],
): StageEnd {
  const note = describeReview(review, waivers, hash);
  if (!wasRead(review))
    return { outcome: 'skipped', note: `${note} So no other model’s judgement is known.`, happenings };
  return { outcome: hasCritical(review, waivers) ? 'failed' : 'passed', note, happenings };
}

function skipped(note: string): StageEnd {
  return { outcome: 'skipped', note, happenings: [] };
}

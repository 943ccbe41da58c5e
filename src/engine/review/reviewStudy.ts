import { parseReview, type ParsedReview } from '../../core/agents/parseReview';
import { placeFindings } from '../../core/agents/placeFindings';
import { ReviewerFailure, type ModelFamily, type Reviewer, type Traces } from '../../core/agents/ports';
import { reviewJsonSchema, type ReviewDocument } from '../../core/agents/reviewDocument';
import { reviewPrompt } from '../../core/agents/reviewPrompt';
import type { Clock, WorkspaceFiles } from '../../core/ports';
import type { StudyDeclaration } from '../../core/run/declaration';
import type { FinishedReview } from '../../core/run/review';
import { findInput } from '../inputs';
import { bind } from '../stages/checkpoint';
import { type Asked, askReviewer, type Question } from './askReviewer';
import { chooseReviewer, type ChosenReviewer } from './chooseReviewer';
import { readableFiles } from './readableFiles';

/** What a review needs beside the study. */
export interface ReviewParts {
  /** In the order in which they are tried; none: the person chose nobody, and nothing is sent. */
  readonly reviewers: readonly Reviewer[];
  /** Whose model wrote the code; `unknown` where a person did. */
  readonly author: ModelFamily;
  readonly allowSameFamily: boolean;
  readonly deadlineMinutes: number;
  readonly traces: Traces;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
  /** sha256 in hex. */
  hash(text: string): string;
  /** Takes secrets out of what is kept. */
  redact(text: string): string;
  /** Told while nobody can be asked: VS Code has to be open for its own models. Missing: `tell`. */
  waits?(sentence: string): void;
  /** Who reviews, who was passed over, signs of life: for the person, not for the record. */
  tell(sentence: string): void;
}

/** What a review is about: the paths, and the hash of what they hold. */
export interface ReviewedContent {
  readonly hash: string;
  readonly plan: string | null;
  readonly proposal: string | null;
  readonly manifest: string;
  readonly code: readonly string[];
}

export type ReviewOutcome =
  | { readonly kind: 'reviewed'; readonly review: FinishedReview; readonly passed: readonly string[] }
  /** Nobody answered; `passed` says of each why. */
  | { readonly kind: 'nobody'; readonly passed: readonly string[] };

/** The content that a review of this study sees, as it is now. */
export async function reviewedContent(
  study: StudyDeclaration,
  { files, hash }: Pick<ReviewParts, 'files' | 'hash'>,
): Promise<ReviewedContent> {
  const binding = await bind(study, files, hash);
  const proposal = await findInput(files, 'proposal');
  const documents = new Set([study.planPath, study.manifestPath]);
  return {
    ...{ hash: binding.content, plan: study.planPath, manifest: study.manifestPath },
    proposal: proposal?.path ?? null,
    code: Object.keys(binding.files).filter((path) => !documents.has(path)),
  };
}

/**
 * Has another model read the code: the first reviewer that can be reached, and the next where one fails. An answer of
 * which nothing can be read counts only when nobody else has one.
 */
export async function reviewStudy(
  content: ReviewedContent,
  round: number,
  parts: ReviewParts,
  signal: AbortSignal,
): Promise<ReviewOutcome> {
  const passed: string[] = [];
  let unreadable: FinishedReview | null = null;
  let left = parts.reviewers;
  while (left.length > 0) {
    const { author, allowSameFamily, clock } = parts;
    const found = await chooseReviewer(left, author, allowSameFamily, clock, signal, (sentence) =>
      (parts.waits ?? parts.tell)(sentence),
    );
    passed.push(...found.passed);
    const { chosen } = found;
    if (chosen === null) break;
    left = left.slice(left.indexOf(chosen.reviewer) + 1);
    const { card } = chosen;
    parts.tell(`${card.model} reviews the code (${card.carrier}: ${card.client}), round ${round}.`);
    try {
      const asked = await askReviewer(chosen, questionFor(content, round, parts), askParts(parts), signal);
      const review = await finish(content, round, chosen, asked, parts);
      if (review.document.findings.length > 0 || review.document.groundTruth !== null)
        return { kind: 'reviewed', review, passed };
      unreadable ??= review;
      passed.push(`${chosen.reviewer.id}: ${card.model} answered, but nothing of it could be read.`);
    } catch (error) {
      if (!(error instanceof ReviewerFailure) || error.kind === 'cancelled') throw error;
      passed.push(`${chosen.reviewer.id}: ${error.message}`);
    }
  }
  return unreadable ? { kind: 'reviewed', review: unreadable, passed } : { kind: 'nobody', passed };
}

function askParts(parts: ReviewParts) {
  const { traces, clock, deadlineMinutes } = parts;
  return { traces, clock, deadlineMinutes, alive: () => undefined };
}

function questionFor(
  content: ReviewedContent,
  round: number,
  { files }: ReviewParts,
): Question<ParsedReview> {
  const schema = reviewJsonSchema();
  const named = [content.plan, content.proposal, content.manifest].filter((path) => path !== null);
  return {
    ...{ purpose: `review-round-${round}`, prompt: reviewPrompt(content, schema), schema },
    ...{ folder: files.root, named: [...named, ...content.code], read: parseReview },
    files: readableFiles(files, [...named, ...content.code]),
  };
}

async function finish(
  content: ReviewedContent,
  round: number,
  { card, sameFamily }: ChosenReviewer,
  { answer, tracePath }: Asked<ParsedReview>,
  parts: ReviewParts,
): Promise<FinishedReview> {
  const readable = readableFiles(parts.files, []);
  const findings = await placeFindings(
    answer.findings,
    parts.files.root,
    (path) => readable.read(path),
    (text) => parts.hash(text),
  );
  const misplaced = findings.filter((finding) => finding.place !== 'found');
  const clean = (text: string) => parts.redact(text);
  const keep = parts.traces.mode !== 'off';
  const document: ReviewDocument = {
    findings: findings.map((finding) => ({
      ...finding,
      ...{ title: clean(finding.title), why: clean(finding.why), fix: clean(finding.fix) },
    })),
    groundTruth: answer.groundTruth,
    unread: answer.unread !== null && keep ? clean(answer.unread) : null,
    notes: [
      ...answer.notes,
      ...(answer.unread !== null && !keep
        ? ['Part of its answer could not be read, and with traces off it is not kept.']
        : []),
      ...(misplaced.length > 0
        ? [
            `${misplaced.length} of the findings ${misplaced.length === 1 ? 'names a place that is' : 'name places that are'} not in the workspace.`,
          ]
        : []),
    ],
  };
  return {
    ...{ document, reviewer: card.client, carrier: card.carrier, model: card.model, family: card.family },
    ...{ sameFamily, round, hash: content.hash, tracePath },
  };
}

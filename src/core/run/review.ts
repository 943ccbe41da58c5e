import type { Finding, GroundTruth, ReviewDocument, Severity } from '../agents/reviewDocument';
import type { ModelFamily } from '../agents/ports';
import type { Language } from '../results/report/messages';
import { disclosureWords, type DisclosureWords } from './disclosureWords';

/** A review as the journal has it: who, what, and of which content. */
export interface FinishedReview {
  readonly document: ReviewDocument;
  /** The client by its own name and version. */
  readonly reviewer: string;
  /** How it was reached: `codex mcp`. */
  readonly carrier: string;
  readonly model: string;
  readonly family: ModelFamily;
  /** The person let a model of the author's own family judge. */
  readonly sameFamily: boolean;
  /** 1 or 2: after two the person decides. */
  readonly round: number;
  /** Hash of the content that it saw. */
  readonly hash: string;
  /** Relative to the workspace; null: no trace is kept. */
  readonly tracePath: string | null;
}

export interface ReviewState extends FinishedReview {
  readonly at: number;
}

/** A finding that the person decided to live with. */
export interface Waiver {
  readonly finding: string;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
}

export type Waivers = ReadonlyMap<string, Waiver>;

/** Findings that nobody has waived. */
export function openFindings(review: FinishedReview, waivers: Waivers): readonly Finding[] {
  return review.document.findings.filter((finding) => !waivers.has(finding.id));
}

export function hasCritical(review: FinishedReview, waivers: Waivers): boolean {
  return openFindings(review, waivers).some((finding) => finding.severity === 'CRITICAL');
}

/**
 * The sentence that checkpoint, results and log repeat: "Review by gpt-5.4 (codex mcp), round 2: 0 critical, 1 major
 * waived: “…”, because …". `hash` is the content as it is now; null: not known.
 */
export function describeReview(
  review: FinishedReview,
  waivers: Waivers,
  hash: string | null,
  language: Language = 'en',
): string {
  const { document, model, carrier, round, tracePath } = review;
  const words = disclosureWords(language);
  const counts = (['CRITICAL', 'MAJOR', 'MINOR'] as const).flatMap((severity) =>
    describeCount(document.findings, severity, waivers, words),
  );
  const marks = [
    review.sameFamily ? words.sameFamily : '',
    hash !== null && hash !== review.hash ? words.edited : '',
    document.unread === null ? '' : words.unread(tracePath),
    ...document.notes,
  ].filter(Boolean);
  return [words.review(model, carrier, round, counts), ...marks].join(words.gap);
}

function describeCount(
  findings: readonly Finding[],
  severity: Severity,
  waivers: Waivers,
  words: DisclosureWords,
): string[] {
  const all = findings.filter((finding) => finding.severity === severity);
  const waived = all.filter((finding) => waivers.has(finding.id));
  const open = all.length - waived.length;
  const reasons = waived.map(({ id, title }) => ({
    title,
    why: waivers.get(id)!.reason.replace(/[.。\s]+$/, ''),
  }));
  return [
    ...(open > 0 || waived.length === 0 ? [words.open(open, severity)] : []),
    ...(waived.length > 0 ? [words.waived(waived.length, severity, reasons)] : []),
  ];
}

/** Whether the evaluation uses the data set's own labels, by the word of the reviewer; null: nobody was asked. */
export function describeGroundTruth(truth: GroundTruth | null): string {
  if (truth === null) return 'Nobody has checked that the evaluation uses the data set’s own labels.';
  const where = truth.file === null ? '' : ` (${truth.file}${truth.line === null ? '' : `:${truth.line}`})`;
  const answer = {
    yes: `The reviewer says that the evaluation uses the data set’s own labels${where}.`,
    no: `The reviewer says that the evaluation does NOT use the data set’s own labels${where}.`,
    'cannot-tell': `The reviewer cannot tell whether the evaluation uses the data set’s own labels${where}.`,
    'none-by-design': `The study has no labels by design${where}.`,
  }[truth.answer];
  const more = [
    truth.evaluationType === null ? '' : `Kind of evaluation: ${truth.evaluationType}.`,
    truth.sameForAllMethods === false ? 'The ground truth is not the same for all methods.' : '',
    truth.officialScript === 'exists-unused' ? 'The official evaluation script exists and is not used.' : '',
  ].filter(Boolean);
  return [answer, ...more].join(' ');
}

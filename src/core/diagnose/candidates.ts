import { classifyException, classifySentence } from './classify';
import { findExceptions } from './errors';
import { lineRules } from './lineRules';
import type { LogLine } from './logLines';
import { showsProgress } from './progress';
import { matchRule, type Role, type RuleMatch } from './rule';

/** Something in the log that may be why the process ended. */
export interface Candidate extends RuleMatch {
  readonly kind: 'exception' | 'line' | 'sentence';
  readonly exception: string | null;
  /** The error in its own words, with the exception's name. */
  readonly words: string;
  readonly role: Role;
  readonly native: boolean;
  readonly stream: string;
  /** Indexes of the lines: first, deciding, last. */
  readonly from: number;
  readonly at: number;
  readonly to: number;
  readonly traceback: boolean;
  readonly evidence: readonly string[];
}

/** More than any launcher has ranks; a log that holds more exceptions than this survived them. */
const exceptionsKept = 400;
const lineRulesReach = 2000;
const sentencesReach = 300;
/** So close to its end a log's every line is read as a sentence about the failure. */
const lastWords = 15;
const loggedAsError = /^\W{0,3}(?:error|critical|fatal)\b|.{0,80}\b(?:ERROR|CRITICAL|FATAL)\b/;
const loggedAsLess = /\b(?:warn(?:ing)?|info|debug|retry(?:ing)?|note)\b/i;

/** All candidates of a log, in the order of their deciding lines, and which lines are parts of exceptions. */
export function findCandidates(lines: readonly LogLine[]): {
  candidates: Candidate[];
  covered: ReadonlySet<number>;
} {
  const covered = new Set<number>();
  const candidates: Candidate[] = [];
  const exceptions = findExceptions(lines);
  exceptions.forEach((error, place) => {
    for (let at = error.from; at <= error.to; at++) if (lines[at]?.stream === error.stream) covered.add(at);
    if (error.harmless || place < exceptions.length - exceptionsKept) return;
    const classified = classifyException(error);
    const shown = classified.shownBy;
    const says = (name: string | null, head: string, rest: string): string => {
      const said =
        head.length > 0 && !/:$|^caught \w+ in/i.test(head) ? head : firstSaying(rest, classified) || head;
      return said ? `${name}: ${said}` : (name ?? '');
    };
    const own = says(error.exception, error.head, error.rest);
    candidates.push({
      ...classified,
      kind: 'exception',
      exception: error.quotedBy ?? error.exception,
      words: shown === error ? own : `${own} (caused by ${says(shown.exception, shown.head, shown.rest)})`,
      role: classified.rule.role ?? 'cause',
      native: error.exception?.includes('::') ?? false,
      stream: error.stream,
      from: error.from,
      at: shown.at,
      to: error.to,
      traceback: error.traceback,
      evidence: [
        ...(shown === error ? [] : message(lines, shown.at, shown.to)),
        ...error.frame,
        ...message(lines, error.at, error.to),
      ],
    });
  });
  lines.forEach((line, at) => {
    if (covered.has(at) || line.text === '' || at < lines.length - lineRulesReach) return;
    const found = matchRule(lineRules, null, line.text);
    if (found) candidates.push(ofLine(found, 'line', null, line, at));
    else if (at >= lines.length - sentencesReach && loggedAsError.test(line.text)) pushSentence(line, at);
  });
  let words = 0;
  for (let at = lines.length - 1; at >= 0 && words < lastWords; at--) {
    const line = lines[at];
    if (!line || line.text === '' || covered.has(at)) continue;
    words++;
    if (!candidates.some((candidate) => candidate.at === at)) pushSentence(line, at);
  }
  return { candidates: candidates.sort((a, b) => a.at - b.at), covered };

  function pushSentence(line: LogLine, at: number): void {
    if (loggedAsLess.test(line.text) || showsProgress(line.text)) return;
    const found = classifySentence(line.text);
    if (found) candidates.push(ofLine(found, 'sentence', found.exception, line, at));
  }
}

function ofLine(
  found: RuleMatch,
  kind: 'line' | 'sentence',
  exception: string | null,
  line: LogLine,
  at: number,
): Candidate {
  return {
    ...found,
    kind,
    exception,
    words: line.text.trim(),
    role: found.rule.role ?? 'cause',
    native: false,
    stream: line.stream,
    from: at,
    at,
    to: at,
    traceback: false,
    evidence: [line.text],
  };
}

/** The line of a long message that made the rule fit, or its first. */
function firstSaying(rest: string, { rule }: RuleMatch): string {
  const said = rest.split('\n').filter((line) => /\w/.test(line));
  return said.find((line) => rule.text?.test(line)) ?? said[0] ?? '';
}

function message(lines: readonly LogLine[], at: number, to: number): string[] {
  const stream = lines[at]?.stream;
  const all = lines.slice(at, to + 1).filter((line) => line.stream === stream && line.text !== '');
  const texts = all.map((line) => line.text);
  return texts.length <= 6 ? texts : [...texts.slice(0, 3), ...texts.slice(-3)];
}

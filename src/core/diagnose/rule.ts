import type { FailureClass } from '../run/failure';

/**
 * How an error stands to the others around it.
 * - cause: what it says is what went wrong.
 * - verdict: the scheduler or the kernel says why it ended the process; nothing the process printed knows better.
 * - consequence: reports that something else failed (a parent of a failed child, a peer of a lost rank); an earlier cause is preferred.
 * - interrupt: says only that the process was stopped from outside; the exit code may know why.
 */
export type Role = 'cause' | 'verdict' | 'consequence' | 'interrupt';

/**
 * One piece of general knowledge about errors. A list of rules is read from its top and the first that fits
 * counts. `{name}` in `summary` and `advice` stands for the named group `name` of `text`.
 * Patterns are tried on one bounded text; keep every repetition bounded or over one class of characters.
 */
export interface Rule {
  readonly class: FailureClass;
  /** Names of exceptions without module, in lower case. Together with `text` both must fit. */
  readonly exceptions?: readonly string[];
  /** Tried on `Name: message` of an exception, or on a line of the log. */
  readonly text?: RegExp;
  /** Default: cause. */
  readonly role?: Role;
  /** What happened, in a few words that can stand before "at step 210". */
  readonly summary: string;
  /** What a person can do next, one sentence. */
  readonly advice: string;
}

export interface RuleMatch {
  readonly rule: Rule;
  readonly summary: string;
  readonly advice: string;
}

/** The first rule that fits the text of an error, with its words filled in. `exception` is without module; null for a plain line. */
export function matchRule(rules: readonly Rule[], exception: string | null, text: string): RuleMatch | null {
  const name = exception?.toLowerCase() ?? null;
  for (const rule of rules) {
    if (rule.exceptions && (name === null || !rule.exceptions.includes(name))) continue;
    const found = rule.text?.exec(text);
    if (rule.text && !found) continue;
    if (!rule.text && name === null) continue;
    const groups = found?.groups ?? {};
    return { rule, summary: fill(rule.summary, groups), advice: fill(rule.advice, groups) };
  }
  return null;
}

function fill(words: string, groups: Readonly<Record<string, string | undefined>>): string {
  return words.replace(/\{(\w+)\}/g, (_, name: string) => groups[name] ?? 'it');
}

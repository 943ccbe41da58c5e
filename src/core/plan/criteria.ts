import { anyComparison } from './criterionWords';
import { readCriterion } from './criterion';
import type { Condition, Criterion, SuccessCriterion } from './model';

const joint = new RegExp(
  String.raw`\s*(?:[;；]|[,，]?\s*\b(?:and|AND)\b|&&|[,，]?\s*(?:并且|同时|而且|且))\s*|\s*[,，]\s*(?=[^,，]*${anyComparison})`,
  'i',
);
const orElse = /\bor\b|或/i;
/** "and over momentum": the same condition against another system. */
const alsoAgainst = /^(?:over|vs\.?|versus|than|against)\s+(?:the\s+)?(?<reference>[\w\s.+/-]{1,50})$/i;
/** A bare name of a measure: "precision and recall > 0.9". */
const measureOnly = /^(?:both\s+)?(?<metric>[\p{L}][\p{L}\d@_/-]*(?:\s[\p{L}\d@_/-]+){0,2})$/u;
const mostConditions = 8;

/**
 * What a program can judge of a criterion's text: one condition, or several that must all hold ("accuracy > 0.9 and ECE <
 * 0.05"). A text of which any part cannot be read, or with an "or", stays text whole: half of what the author asked for
 * is another question.
 */
export function readCriteria(text: string): Pick<SuccessCriterion, 'criterion' | 'all'> {
  const criterion = readCriterion(text);
  if (criterion !== null) return { criterion };
  const plain = text
    .replace(/[*`]/g, '')
    .replace(/\([^()]*\)|（[^（）]*）/g, ' ')
    .trim();
  const parts = plain
    .replace(/[.。]\s*$/, '')
    .split(joint, 2 * mostConditions)
    .map((part) => part.replace(/^both\s+/i, '').trim())
    .filter((part) => part !== '');
  if (parts.length < 2 || parts.length > mostConditions || orElse.test(plain)) return { criterion: null };
  const all = conditions(parts);
  return all === null ? { criterion: null } : { criterion: null, all };
}

function conditions(parts: readonly string[]): readonly Condition[] | null {
  const found: Condition[] = [];
  /** Names of measures that wait for the condition that is said once, at the end. */
  let waiting: string[] = [];
  for (const part of parts) {
    const reference = alsoAgainst.exec(part)?.groups?.['reference'];
    const before: Criterion | undefined = found.at(-1)?.criterion;
    if (reference !== undefined && before?.reference != null) {
      found.push({ text: part, criterion: { ...before, reference } });
      continue;
    }
    const criterion = readCriterion(part);
    if (criterion !== null) {
      for (const metric of waiting) found.push({ text: metric, criterion: { ...criterion, metric } });
      waiting = [];
      found.push({ text: part, criterion });
      continue;
    }
    const metric = measureOnly.exec(part)?.groups?.['metric'];
    if (metric === undefined) return null;
    waiting.push(metric);
  }
  return waiting.length > 0 ? null : found;
}

/** Whether a program can judge it. */
export function isJudgeable({ criterion, all }: Pick<SuccessCriterion, 'criterion' | 'all'>): boolean {
  return criterion !== null || all !== undefined;
}

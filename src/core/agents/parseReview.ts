import * as v from 'valibot';
import { findJson } from './findJson';
import {
  readFinding,
  readGroundTruth,
  type GroundTruth,
  type RawFinding,
  severities,
} from './reviewDocument';

/** More findings than anybody reads are not shown one by one; the worst come first. */
const maxFindings = 200;
/** Characters of one field. */
const maxField = 6000;
/** Characters of what could not be read that are kept in the record; a trace has all of it. */
const maxUnread = 64 * 1024;

export interface ParsedReview {
  /** Whether everything that was asked for was there and could be read. */
  readonly fits: boolean;
  readonly findings: readonly RawFinding[];
  readonly groundTruth: GroundTruth | null;
  /** What is wrong with the answer, one clause a thing: what the reviewer is told when it is asked again. */
  readonly wrong: readonly string[];
  /** The text, or the part of it, that could not be read. */
  readonly unread: string | null;
  readonly notes: readonly string[];
}

/**
 * Reads a reviewer's answer. Spelling that cannot be misunderstood (`critical`, "12", a missing `endLine`) is taken;
 * what is not what was asked for is kept verbatim and never guessed at.
 */
export function parseReview(text: string): ParsedReview {
  const found = findJson(text);
  const value = found.kind === 'found' ? found.value : null;
  if (typeof value !== 'object' || value === null || !('findings' in value)) {
    const why = found.kind === 'none' ? found.why : 'it is not an object with "findings" and "groundTruth"';
    return {
      ...{ fits: false, findings: [], groundTruth: null, notes: [] },
      ...{ wrong: [text.trim() === '' ? 'it is empty' : why], unread: cut(text, maxUnread) },
    };
  }
  const wrong: string[] = [];
  const notes: string[] = [];
  const unread: string[] = [];
  const findings: RawFinding[] = [];
  const list: unknown = value.findings;
  if (!Array.isArray(list)) {
    wrong.push('"findings" is not a list');
    unread.push(JSON.stringify(list));
  }
  for (const [index, each] of (Array.isArray(list) ? (list as unknown[]) : []).entries()) {
    const parsed = v.safeParse(readFinding, normaliseFinding(each));
    if (parsed.success) findings.push(shorten(parsed.output));
    else {
      if (wrong.length < 10) wrong.push(`findings[${index}]: ${describeIssues(parsed.issues)}`);
      unread.push(JSON.stringify(each, null, 2));
    }
  }
  const truth = v.safeParse(
    readGroundTruth,
    normaliseTruth('groundTruth' in value ? value.groundTruth : undefined),
  );
  if (!truth.success) {
    wrong.push(`groundTruth: ${describeIssues(truth.issues)}`);
    if ('groundTruth' in value) unread.push(JSON.stringify(value.groundTruth, null, 2));
  }
  const rank = (finding: RawFinding) => severities.indexOf(finding.severity);
  findings.sort((one, other) => rank(one) - rank(other));
  if (findings.length > maxFindings)
    notes.push(
      `The reviewer named ${findings.length} findings; the ${maxFindings} worst are shown, the trace has them all.`,
    );
  return {
    fits: wrong.length === 0,
    findings: findings.slice(0, maxFindings),
    groundTruth: truth.success ? truth.output : null,
    wrong,
    unread: unread.length > 0 ? cut(unread.join('\n\n'), maxUnread) : null,
    notes,
  };
}

function normaliseFinding(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const each = value as Record<string, unknown>;
  return {
    ...each,
    severity: typeof each.severity === 'string' ? each.severity.trim().toUpperCase() : each.severity,
    check: typeof each.check === 'string' ? each.check.trim().toLowerCase().replaceAll('_', '-') : each.check,
    line: asLine(each.line),
    endLine: asLine(each.endLine) ?? null,
    patch: typeof each.patch === 'string' && each.patch.trim() !== '' ? each.patch : null,
  };
}

function normaliseTruth(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const each = value as Record<string, unknown>;
  return {
    ...each,
    answer:
      typeof each.answer === 'string'
        ? each.answer
            .trim()
            .toLowerCase()
            .replaceAll(/[\s_]+/g, '-')
        : each.answer,
    evaluationType: each.evaluationType ?? null,
    sameForAllMethods: each.sameForAllMethods ?? null,
    officialScript: each.officialScript ?? null,
    file: each.file ?? null,
    line: asLine(each.line) ?? null,
  };
}

function asLine(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
}

function shorten(finding: RawFinding): RawFinding {
  const { patch } = finding;
  return {
    ...finding,
    file: cut(finding.file, 1000),
    title: cut(finding.title, 400),
    why: cut(finding.why, maxField),
    fix: cut(finding.fix, maxField),
    // Half a patch is no patch.
    patch: patch !== null && patch.length > maxField * 4 ? null : patch,
  };
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… [${text.length - limit} characters more]`;
}

function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues
    .slice(0, 4)
    .map((issue) => {
      const path = v.getDotPath(issue);
      return `${path === null ? '' : `${path}: `}${issue.message}`;
    })
    .join('; ');
}

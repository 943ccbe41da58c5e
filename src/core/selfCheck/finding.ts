import type { Finding as ReviewFinding } from '../agents/reviewDocument';

/**
 * What the program found, in the shape in which reviewers answer, so that both stand in one list. `file` has forward
 * slashes; `line` counts from 1, of a notebook in its JSON text; `why` names the steps and lines that lead there.
 */
export type Finding = Omit<ReviewFinding, 'id' | 'patch' | 'place'>;

/** A file that was not read, and the reason as half a sentence (`is larger than 2 MB`). */
export interface Skipped {
  readonly file: string;
  readonly reason: string;
}

const rank = { CRITICAL: 0, MAJOR: 1, MINOR: 2 } as const;

/** Worst first, then by file and line. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      rank[a.severity] - rank[b.severity] ||
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      a.line - b.line ||
      (a.title < b.title ? -1 : a.title > b.title ? 1 : 0),
  );
}

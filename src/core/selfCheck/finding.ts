/** The shape in which reviewers answer, so that findings of the program and of a model stand in one list. */
export interface Finding {
  readonly severity: 'CRITICAL' | 'MAJOR' | 'MINOR';
  /** Relative to the workspace, with forward slashes. */
  readonly file: string;
  /** 1-based; of a notebook the line of its JSON text. */
  readonly line: number;
  /** 1-based and included. */
  readonly endLine: number;
  readonly title: string;
  /** What was seen, with the steps and lines that lead there. */
  readonly why: string;
  readonly fix: string;
  readonly check: 'method' | 'hyperparameters' | 'logic' | 'metric' | 'ground-truth' | 'stability';
}

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

/** A place in a text. Lines and columns count from 1; columns and offsets count UTF-16 code units. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A half-open piece of a text: `end` is the position after its last character. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

export type Severity = 'error' | 'warning' | 'info';

/**
 * Something about an input that a person should know: what is wrong, where, and what to do.
 * `code` names the kind for quick fixes and tests (`plan.no-runs`); it is never shown alone.
 */
export interface Problem {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly span: Span | null;
  /** Path relative to the workspace; null where the problem belongs to the text at hand. */
  readonly file: string | null;
}

/** `file:line:column: message`, the form that terminals and editors turn into a link. */
export function describeProblem(problem: Problem, file: string | null = problem.file): string {
  const at = problem.span ? `:${problem.span.start.line}:${problem.span.start.column}` : '';
  return file === null ? problem.message : `${file}${at}: ${problem.message}`;
}

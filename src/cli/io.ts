/** What a verb of the headless host may touch of the terminal; tests give their own. */
export interface CliIo {
  /** The answer itself: with `--json` one JSON document and nothing else. */
  out(text: string): void;
  /** Everything that is not the answer: progress, problems, hints. */
  note(text: string): void;
  /** Absolute path that relative arguments start from (`--workspace`). */
  resolve(path: string, workspace: string): string;
}

/** Exit codes of `bridge`, which other programs rely on. */
export const exitCode = {
  done: 0,
  failed: 1,
  wrongInput: 2,
  missingEnvironment: 3,
  interrupted: 130,
} as const;

/**
 * Ends a verb with a message for the person and an exit code. The message names file, line and column where
 * there are any; no stack trace is shown.
 */
export class CliError extends Error {
  constructor(
    message: string,
    readonly code: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CliError';
  }
}

import type { Clock, WorkspaceFiles } from '../core/ports';

/** How long to wait before something that had no room is tried again. */
const retryMs = 2000;

/** What passes by itself or by a person's hand: no room, too much at once, a disk that fails. */
const transient = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'EIO']);

export interface PatienceParts {
  readonly clock: Clock;
  complain(sentence: string): void;
}

/** Does something, and does it again while it fails for want of room; says so once. Anything else is thrown. */
export async function patiently<T>(
  what: string,
  act: () => Promise<T>,
  parts: PatienceParts,
  signal: AbortSignal,
): Promise<T> {
  for (let said = false; ; said = true) {
    try {
      return await act();
    } catch (error) {
      if (signal.aborted || !isTransient(error)) throw error;
      if (!said) parts.complain(`${what}${(error as Error).message}. Runs go on; Bridge tries again.`);
      await parts.clock.sleep(retryMs, signal);
    }
  }
}

function isTransient(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: unknown };
  return code !== undefined ? transient.has(code) : cause instanceof Error && isTransient(cause);
}

/** Files of a workspace whose disk may be full for a while. */
export class PatientFiles implements WorkspaceFiles {
  readonly root: string;
  /** Ends the waiting; the error is thrown then. */
  signal = new AbortController().signal;

  constructor(
    private readonly files: WorkspaceFiles,
    private readonly parts: PatienceParts,
  ) {
    this.root = files.root;
  }

  write(path: string, text: string): Promise<void> {
    const act = () => this.files.write(path, text);
    return patiently('', act, this.parts, this.signal);
  }

  read(path: string): Promise<string | null> {
    return this.files.read(path);
  }

  exists(path: string): Promise<boolean> {
    return this.files.exists(path);
  }

  list(folder: string): Promise<readonly string[]> {
    return this.files.list(folder);
  }

  hash(path: string): Promise<string | null> {
    return this.files.hash(path);
  }

  codeHashes(
    excluded: readonly string[],
    named: readonly string[],
  ): Promise<Readonly<Record<string, string>>> {
    return this.files.codeHashes(excluded, named);
  }
}

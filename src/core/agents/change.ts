import { applyPatch, structuredPatch, type StructuredPatchHunk } from 'diff';
import type { ChangedFileFact } from '../run/agentsEvent';

/** A file that an agent made, changed or removed. Texts are null where there is none. */
export interface ChangedFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** One place of a file's change, with three lines around it. */
export type Hunk = StructuredPatchHunk;

/** The places where a file changes, in order; a decision names them by their index. */
export function hunksOf({ path, before, after }: ChangedFile): readonly Hunk[] {
  return structuredPatch(path, path, before ?? '', after ?? '', '', '', { context: 3 }).hunks;
}

/** The place that a line (counted from 1) of one side lies in, by its index; null: the line is in none. */
export function hunkAt(hunks: readonly Hunk[], side: 'before' | 'after', line: number): number | null {
  const index = hunks.findIndex(({ oldStart, oldLines, newStart, newLines }) => {
    const [start, count] = side === 'before' ? [oldStart, oldLines] : [newStart, newLines];
    return line >= start && line < start + Math.max(1, count);
  });
  return index < 0 ? null : index;
}

/** The file with only some of its hunks; null: they do not fit. All of a file's hunks make what it becomes. */
export function withHunks(file: ChangedFile, chosen: readonly number[]): string | null {
  const hunks = hunksOf(file).filter((_, index) => chosen.includes(index));
  const patch = structuredPatch(file.path, file.path, '', '', '', '');
  const text = applyPatch(file.before ?? '', { ...patch, hunks });
  return text === false ? null : text;
}

/** The file's part of a unified diff, as git writes it. */
export function unifiedDiff(file: ChangedFile): string {
  const { path, before, after } = file;
  const lines = hunksOf(file).flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
  return [
    `diff --git a/${path} b/${path}`,
    `--- ${before === null ? '/dev/null' : `a/${path}`}`,
    `+++ ${after === null ? '/dev/null' : `b/${path}`}`,
    ...lines,
    '',
  ].join('\n');
}

/** What the record says of a file. `refused`: why it cannot be taken. */
export function describeChangedFile(
  file: ChangedFile,
  refused: string | null,
  hash: (text: string) => string,
): ChangedFileFact {
  const hunks = hunksOf(file);
  const count = (mark: string) =>
    hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.startsWith(mark)).length, 0);
  return {
    path: file.path,
    before: file.before === null ? null : hash(file.before),
    after: file.after === null ? null : hash(file.after),
    ...{ added: count('+'), removed: count('-'), hunks: hunks.length, refused },
  };
}

/** Which parts of a change are wanted: null files: all; `hunks`: of these files only those. */
export interface TakeChoice {
  readonly files: readonly string[] | null;
  readonly hunks: Readonly<Record<string, readonly number[]>> | null;
}

export interface Taken {
  readonly written: readonly string[];
  /** Edited in the workspace meanwhile: left alone. */
  readonly conflicts: readonly string[];
  /** Not an agent's to change. */
  readonly refused: readonly string[];
  /** Written with some of their hunks; the others still wait. */
  readonly partly: readonly string[];
}

/** Where proposed changes are kept: `.bridge/changes/<id>/`. */
export interface ChangeStore {
  /** Durable when it resolves. */
  keep(id: string, files: readonly ChangedFile[]): Promise<void>;
  /** The files as they are proposed now; what was taken already is no part of it any more. Empty: no such change. */
  read(id: string): Promise<readonly ChangedFile[]>;
  /** The unified diff as it was proposed; null: there is no such change. */
  patch(id: string): Promise<string | null>;
  /** Makes durable what is about to be written. */
  prepare(id: string, choice: TakeChoice): Promise<void>;
  /** Writes what was prepared; doing it again after a crash writes nothing twice. */
  take(id: string, refuse: (path: string) => string | null): Promise<Taken>;
}

/** Where requests lie while they wait for a person, with their exact command and diffs: `.bridge/asks/<id>.json`. */
export interface AskStore<T> {
  put(id: string, request: T): Promise<void>;
  remove(id: string): Promise<void>;
}

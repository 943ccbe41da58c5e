import type { Manifest } from '../manifest/model';
import type { Plan, Tracker } from '../plan/model';

export type DocumentKind = 'plan' | 'tracker' | 'manifest';

/** A document of a study as it stands now: its path relative to the workspace, and its text. */
export interface StudyDocument {
  readonly kind: DocumentKind;
  readonly file: string;
  readonly text: string;
}

/** The documents of a study and what was read in them. Everything that links them is computed from this. */
export interface StudyDocuments {
  readonly plan: (StudyDocument & { readonly read: Plan }) | null;
  readonly tracker: (StudyDocument & { readonly read: Tracker }) | null;
  readonly manifest: (StudyDocument & { readonly read: Manifest }) | null;
}

/** A half-open piece of a file, in UTF-16 offsets of its text. */
export interface FileRange {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

export type SubjectKind = 'run' | 'milestone' | 'block';

/** What an id stands for. Runs of a template are runs like others. */
export interface Subject {
  readonly kind: SubjectKind;
  readonly id: string;
}

/** A place where a run, milestone or block is named. */
export interface Mention extends FileRange, Subject {
  /**
   * `row` and `entry` say what the run is; `range` stands for several runs (`R001-R003`), of which this is one; `word`
   * names it anywhere else; `code` names it inside a command, a path or a code block, which renaming leaves alone.
   */
  readonly role: 'row' | 'entry' | 'key' | 'range' | 'word' | 'code';
}

/** A change of a file's text: what stands from `from` to `to` becomes `text`. */
export interface FileEdit extends FileRange {
  readonly text: string;
}

export function documentsOf(documents: StudyDocuments): readonly StudyDocument[] {
  return [documents.plan, documents.tracker, documents.manifest].filter((each) => each !== null);
}

export function documentOf(documents: StudyDocuments, file: string): StudyDocument | null {
  return documentsOf(documents).find((each) => each.file === file) ?? null;
}

import { schemaAt, resolveSchema } from '../manifest/schema';
import { manifestCursor } from '../manifest/cursor';
import { anchorsOf } from './anchors';
import { completeManifest } from './completion';
import { fixesFor, type FixableProblem } from './fixes';
import { foldsOf } from './folds';
import { mentionAt, mentionsOf } from './mentions';
import {
  documentOf,
  type FileRange,
  type Mention,
  type StudyDocument,
  type StudyDocuments,
  type Subject,
} from './model';
import { pathAt, scriptsIn, type WrittenPath } from './paths';
import { leftAsTheyAre, mayRename, renameRun } from './renameRun';
import { runRecords } from './runRecords';
import { symbolsOf } from './symbols';

/** What stands at a place of a document. */
export interface AtPlace {
  readonly mention: Mention | null;
  readonly path: WrittenPath | null;
  /** What the schema says of a key of the manifest, where the place is on one. */
  readonly key: {
    readonly name: string;
    readonly description: string;
    readonly from: number;
    readonly to: number;
  } | null;
}

/** Where a run is said to be what it is, and what it starts and writes. */
export interface RunPlaces {
  readonly rows: readonly FileRange[];
  readonly entry: FileRange | null;
  readonly scripts: readonly string[];
  readonly outputs: readonly string[];
  readonly cwd: string;
  /** What the run table says of it: purpose, system, metrics; empty where there is no row. */
  readonly about: readonly string[];
  readonly status: string;
}

type Place = { readonly file: string; readonly offset: number };
type InFile = { readonly file: string };

const inFile = <Answer>(
  documents: StudyDocuments,
  file: string,
  none: Answer,
  answer: (document: StudyDocument) => Answer,
): Answer => {
  const document = documentOf(documents, file);
  return document === null ? none : answer(document);
};

/**
 * Everything that an editor asks of a study's documents. Questions and answers are plain data, so that they can be
 * answered in another thread while a person types in a document of a megabyte.
 */
export const questions = {
  anchors: (documents: StudyDocuments, { file }: InFile) =>
    inFile(documents, file, [], (document) => anchorsOf(documents, document)),
  symbols: (documents: StudyDocuments, { file }: InFile) =>
    inFile(documents, file, [], (document) => symbolsOf(documents, document)),
  folds: (documents: StudyDocuments, { file }: InFile) =>
    inFile(documents, file, [], (document) => foldsOf(documents, document)),
  at: (documents: StudyDocuments, { file, offset }: Place): AtPlace | null =>
    inFile<AtPlace | null>(documents, file, null, (document) => ({
      mention: mentionAt(documents, document, offset),
      path: pathAt(document.text, offset),
      key: document.kind === 'manifest' ? keyAt(document.text, offset) : null,
    })),
  mentions: (documents: StudyDocuments, subject: Subject) => mentionsOf(documents, subject),
  run: (documents: StudyDocuments, { id }: { readonly id: string }): RunPlaces | null =>
    runPlaces(documents, id),
  complete: (documents: StudyDocuments, { file, offset }: Place) =>
    inFile(documents, file, null, (document) => completeManifest(documents, document, offset)),
  fixes: (
    documents: StudyDocuments,
    { file, problems }: InFile & { readonly problems: readonly FixableProblem[] },
  ) => problems.map((problem) => fixesFor(documents, file, problem)),
  mayRename: (documents: StudyDocuments, { id }: { readonly id: string }) => mayRename(documents, id),
  rename: (documents: StudyDocuments, { id, to }: { readonly id: string; readonly to: string }) => ({
    renaming: renameRun(documents, id, to),
    left: leftAsTheyAre(documents, id).length,
  }),
} as const;

export type Questions = typeof questions;
export type QuestionName = keyof Questions;
export type AskedOf<Name extends QuestionName> = Parameters<Questions[Name]>[1];
export type AnswerOf<Name extends QuestionName> = ReturnType<Questions[Name]>;

function runPlaces(documents: StudyDocuments, id: string): RunPlaces | null {
  const record = runRecords(documents).get(id);
  if (!record) return null;
  const { entry, rows } = record;
  const job = entry?.job;
  const row = rows[0]?.row;
  return {
    rows: rows.map(
      ({ file, id: place, row }) => place ?? { file, from: row.span.start.offset, to: row.span.end.offset },
    ),
    entry: entry && {
      file: entry.file,
      from: entry.entry.id?.from ?? entry.entry.from,
      to: entry.entry.id?.to ?? entry.entry.to,
    },
    scripts: job ? scriptsIn(job.command) : [],
    outputs: job ? [...new Set([...job.metrics.map(({ file }) => file), ...job.expectedOutputs])] : [],
    cwd: job?.cwd ?? '.',
    about: [row?.milestone, row?.purpose, row?.system].filter((each) => each != null),
    status: row?.statusCell?.text ?? '',
  };
}

function keyAt(text: string, offset: number): AtPlace['key'] {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const word = /[\w-]*$/.exec(text.slice(start, offset))![0];
  const rest = /^[\w-]*/.exec(text.slice(offset))![0];
  const from = offset - word.length;
  const to = offset + rest.length;
  const name = text.slice(from, to);
  if (name === '' || !/^["']?\s*:(?:\s|$)/.test(text.slice(to, to + 20))) return null;
  const cursor = manifestCursor(text, from);
  if (cursor === null || cursor.key !== null) return null;
  const schema = schemaAt([...cursor.path, name]);
  const description = schema === null ? undefined : resolveSchema(schema).description;
  return description === undefined ? null : { name, description, from, to };
}

import {
  addEntries,
  asList,
  emptyManifest,
  handToShell,
  nearestWord,
  quotePlaceholders,
  type NewEntry,
} from '../manifest/quickFixes';
import { schemaAt } from '../manifest/schema';
import type { TrackerRow } from '../plan/model';
import { addRows, mendDelimiter, writeStatus, type NewRow } from '../plan/quickFixes';
import { seedLine } from '../plan/seeds';
import type { Problem } from '../text/span';
import { likeness, runsWithoutRow } from './checks';
import { metricNames } from './completion';
import { documentOf, type FileEdit, type StudyDocument, type StudyDocuments } from './model';
import { runRecords, type RunRecord } from './runRecords';

export type FixKind =
  | 'seedLine'
  | 'status'
  | 'createRows'
  | 'createEntries'
  | 'quotePlaceholders'
  | 'list'
  | 'shellPlaceholder'
  | 'tableDelimiter'
  | 'useId'
  | 'useKey';

/** A mend of a problem. `subject` is what it is about, for the words: an id, a status, a number of runs. */
export interface Fix {
  readonly kind: FixKind;
  readonly subject: string;
  readonly edits: readonly FileEdit[];
  /** A file that does not exist yet and is written whole. */
  readonly create: { readonly file: string; readonly text: string } | null;
  /** The one that is most likely meant. */
  readonly preferred: boolean;
}

export type FixableProblem = Pick<Problem, 'code' | 'span'>;

const places = { tracker: 'EXPERIMENT_TRACKER.md', manifest: 'experiments.yaml' } as const;

/** The mends of a problem that stands in a file; none where only its author knows. */
export function fixesFor(documents: StudyDocuments, file: string, problem: FixableProblem): readonly Fix[] {
  const document = documentOf(documents, file);
  if (document === null || problem.span === null) return [];
  const { text } = document;
  const from = problem.span.start.offset;
  const to = problem.span.end.offset;
  const fix = (
    kind: FixKind,
    subject: string,
    edit: { from: number; to: number; text: string } | null,
  ): Fix[] =>
    edit === null ? [] : [{ kind, subject, edits: [{ file, ...edit }], create: null, preferred: true }];

  switch (problem.code) {
    case 'plan.no-seeds': {
      const block = documents.plan?.read.blocks.find(({ span }) => span.start.offset === from);
      if (!block || !documents.plan) return [];
      const { at, line } = seedLine(text, block, documents.plan.read);
      return fix('seedLine', block.id, { from: at, to: at, text: newlineOf(text) + line });
    }
    case 'plan.run-without-row': {
      const milestone = documents.plan?.read.milestones.find(({ span }) => span.start.offset === from);
      const missing = runsWithoutRow(documents, milestone?.runs ?? []);
      return createRows(documents, missing);
    }
    case 'tracker.no-job': {
      const row = rowAt(document, documents, from);
      const all = [...runRecords(documents).values()].filter(lacksEntry);
      const own = row === undefined ? [] : createEntries(documents, [row.id]);
      return all.length < 2
        ? own
        : [
            ...own,
            ...createEntries(
              documents,
              all.map(({ id }) => id),
            ),
          ];
    }
    case 'manifest.unknown-run':
    case 'manifest.unlisted-run': {
      const here = documents.manifest?.read.jobs.filter(({ span }) => span?.start.offset === from) ?? [];
      return createRows(
        documents,
        here.map(({ id }) => id),
      );
    }
    case 'tracker.row-without-status':
    case 'tracker.unknown-status': {
      const row = rowAt(document, documents, from, problem.code === 'tracker.unknown-status');
      if (row === undefined) return [];
      const words = problem.code === 'tracker.unknown-status' ? ['TODO', 'DONE', 'SKIPPED'] : ['TODO'];
      return words.flatMap((word, index) =>
        fix('status', word, statusEdit(text, row, word)).map((each) => ({ ...each, preferred: index === 0 })),
      );
    }
    case 'table.delimiter':
      return fix('tableDelimiter', '', mendDelimiter(text, from));
    case 'link.id-differs':
      return useListedId(documents, document, from, to);
    case 'manifest.list':
      return fix('list', text.slice(from, to).slice(0, 40), asList(text, from, to));
    case 'manifest.unquoted-placeholder':
      return fix('quotePlaceholders', '', quotePlaceholders(text, from));
    case 'manifest.placeholder': {
      const names = [...text.slice(from, to).matchAll(/(?<!\$)\$\{(\w+)\}/g)].map((match) => match[1]!);
      const known = new Set(gridKeysAround(documents, from));
      const name = names.find((each) => !known.has(each) && each !== 'GPU');
      return name === undefined ? [] : fix('shellPlaceholder', name, handToShell(text, from, to, name));
    }
    case 'manifest.unknown-key': {
      const word = text.slice(from, to);
      const indented =
        text.slice(text.lastIndexOf('\n', from - 1) + 1, from).trim() !== '' ||
        /^\s/.test(text.slice(text.lastIndexOf('\n', from - 1) + 1));
      const paths = indented
        ? [
            ['jobs', '-'],
            ['phases', '-'],
          ]
        : [[]];
      const known = paths.flatMap((path) => Object.keys(schemaAt(path)?.properties ?? {}));
      const nearest = nearestWord(word, known);
      return nearest === null ? [] : fix('useKey', nearest, { from, to, text: nearest });
    }
    default:
      return [];
  }
}

function rowAt(
  { kind }: StudyDocument,
  { plan, tracker }: StudyDocuments,
  offset: number,
  inCell = false,
): TrackerRow | undefined {
  const rows = (kind === 'tracker' ? tracker?.read.rows : plan?.read.runs) ?? [];
  return rows.find(({ span, statusCell }) =>
    inCell ? statusCell?.span.start.offset === offset : span.start.offset === offset,
  );
}

function statusEdit(text: string, row: TrackerRow, word: string) {
  const written = writeStatus(text, row, word);
  if (written === null) return null;
  // The smallest piece that differs, so that the rest keeps its place in the editor.
  let from = 0;
  while (from < text.length && text[from] === written[from]) from++;
  let end = 0;
  while (end < Math.min(text.length, written.length) - from && text.at(-1 - end) === written.at(-1 - end))
    end++;
  return { from, to: text.length - end, text: written.slice(from, written.length - end) };
}

const lacksEntry = ({ rows, entry }: RunRecord): boolean =>
  entry === null && rows.length > 0 && rows[0]!.row.status !== 'cancelled' && rows[0]!.row.status !== 'done';

function createRows(documents: StudyDocuments, ids: readonly string[]): readonly Fix[] {
  if (ids.length === 0) return [];
  const records = runRecords(documents);
  const newRows = ids.map((id): NewRow => {
    const record = records.get(id);
    const job = record?.entry?.job;
    const seed = job?.seed == null ? '' : `, seed ${job.seed}`;
    return {
      id,
      milestone: job?.milestone ?? record?.plannedIn ?? null,
      system: job?.system == null ? null : job.system + seed,
      metrics: job?.metrics.map(({ name }) => name).join(', ') ?? null,
      priority: documents.plan?.read.runs.find((row) => row.id === id)?.priority ?? null,
    };
  });
  const subject = ids.length === 1 ? ids[0]! : String(ids.length);
  const { tracker, plan } = documents;
  const target = tracker ?? (plan && plan.read.runs.length > 0 ? plan : null);
  if (target === null) {
    const { text } = addRows('', newRows);
    const file = beside(plan?.file ?? documents.manifest?.file, places.tracker);
    const create = { file, text: `# Experiment Tracker\n\n${text}` };
    return [{ kind: 'createRows', subject, edits: [], create, preferred: true }];
  }
  const { at, text } = addRows(target.text, newRows);
  const edits = [{ file: target.file, from: at, to: at, text }];
  return [{ kind: 'createRows', subject, edits, create: null, preferred: true }];
}

function createEntries(documents: StudyDocuments, ids: readonly string[]): readonly Fix[] {
  const records = runRecords(documents);
  const entries = ids.map((id) => newEntry(documents, records.get(id)!));
  const subject = ids.length === 1 ? ids[0]! : String(ids.length);
  const { manifest } = documents;
  const shared = { kind: 'createEntries', subject, preferred: ids.length === 1 } as const;
  if (manifest === null) {
    const file = beside(documents.tracker?.file ?? documents.plan?.file, places.manifest);
    const edit = addEntries(emptyManifest, entries)!;
    const text = emptyManifest.slice(0, edit.from) + edit.text + emptyManifest.slice(edit.to);
    return [{ ...shared, edits: [], create: { file, text } }];
  }
  const edit = addEntries(manifest.text, entries);
  return edit === null ? [] : [{ ...shared, edits: [{ file: manifest.file, ...edit }], create: null }];
}

/** What tracker and plan say of a run. Its command is taken from the plan only where one stands for this run alone. */
function newEntry(documents: StudyDocuments, { id, rows, plannedIn }: RunRecord): NewEntry {
  const row = rows[0]?.row;
  const milestone = row?.milestone ?? plannedIn;
  const [system, ...details] = (row?.system ?? '').split(/[,，]/).map((part) => part.trim());
  const seed = /\bseed\s*=?\s*(\d+)/i.exec([...details, system].join(' '))?.[1];
  const planned = documents.plan?.read.milestones.find((each) => each.id === milestone);
  const commands = planned?.commands ?? [];
  const named = commands.filter(({ text }) =>
    new RegExp(String.raw`(?<![\w-])${escape(id)}(?![\w-])`).test(text),
  );
  const command =
    named.length === 1
      ? named[0]
      : planned?.runs.length === 1 && commands.length === 1
        ? commands[0]
        : undefined;
  const known = metricNames(documents);
  const metrics = (row?.metrics ?? '')
    .split(/[,，、;；]/)
    .map((name) => name.trim())
    .filter((name) => known.includes(name));
  return {
    ...{ id, milestone, metrics },
    system: system === undefined || system === '' ? null : system,
    seed: seed === undefined ? null : Number(seed),
    command: command?.text ?? null,
  };
}

function useListedId(
  documents: StudyDocuments,
  { file, text }: StudyDocument,
  from: number,
  to: number,
): readonly Fix[] {
  const listed = new Map(
    [...runRecords(documents).values()]
      .filter(({ rows }) => rows.length > 0)
      .map(({ id }) => [likeness(id), id]),
  );
  const edits: FileEdit[] = [];
  let subject = '';
  for (const match of text.slice(from, to).matchAll(/[\p{L}\p{N}][\p{L}\p{N}_.+=@-]*/gu)) {
    const id = listed.get(likeness(match[0]));
    const known = runRecords(documents).get(match[0]);
    if (id === undefined || id === match[0] || !known || known.rows.length > 0) continue;
    // In the manifest only the id itself: commands and paths name files.
    if (documents.manifest?.file === file && !/\bid:\s*["']?$/.test(text.slice(from, from + match.index)))
      continue;
    edits.push({ file, from: from + match.index, to: from + match.index + match[0].length, text: id });
    subject = id;
  }
  return edits.length === 0 ? [] : [{ kind: 'useId', subject, edits, create: null, preferred: true }];
}

/** Keys of the grid whose template holds a place: what may stand there as `${name}`. */
function gridKeysAround({ manifest }: StudyDocuments, offset: number): readonly string[] {
  const before = manifest?.text.slice(0, offset) ?? '';
  const grid = before.lastIndexOf('grid:');
  const after =
    manifest?.text.slice(grid < 0 ? offset : grid, grid < 0 ? offset : before.lastIndexOf('template:')) ?? '';
  return [...after.matchAll(/([A-Za-z_]\w*)\s*:/g)].map((match) => match[1]!);
}

const beside = (file: string | undefined, name: string): string =>
  `${file === undefined ? 'refine-logs/' : file.slice(0, file.lastIndexOf('/') + 1)}${name}`;
const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

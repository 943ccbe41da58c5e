import { expandIds } from '../plan/identifiers';
import { parsePlan } from '../plan/parsePlan';
import type { FileEdit, Mention, StudyDocuments } from './model';
import { documentsOf } from './model';
import { mentionsOf } from './mentions';
import { runRecords } from './runRecords';

/** Why a run keeps its id; the words for it are the editor's. */
export type RenameRefusal =
  | { readonly why: 'unknown' }
  | { readonly why: 'template'; readonly line: number }
  | { readonly why: 'status'; readonly status: string }
  | { readonly why: 'marks'; readonly line: number }
  | { readonly why: 'broken' }
  | { readonly why: 'invalid' }
  /** The plan's reader would not take it for a run. */
  | { readonly why: 'unreadable' }
  | { readonly why: 'taken' };

export type Renaming =
  { readonly ok: true; readonly edits: readonly FileEdit[] } | ({ readonly ok: false } & RenameRefusal);

/** The same pattern as the manifest's reader has: an id is a folder name and a word of commands. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._+=@-]{0,127}$/;

/** Whether a run can take another id, as far as the documents tell. What has run is for the caller to know. */
export function mayRename(documents: StudyDocuments, id: string): Renaming {
  const record = runRecords(documents).get(id);
  if (!record) return { ok: false, why: 'unknown' };
  if (record.entry?.entry.template)
    return { ok: false, why: 'template', line: record.entry.job.span?.start.line ?? 1 };
  // A manifest that cannot be read may name the run where nobody sees it.
  if (documents.manifest && documents.manifest.read.problems.some(({ code }) => code === 'manifest.yaml'))
    return { ok: false, why: 'broken' };
  for (const { row, id: place } of record.rows) {
    if (place === null) return { ok: false, why: 'marks', line: row.span.start.line };
    if (row.status === 'running' || row.status === 'done' || row.status === 'failed')
      return { ok: false, why: 'status', status: row.statusCell?.text ?? row.status };
  }
  return { ok: true, edits: [] };
}

/**
 * The edits that give a run another id in plan, tracker and manifest. A range that holds it (`R001-R003`) is written
 * out around it. Commands, paths and code blocks stay as they are: what they name is the scripts' business.
 */
export function renameRun(documents: StudyDocuments, id: string, to: string): Renaming {
  const may = mayRename(documents, id);
  if (!may.ok) return may;
  if (!idPattern.test(to)) return { ok: false, why: 'invalid' };
  if (to !== id && runRecords(documents).has(to)) return { ok: false, why: 'taken' };
  const texts = new Map(documentsOf(documents).map(({ file, text }) => [file, text]));
  const edits = mentionsOf(documents, { kind: 'run', id }).flatMap((mention): FileEdit[] => {
    const { file, from, to: end, role } = mention;
    if (role === 'code') return [];
    const text = role === 'range' ? withoutOne(texts.get(file)!.slice(from, end), id, to) : to;
    return [{ file, from, to: end, text }];
  });
  edits.sort(inOrder);
  return staysPlanned(documents, id, to, edits) ? { ok: true, edits } : { ok: false, why: 'unreadable' };
}

/** Whether the plan, read after the edits, names the run in the same milestone as before. */
function staysPlanned({ plan }: StudyDocuments, id: string, to: string, edits: readonly FileEdit[]): boolean {
  const milestone = plan?.read.milestones.find(({ runs }) => runs.includes(id));
  if (!plan || !milestone) return true;
  const text = edits
    .filter(({ file }) => file === plan.file)
    .reduceRight((now, { from, to: end, text: put }) => now.slice(0, from) + put + now.slice(end), plan.text);
  return parsePlan(text).milestones.some((each) => each.id === milestone.id && each.runs.includes(to));
}

/** `R001-R004` without R002 is `R001, R010, R003-R004`. */
function withoutOne(written: string, id: string, to: string): string {
  const runs = expandIds(written);
  const at = runs.indexOf(id);
  const part = (from: number, end: number) =>
    end - from > 2 ? [`${runs[from]!}-${runs[end - 1]!}`] : runs.slice(from, end);
  return [...part(0, at), to, ...part(at + 1, runs.length)].join(', ');
}

function inOrder(one: FileEdit, other: FileEdit): number {
  return one.file === other.file ? one.from - other.from : one.file < other.file ? -1 : 1;
}

/** Mentions that renaming leaves as they are, for a person who wants to look at them. */
export function leftAsTheyAre(documents: StudyDocuments, id: string): readonly Mention[] {
  return mentionsOf(documents, { kind: 'run', id }).filter(({ role }) => role === 'code');
}

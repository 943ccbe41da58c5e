import type { Job } from '../manifest/model';
import type { TrackerRow } from '../plan/model';
import { manifestPlaces, type ManifestEntry } from './manifestEntries';
import type { FileRange, StudyDocuments } from './model';

/** A row of a run table: in the tracker, or in the plan itself. */
export interface RowRecord {
  readonly file: string;
  readonly row: TrackerRow;
  /** The id in the row; null where it is written with marks in between, so that its place cannot be told. */
  readonly id: FileRange | null;
}

/** The entry of the manifest that makes a run, alone or along with others. */
export interface EntryRecord {
  readonly file: string;
  readonly entry: ManifestEntry;
  readonly job: Job;
}

/** A run, and everywhere that the documents say what it is. */
export interface RunRecord {
  readonly id: string;
  /** The tracker's rows first. */
  readonly rows: readonly RowRecord[];
  readonly entry: EntryRecord | null;
  /** The milestone that names it in the plan, by its id there. */
  readonly plannedIn: string | null;
}

const known = new WeakMap<StudyDocuments, ReadonlyMap<string, RunRecord>>();

/** Every run that plan, tracker or manifest names, in that order of authority: tracker, plan, manifest. */
export function runRecords(documents: StudyDocuments): ReadonlyMap<string, RunRecord> {
  let records = known.get(documents);
  if (!records) known.set(documents, (records = collect(documents)));
  return records;
}

function collect({ plan, tracker, manifest }: StudyDocuments): Map<string, RunRecord> {
  const records = new Map<string, { -readonly [key in keyof RunRecord]: RunRecord[key] }>();
  const record = (id: string) => {
    let found = records.get(id);
    if (!found) records.set(id, (found = { id, rows: [], entry: null, plannedIn: null }));
    return found;
  };
  for (const document of [tracker, plan]) {
    if (document === null) continue;
    const rows = 'rows' in document.read ? document.read.rows : document.read.runs;
    for (const row of rows) {
      const found = record(row.id);
      const id = idIn(document.text, row);
      found.rows = [...found.rows, { file: document.file, row, id: id && { file: document.file, ...id } }];
    }
  }
  for (const milestone of plan?.read.milestones ?? [])
    for (const run of milestone.runs) record(run).plannedIn ??= milestone.id;
  if (manifest && manifest.read.jobs.length > 0) {
    const entries = new Map(manifestPlaces(manifest.text).entries.map((entry) => [entry.from, entry]));
    for (const job of manifest.read.jobs) {
      const entry = job.span === null ? undefined : entries.get(job.span.start.offset);
      const found = record(job.id);
      if (entry) found.entry ??= { file: manifest.file, entry, job };
    }
  }
  return records;
}

function idIn(text: string, { id, span }: TrackerRow): { from: number; to: number } | null {
  const from = text.slice(span.start.offset, span.end.offset).indexOf(id);
  return from < 0 ? null : { from: span.start.offset + from, to: span.start.offset + from + id.length };
}

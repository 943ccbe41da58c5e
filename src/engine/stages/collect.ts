import { editCell } from '../../core/plan/editCell';
import type { TrackerRow } from '../../core/plan/model';
import { parseTracker } from '../../core/plan/parseTracker';
import type { Clock, WorkspaceFiles } from '../../core/ports';
import { renderLogEntry } from '../../core/results/report/renderLogEntry';
import { appendManifestRow } from '../../core/results/report/manifestRow';
import type { UtcOffset } from '../../core/results/report/localTime';
import { buildProvenance, provenancePath, renderProvenance } from '../../core/results/report/provenance';
import { renderResults } from '../../core/results/report/renderResults';
import { trackerUpdate, type TrackerUpdate } from '../../core/results/report/trackerUpdate';
import { versionedName } from '../../core/results/report/versionedName';
import type { RunResult, StudyResult } from '../../core/results/model';
import { withOrigins } from '../../core/results/withOrigins';
import { resultsPath, studyResult } from '../../core/run/studyResult';
import { keepMeasured } from '../measured';
import { gatherOrigins } from '../gatherOrigins';
import type { OriginRecorder } from '../originRecorder';
import type { StudyRecord } from '../studyRecord';

export interface CollectorParts {
  readonly record: StudyRecord;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
  readonly offset: UtcOffset;
  readonly origins: OriginRecorder;
  hash(text: string): string;
  complain(sentence: string): void;
}

/** Keeps the tracker true and writes the reports. All of it is derived: it can be written again from the journal. */
export class Collector {
  constructor(private readonly parts: CollectorParts) {}

  /** Writes Status and Notes of these runs' rows, and no other byte of the tracker. */
  async updateTracker(jobs: ReadonlySet<string>): Promise<void> {
    const { record, files } = this.parts;
    const path = record.state.study?.trackerPath;
    const result = studyResult(record.state, this.parts.clock.now());
    if (path == null || !result) return;
    const text = await files.read(path);
    if (text === null)
      return this.parts.complain(`${path} is gone, so the tracker cannot be kept up to date.`);
    const runs = new Map(
      result.milestones.flatMap((milestone) => milestone.runs.map((run) => [run.id, run] as const)),
    );
    const edits: { at: number; apply: (text: string) => string }[] = [];
    for (const row of parseTracker(text).rows) {
      const run = runs.get(row.id);
      if (run && jobs.has(row.id)) edits.push(...this.edit(row, trackerUpdate(run, result.primaryMetric)));
    }
    // From the end to the beginning, so that no edit moves the cells of another.
    edits.sort((a, b) => b.at - a.at);
    const edited = edits.reduce((whole, { apply }) => apply(whole), text);
    if (edited !== text) await files.write(path, edited);
  }

  private edit(row: TrackerRow, update: TrackerUpdate): { at: number; apply: (text: string) => string }[] {
    const { record } = this.parts;
    const { statusCell, notesCell } = row;
    const before = record.state.trackerCells.get(row.id);
    const declared = record.state.study?.runs.find((run) => run.id === row.id)?.statusText;
    const theirs = statusCell?.text ?? '';
    const disputed =
      statusCell !== null &&
      theirs !== update.status &&
      theirs !== (before?.status ?? declared ?? theirs) &&
      theirs !== '';
    const ours = disputed
      ? `Bridge: ${update.status}${update.notes === '' ? '' : `, ${update.notes}`}`
      : update.notes;
    if (disputed) record.happened({ type: 'tracker.disputed', job: row.id, theirs, ours: update.status });
    const notes = notesCell === null ? null : mergeNotes(notesCell.text, before?.notes ?? '', ours);
    const edits: { at: number; apply: (text: string) => string }[] = [];
    if (statusCell !== null && !disputed && theirs !== update.status)
      edits.push({
        at: statusCell.span.start.offset,
        apply: (text) => editCell(text, statusCell, update.status),
      });
    if (notesCell !== null && notes !== null && notes !== notesCell.text)
      edits.push({ at: notesCell.span.start.offset, apply: (text) => editCell(text, notesCell, notes) });
    if (edits.length > 0)
      record.happened({
        type: 'tracker.written',
        job: row.id,
        status: disputed ? theirs : update.status,
        notes: ours,
      });
    return edits;
  }

  /**
   * Writes the results at the end of a stage: first under a name with the time in it, which is never deleted, then
   * under the fixed name; a row in MANIFEST.md for each.
   */
  async writeResults(description: string): Promise<void> {
    const { record, files, clock, offset } = this.parts;
    const now = clock.now();
    const bare = studyResult(record.state, now);
    const language = record.state.study?.options.language ?? 'en';
    if (!bare) return;
    const result = await this.writeProvenance(bare);
    const text = renderResults(result, language, offset);
    const folder = resultsPath.slice(0, resultsPath.lastIndexOf('/'));
    const name = resultsPath.slice(folder.length + 1);
    const taken = new Set(await files.list(folder));
    const versioned = `${folder}/${versionedName(name, now, (each) => taken.has(each), offset)}`;
    await files.write(versioned, text);
    await files.write(resultsPath, text);
    let manifest = await files.read('MANIFEST.md');
    for (const file of [versioned, resultsPath])
      manifest = appendManifestRow(manifest, { atMs: now, file, description }, offset);
    await files.write('MANIFEST.md', manifest ?? '');
    record.happened({ type: 'report.written', path: resultsPath, sha256: this.parts.hash(text) });
  }

  /** Writes where every number of the report is from. Returns the study with how its runs were made. */
  private async writeProvenance(bare: StudyResult): Promise<StudyResult> {
    const { record, files, origins } = this.parts;
    await origins.settle();
    const { attempts, environments } = await gatherOrigins(record.state, origins);
    const result = withOrigins(bare, attempts, environments);
    const text = renderProvenance(buildProvenance(result, attempts, environments));
    await files.write(provenancePath, text);
    record.happened({ type: 'report.written', path: provenancePath, sha256: this.parts.hash(text) });
    await keepMeasured(result, files);
    return result;
  }

  /** Appends finished runs to EXPERIMENT_LOG.md, each once, when the study is compact. */
  async appendLog(jobs: ReadonlySet<string>): Promise<void> {
    const { record, files, clock } = this.parts;
    const { study } = record.state;
    const result = studyResult(record.state, clock.now());
    if (!study?.options.compact || !result) return;
    const ended = result.milestones
      .flatMap((milestone) => milestone.runs)
      .filter((run) => jobs.has(run.id) && isEnded(run));
    if (ended.length === 0) return;
    const path = 'EXPERIMENT_LOG.md';
    const existing = (await files.read(path)) ?? '# Experiment Log\n';
    // An entry's heading names run and time of its end: after a crash the same entry is recognised and not repeated.
    const fresh = ended
      .map((run) => renderLogEntry(run, result, study.options.language, this.parts.offset))
      .filter((entry) => !existing.includes(entry.split('\n')[0]!));
    if (fresh.length > 0)
      await files.write(
        path,
        `${existing.trimEnd()}\n\n${fresh.map((entry) => entry.trim()).join('\n\n')}\n`,
      );
  }
}

function isEnded(run: RunResult): boolean {
  return run.endedAt !== null && (run.status === 'DONE' || run.status === 'FAILED');
}

/** A person's notes stay; what Bridge wrote before is replaced by what it writes now. */
export function mergeNotes(current: string, before: string, now: string): string {
  if (before !== '' && current.includes(before))
    return current
      .replace(before, () => now)
      .trim()
      .replace(/^;\s*|\s*;$/g, '');
  if (current === '' || current === now) return now;
  return now === '' || current.includes(now) ? current : `${current}; ${now}`;
}

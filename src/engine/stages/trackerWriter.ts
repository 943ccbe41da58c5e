import { editCell } from '../../core/plan/editCell';
import type { TrackerRow } from '../../core/plan/model';
import { parseTracker } from '../../core/plan/parseTracker';
import type { Clock, WorkspaceFiles } from '../../core/ports';
import { trackerUpdate, type TrackerUpdate } from '../../core/results/report/trackerUpdate';
import { studyResult } from '../../core/run/studyResult';
import type { Happening, StudyRecord } from '../studyRecord';

export interface TrackerWriterParts {
  readonly record: StudyRecord;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
  commit(): Promise<void>;
  complain(sentence: string): void;
}

interface Edit {
  readonly at: number;
  apply(text: string): string;
}

/**
 * Writes Status and Notes of runs into their rows, and no other byte of the tracker. What is about to be written is
 * durable before it is: after a crash in between, the words that are found there are known to be ours, and not taken
 * for a person's.
 */
export class TrackerWriter {
  constructor(private readonly parts: TrackerWriterParts) {}

  async update(jobs: ReadonlySet<string>): Promise<void> {
    const { record, files } = this.parts;
    const path = record.state.study?.trackerPath;
    if (path == null) return;
    const result = studyResult(record.state, this.parts.clock.now());
    const text = await files.read(path);
    if (text === null || !result)
      return this.parts.complain(`${path} is gone, so the tracker cannot be kept up to date.`);
    const runs = new Map(
      result.milestones.flatMap((milestone) => milestone.runs.map((run) => [run.id, run] as const)),
    );
    const declared = new Map(record.state.study?.runs.map((run) => [run.id, run.statusText]));
    const edits: Edit[] = [];
    const cells: { job: string; status: string; notes: string }[] = [];
    const disputes: Happening[] = [];
    for (const row of parseTracker(text).rows) {
      const run = runs.get(row.id);
      if (!run || !jobs.has(row.id)) continue;
      const found = this.edit(row, trackerUpdate(run, result.primaryMetric), declared.get(row.id));
      if (found.edits.length === 0) continue;
      edits.push(...found.edits);
      cells.push(found.cell);
      if (found.disputed !== null) disputes.push(found.disputed);
    }
    if (edits.length === 0) return;
    record.happened(...disputes, { type: 'tracker.writing', cells });
    await this.parts.commit();
    // From the end to the beginning, so that no edit moves the cells of another.
    edits.sort((a, b) => b.at - a.at);
    await files.write(
      path,
      edits.reduce((whole, edit) => edit.apply(whole), text),
    );
    record.happened(...cells.map((cell) => ({ type: 'tracker.written', ...cell }) as const));
  }

  private edit(
    { id, statusCell, notesCell }: TrackerRow,
    update: TrackerUpdate,
    declared: string | undefined,
  ): { edits: Edit[]; cell: { job: string; status: string; notes: string }; disputed: Happening | null } {
    const known = this.parts.record.state.trackerCells.get(id);
    const theirs = statusCell?.text ?? '';
    const ours = [update.status, known?.writing?.status, known?.status ?? declared ?? theirs, ''];
    const disputed = statusCell !== null && !ours.includes(theirs);
    const words = disputed
      ? `Bridge: ${update.status}${update.notes === '' ? '' : `, ${update.notes}`}`
      : update.notes;
    const edits: Edit[] = [];
    if (statusCell !== null && !disputed && theirs !== update.status)
      edits.push({
        at: statusCell.span.start.offset,
        apply: (text) => editCell(text, statusCell, update.status),
      });
    if (notesCell !== null) {
      const before = [known?.writing?.notes, known?.notes].find(
        (each) => each !== undefined && each !== '' && notesCell.text.includes(each),
      );
      const notes = mergeNotes(notesCell.text, before ?? '', words);
      if (notes !== notesCell.text)
        edits.push({ at: notesCell.span.start.offset, apply: (text) => editCell(text, notesCell, notes) });
    }
    return {
      edits,
      cell: { job: id, status: disputed ? theirs : update.status, notes: words },
      disputed: disputed ? { type: 'tracker.disputed', job: id, theirs, ours: update.status } : null,
    };
  }
}

/** A person's notes stay; what Bridge wrote before is replaced by what it writes now. */
function mergeNotes(current: string, before: string, now: string): string {
  if (before !== '' && current.includes(before))
    return current
      .replace(before, () => now)
      .trim()
      .replace(/^;\s*|\s*;$/g, '');
  if (current === '' || current === now) return now;
  return now === '' || current.includes(now) ? current : `${current}; ${now}`;
}

import { existsSync } from 'node:fs';
import type { RunEvent } from '../core/run/event';
import { parseEvent } from '../core/run/parseEvent';
import { journalFormat, newestFence, readHeader, readLines, readSeal, segmentPath } from './segment';

/** Reads a workspace's journal from the beginning and then whatever was added since the last call. */
export class JournalReader {
  private fence = 1;
  private offset = 0;
  /** Lines that are no records: said once, skipped, never fatal. */
  readonly damaged: string[] = [];

  constructor(private readonly folder: string) {}

  /** Events that were committed since the last call, in order. */
  next(): RunEvent[] {
    return this.read().events;
  }

  /**
   * The same. `again`: what was read before counts no more, because a superseded driver had written it after it was
   * sealed off; `events` begins at the beginning then.
   */
  read(): { events: RunEvent[]; again: boolean } {
    const events: RunEvent[] = [];
    if (!existsSync(this.folder)) return { events, again: false };
    const newest = newestFence(this.folder);
    for (; this.fence <= newest; this.fence++, this.offset = 0) {
      const path = segmentPath(this.folder, this.fence);
      const last = this.fence === newest;
      if (existsSync(path)) {
        this.refuseNewer();
        const seal = last ? null : readSeal(this.folder, this.fence);
        // A successor is there and has not yet said how much counts: nothing of its own does before it has.
        if (!last && seal === null && newest === this.fence + 1 && !this.started(newest)) break;
        if (seal !== null && this.offset > seal) return this.restart();
        this.take(events, path, seal ?? Number.MAX_SAFE_INTEGER);
      }
      if (last) break;
    }
    return { events, again: false };
  }

  private restart(): { events: RunEvent[]; again: boolean } {
    this.fence = 1;
    this.offset = 0;
    return { events: this.read().events, again: true };
  }

  /** Whether a segment has more than its header: its holder acts, so the one before is sealed or its seal was lost. */
  private started(fence: number): boolean {
    return readLines(segmentPath(this.folder, fence), 0).lines.length > 1;
  }

  private refuseNewer(): void {
    if (this.offset > 0) return;
    const format = readHeader(this.folder, this.fence)?.format ?? 1;
    if (format > journalFormat)
      throw new Error(
        `${segmentPath(this.folder, this.fence)} was written by a newer Bridge (form ${format}, this one reads ${journalFormat}); update Bridge to go on`,
      );
  }

  private take(events: RunEvent[], path: string, to: number): void {
    const { lines, next } = readLines(path, this.offset, to);
    this.offset = next;
    for (const line of lines) {
      if (line === '') continue;
      const found = readRecords(line);
      if (found === null) this.damaged.push(`${path}: not a record: ${line.slice(0, 80)}`);
      else events.push(...found);
    }
  }
}

/** The events of a line, which count together; null: one of them is none, so nothing of the line counts. */
function readRecords(line: string): RunEvent[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return null;
  }
  const events: RunEvent[] = [];
  for (const record of Array.isArray(parsed) ? (parsed as unknown[]) : [parsed]) {
    if (isOfTheJournalItself(record)) continue;
    const event = parseEvent(record);
    if (event === null) return null;
    events.push(event);
  }
  return events;
}

/** The header of a segment, and marks such as that its holder let go of it. */
function isOfTheJournalItself(record: unknown): boolean {
  if (typeof record !== 'object' || record === null) return false;
  const { type, header } = record as { type?: unknown; header?: unknown };
  return header !== undefined || (typeof type === 'string' && type.startsWith('journal.'));
}

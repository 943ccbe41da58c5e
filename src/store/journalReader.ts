import { existsSync } from 'node:fs';
import type { RunEvent } from '../core/run/event';
import { newestFence, readHeader, readLines, segmentPath } from './segment';

/** Reads a workspace's journal from the beginning and then whatever was added since the last call. */
export class JournalReader {
  private fence = 0;
  private offset = 0;
  /** Lines that are no records: said once, skipped, never fatal. */
  readonly damaged: string[] = [];

  constructor(private readonly folder: string) {}

  /** Events that were committed since the last call, in order. */
  next(): RunEvent[] {
    const events: RunEvent[] = [];
    if (!existsSync(this.folder)) return events;
    const newest = newestFence(this.folder);
    while (this.fence < newest || this.fence === newest) {
      const successor = this.fence < newest ? readHeader(this.folder, this.fence + 1) : null;
      if (this.fence > 0 && existsSync(segmentPath(this.folder, this.fence)))
        this.read(events, successor ? successor.sealed : Number.MAX_SAFE_INTEGER);
      if (this.fence === newest) break;
      this.fence++;
      this.offset = 0;
    }
    return events;
  }

  private read(events: RunEvent[], to: number): void {
    const { lines, next } = readLines(segmentPath(this.folder, this.fence), this.offset, to);
    this.offset = next;
    for (const line of lines) {
      if (line === '') continue;
      try {
        const record = JSON.parse(line) as { type?: string };
        if (record.type !== undefined && record.type !== 'journal.released') events.push(record as RunEvent);
      } catch {
        this.damaged.push(`${segmentPath(this.folder, this.fence)}: not a record: ${line.slice(0, 80)}`);
      }
    }
  }
}

import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../core/run/jobHandle';

/**
 * The journal is a row of segments, one a fence. The first line of a segment says who holds it. A line is a record or
 * an array of records that count together; it counts when it ends. `NNNNNN.sealed` says how many bytes of segment N
 * count: its successor measured them after its own segment was there, from when on nobody acts upon a record of N.
 */
export interface SegmentHeader {
  /** Form of the journal; absent: 1. A newer form than ours is not touched. */
  readonly format?: number;
  readonly fence: number;
  readonly holder: Holder;
  /** How long the holder may be silent before it is succeeded. */
  readonly leaseMs?: number;
}

/** Form of the journal that this version writes. */
export const journalFormat = 1;

export interface Holder extends ProcessIdentity {
  readonly host: string;
  /** `supervise`, `run`, `queue`, …: what a second driver says about the one it found. */
  readonly purpose: string;
}

/** The last line of a segment whose holder let go of it. */
export const releasedLine = '{"type":"journal.released"}';

export function segmentPath(folder: string, fence: number): string {
  return join(folder, `${String(fence).padStart(6, '0')}.jsonl`);
}

export function sealPath(folder: string, fence: number): string {
  return join(folder, `${String(fence).padStart(6, '0')}.sealed`);
}

/** How many bytes of a segment count; null: nobody has sealed it. */
export function readSeal(folder: string, fence: number): number | null {
  try {
    const text = readFileSync(sealPath(folder, fence), 'utf8');
    return /^\d+\n$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
}

/** Newest fence; 0: there is no segment yet. */
export function newestFence(folder: string): number {
  let newest = 0;
  for (const name of readdirSync(folder)) {
    const match = /^(\d{6,})\.jsonl$/.exec(name);
    if (match) newest = Math.max(newest, Number(match[1]));
  }
  return newest;
}

/** Bytes `[from, to)` of a file as text, up to the last line that ends; `to` may lie beyond the end. */
export function readLines(
  path: string,
  from: number,
  to = Number.MAX_SAFE_INTEGER,
): { lines: string[]; next: number } {
  const handle = openSync(path, 'r');
  try {
    const end = Math.min(to, fstatSync(handle).size);
    if (end <= from) return { lines: [], next: from };
    const bytes = Buffer.allocUnsafe(end - from);
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(handle, bytes, filled, bytes.length - filled, from + filled);
      if (count === 0) break;
      filled += count;
    }
    const lastEnd = bytes.subarray(0, filled).lastIndexOf(10);
    if (lastEnd < 0) return { lines: [], next: from };
    return { lines: bytes.toString('utf8', 0, lastEnd).split('\n'), next: from + lastEnd + 1 };
  } finally {
    closeSync(handle);
  }
}

/** The header of a segment; null: it cannot be read (it was damaged by hand; segments are linked into place whole). */
export function readHeader(folder: string, fence: number): SegmentHeader | null {
  const handle = openSync(segmentPath(folder, fence), 'r');
  try {
    const bytes = Buffer.alloc(4096);
    const text = bytes.toString('utf8', 0, readSync(handle, bytes, 0, bytes.length, 0));
    const parsed = JSON.parse(text.slice(0, text.indexOf('\n'))) as { header?: SegmentHeader };
    return parsed.header ?? null;
  } catch {
    return null;
  } finally {
    closeSync(handle);
  }
}

/** The last bytes of a file. */
export function readTail(path: string, length: number): string {
  const handle = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    const count = readSync(handle, bytes, 0, length, Math.max(0, fstatSync(handle).size - length));
    return bytes.toString('utf8', 0, count);
  } finally {
    closeSync(handle);
  }
}

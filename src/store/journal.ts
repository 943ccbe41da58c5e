import { randomUUID } from 'node:crypto';
import {
  close,
  closeSync,
  fdatasync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  utimesSync,
  write,
  existsSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Clock, Journal } from '../core/ports';
import type { ProcessIdentity } from '../core/run/jobHandle';
import type { RunEvent } from '../core/run/event';
import { syncFolder } from '../util/durableFile';
import { isAlive, ownIdentity } from '../util/processIdentity';
import { LeaseLost } from './leaseLost';
import {
  type Holder,
  journalFormat,
  newestFence,
  readHeader,
  readTail,
  readLines,
  readSeal,
  releasedLine,
  sealPath,
  type SegmentHeader,
  segmentPath,
} from './segment';

/** How long a holder that cannot be seen may be silent before it is succeeded. */
const defaultLeaseMs = 15_000;

/** Who wants the journal, and on what terms. */
export interface Applicant {
  readonly purpose: string;
  readonly identity: ProcessIdentity;
  readonly leaseMs: number;
}

/** This process. `BRIDGE_LEASE_MS`: a shared folder behind a slow line may need a longer lease. */
export function thisProcess(purpose: string): Applicant {
  const leaseMs = Number(process.env.BRIDGE_LEASE_MS);
  return {
    purpose,
    identity: ownIdentity(),
    leaseMs: Number.isFinite(leaseMs) && leaseMs > 0 ? leaseMs : defaultLeaseMs,
  };
}

export type Acquired =
  | { readonly kind: 'held'; readonly holder: Holder }
  | { readonly kind: 'acquired'; readonly journal: FileJournal };

/**
 * Takes the journal, or says who holds it. A holder that let go, or is provably dead (same machine; pid, start time and
 * boot id), is succeeded at once; one that is alive but silent, or cannot be seen from here, after its lease without a
 * heartbeat, which takes a caller that asks repeatedly: `silence` remembers what was seen between the calls.
 *
 * The new segment is there first, and only then the one before is measured and sealed. A superseded holder looks for a
 * successor after each sync and before it acts: what it acted upon was written before the seal, so it counts.
 */
export function acquireJournal(
  folder: string,
  applicant: Applicant,
  clock: Clock,
  silence: Silence,
): Acquired {
  for (;;) {
    const fence = newestFence(folder);
    if (fence > 0) {
      const header = readHeader(folder, fence);
      if (header && !isReleased(folder, fence) && !isDead(header.holder)) {
        if (!silence.exceeds(beatOf(folder, fence), header.leaseMs ?? defaultLeaseMs, clock))
          return { kind: 'held', holder: header.holder };
      }
    }
    const header: SegmentHeader = {
      format: journalFormat,
      fence: fence + 1,
      holder: { ...applicant.identity, host: hostname(), purpose: applicant.purpose },
      leaseMs: applicant.leaseMs,
    };
    if (!createWhole(segmentPath(folder, fence + 1), `${JSON.stringify({ header })}\n`)) continue;
    // A holder that died before it sealed never acted; whoever comes next seals what it left.
    for (let each = fence; each > 0 && readSeal(folder, each) === null; each--)
      if (existsSync(segmentPath(folder, each)))
        createWhole(sealPath(folder, each), `${readLines(segmentPath(folder, each), 0).next}\n`);
    takeAwayWriting(folder, fence + 1);
    syncFolder(folder);
    return { kind: 'acquired', journal: new FileJournal(folder, fence + 1, applicant.leaseMs) };
  }
}

/** Links a file into place, whole and synced; false: there is one already, which stands. */
function createWhole(path: string, text: string): boolean {
  const temporary = `${path}.${randomUUID()}`;
  try {
    writeFileSync(temporary, text, { flush: true });
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * Each holder writes files of the workspace in a folder of its own and renames them from there. Its successor takes the
 * folder away before it does anything: a file that a superseded holder was about to put into place is gone, and it can
 * make no other.
 */
function takeAwayWriting(folder: string, fence: number): void {
  const writing = join(dirname(folder), 'writing');
  rmSync(writing, { recursive: true, force: true });
  mkdirSync(join(writing, String(fence)), { recursive: true });
}

function isReleased(folder: string, fence: number): boolean {
  return readTail(segmentPath(folder, fence), releasedLine.length + 1) === `${releasedLine}\n`;
}

function isDead(holder: Holder): boolean {
  return holder.host === hostname() && !isAlive(holder);
}

/** Changes whenever the holder gives a sign of life. */
function beatOf(folder: string, fence: number): string {
  const path = segmentPath(folder, fence);
  const { mtimeMs, size } = statSync(path);
  return `${fence}:${mtimeMs}:${size}`;
}

/** Remembers since when, by a clock that never jumps, a holder has given no sign of life. */
export class Silence {
  private beat = '';
  private since = 0;

  exceeds(beat: string, leaseMs: number, clock: Clock): boolean {
    if (beat !== this.beat) {
      this.beat = beat;
      this.since = clock.monotonic();
    }
    return clock.monotonic() - this.since > leaseMs;
  }
}

/** A journal segment that this process holds. */
export class FileJournal implements Journal {
  private readonly handle: number;
  /** Where files of the workspace are written before they are put into place. */
  readonly writing: string;
  private size: number;
  private buffer: string[] = [];
  private running: Promise<void> | null = null;
  private queued: Promise<void> | null = null;
  private readonly heartbeat: NodeJS.Timeout;
  private readonly leaving = new AbortController();
  private missed = 0;

  constructor(
    private readonly folder: string,
    readonly fence: number,
    leaseMs: number,
  ) {
    const path = segmentPath(folder, fence);
    this.writing = join(dirname(folder), 'writing', String(fence));
    this.handle = openSync(path, 'r+');
    this.size = statSync(path).size;
    this.heartbeat = setInterval(() => this.beat(), leaseMs / 5);
    this.heartbeat.unref();
  }

  append(events: readonly RunEvent[]): void {
    if (events.length > 0) this.buffer.push(JSON.stringify(events.length === 1 ? events[0] : events));
  }

  /** Aborted when the record was deleted or moved away under its driver, which nobody can reach then. */
  get gone(): AbortSignal {
    return this.leaving.signal;
  }

  /** Lets go without a word, as a process does that is killed. */
  abandon(): void {
    clearInterval(this.heartbeat);
    closeSync(this.handle);
  }

  /** Group commit: whatever was appended while a sync was under way shares the next one. */
  commit(): Promise<void> {
    if (!this.running) return (this.running = this.flush().finally(() => (this.running = null)));
    this.queued ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.queued = null;
        return this.commit();
      });
    return this.queued;
  }

  async close(): Promise<void> {
    clearInterval(this.heartbeat);
    try {
      await this.commit();
      this.buffer.push(releasedLine);
      await this.commit();
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
    } finally {
      await promisify(close)(this.handle);
    }
  }

  private async flush(): Promise<void> {
    if (this.buffer.length === 0) return;
    this.assertHeld();
    const lines = this.buffer;
    this.buffer = [];
    try {
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await writeAt(
          this.handle,
          bytes,
          done,
          bytes.length - done,
          this.size + done,
        );
        done += bytesWritten;
      }
      await promisify(fdatasync)(this.handle);
      this.size += bytes.length;
    } catch (error) {
      // Nothing counts that was not synced: the torn tail goes, and the lines are written again by the next commit.
      this.buffer = [...lines, ...this.buffer];
      try {
        if (!this.isSucceeded()) ftruncateSync(this.handle, this.size);
      } catch {
        // The next write begins at the same offset and covers it.
      }
      throw new Error(`the journal cannot be written: ${(error as Error).message}`, { cause: error });
    }
    this.assertHeld();
  }

  private assertHeld(): void {
    if (this.isSucceeded()) throw new LeaseLost();
  }

  private isSucceeded(): boolean {
    return existsSync(segmentPath(this.folder, this.fence + 1));
  }

  private beat(): void {
    try {
      const now = new Date();
      utimesSync(segmentPath(this.folder, this.fence), now, now);
      this.missed = 0;
    } catch (error) {
      // Absent is unknown until it is seen twice; a disk that does not answer is no folder that was taken away.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && ++this.missed === 2) this.leaving.abort();
    }
  }
}

const writeAt = promisify(write) as (
  handle: number,
  bytes: Buffer,
  offset: number,
  length: number,
  position: number,
) => Promise<{ bytesWritten: number }>;

/** Who drives the workspace now; null: nobody. */
export function currentHolder(folder: string): Holder | null {
  if (!existsSync(folder)) return null;
  const fence = newestFence(folder);
  if (fence === 0) return null;
  const header = readHeader(folder, fence);
  return header === null || isDead(header.holder) || isReleased(folder, fence) ? null : header.holder;
}

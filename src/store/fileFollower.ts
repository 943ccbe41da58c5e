import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { StringDecoder } from 'node:string_decoder';
import { type MetricPoint, MetricStream } from '../core/results/metricStream';
import { isTensorBoardFile } from '../core/results/streamFiles';
import { TensorBoardStream } from '../core/results/tensorBoardStream';

/** Read at once; between two of them the event loop gets its turn. */
const chunkBytes = 1 << 16;

/** Follows one growing file. A file that was replaced or cut is read anew from its beginning. */
export class FileFollower {
  private offset = 0;
  private inode: bigint | null = null;
  private stream: { push(bytes: Buffer): MetricPoint[]; end(): MetricPoint[] };
  private ended = false;

  constructor(
    readonly path: string,
    private readonly take: (point: MetricPoint) => void,
  ) {
    this.stream = openStream(path);
  }

  /** Reads what was added. With `ended`, a last line that lacks its end is read too. True: there was something. */
  async refresh(ended: boolean): Promise<boolean> {
    let some = false;
    const chunk = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const count = this.read(chunk);
      if (count === 0) break;
      for (const point of this.stream.push(chunk.subarray(0, count))) this.take(point);
      some = true;
      await breathe();
    }
    if (ended && !this.ended) {
      this.ended = true;
      for (const point of this.stream.end()) this.take(point);
    }
    return some;
  }

  private read(into: Buffer): number {
    let handle: number;
    try {
      handle = openSync(this.path, 'r');
    } catch {
      // Not there yet, or just being replaced: the next look finds it.
      return 0;
    }
    try {
      const { size, ino } = fstatSync(handle, { bigint: true });
      if (this.inode !== null && (ino !== this.inode || size < BigInt(this.offset))) {
        this.offset = 0;
        this.stream = openStream(this.path);
      }
      this.inode = ino;
      const count = readSync(handle, into, 0, into.length, this.offset);
      this.offset += count;
      return count;
    } finally {
      closeSync(handle);
    }
  }
}

function openStream(path: string): { push(bytes: Buffer): MetricPoint[]; end(): MetricPoint[] } {
  if (isTensorBoardFile(path)) {
    const events = new TensorBoardStream();
    return { push: (bytes) => events.push(bytes), end: () => [] };
  }
  const decoder = new StringDecoder('utf8');
  const lines = new MetricStream();
  return {
    push: (bytes) => lines.push(decoder.write(bytes)),
    end: () => [...lines.push(decoder.end()), ...lines.end()],
  };
}

import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Makes what was done to a folder's entries durable. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Replaces a file so that a crash leaves the old one or the new one: write, sync, rename, sync the folder. `by`: the
 * folder in which the new one is written; it must be there and on the same disk.
 */
export function writeDurably(path: string, content: string | Uint8Array, by = dirname(path)): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const temporary = join(by, `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`);
  try {
    const handle = openSync(temporary, 'wx');
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
}

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { CodeStore } from '../engine/codeKeeper';
import { sha256 } from '../util/sha256';

/** A larger file is known by its hash alone: it is data that a command names, not code. */
const keptBytesAtMost = 8 << 20;

/**
 * The code that runs ran with, by content: `blobs/ab/abcd…` holds a file, `trees/HASH.json` says which file was which
 * (path -> sha256). What did not change is kept once.
 */
export class Snapshots implements CodeStore {
  constructor(
    private readonly folder: string,
    private readonly root: string,
  ) {}

  async keep(files: Readonly<Record<string, string>>): Promise<string> {
    const kept: Record<string, string> = {};
    for (const [path, hash] of Object.entries(files)) kept[path] = this.keepFile(path, hash);
    const text = JSON.stringify(kept);
    const id = sha256(text);
    put(this.treePath(id), text);
    return id;
  }

  async tree(id: string): Promise<Readonly<Record<string, string>> | null> {
    const path = this.treePath(id);
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : null;
  }

  async text(hash: string): Promise<string | null> {
    const bytes = this.read(hash);
    return bytes === null ? null : Buffer.from(bytes).toString('utf8');
  }

  /** Content of a file of a snapshot; null: it was too large to keep, or there is none of this hash. */
  read(hash: string): Uint8Array | null {
    const path = this.blobPath(hash);
    return existsSync(path) ? readFileSync(path) : null;
  }

  /** The hash of what was kept: the file may have been edited since it was hashed. */
  private keepFile(path: string, hash: string): string {
    if (existsSync(this.blobPath(hash))) return hash;
    const source = join(this.root, path);
    const stat = statSync(source, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size > keptBytesAtMost) return hash;
    const bytes = readFileSync(source);
    const now = sha256(bytes);
    put(this.blobPath(now), bytes);
    return now;
  }

  private blobPath(hash: string): string {
    return join(this.folder, 'blobs', hash.slice(0, 2), hash);
  }

  private treePath(id: string): string {
    return join(this.folder, 'trees', `${id}.json`);
  }
}

/** Content has its name from its hash: whoever puts it first, it is the same. */
function put(path: string, content: string | Uint8Array): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, content, { flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Bridge keeps its own truth, at the workspace's root. */
export interface BridgeFolder {
  readonly root: string;
  readonly path: string;
  readonly journal: string;
  readonly inbox: string;
  readonly jobs: string;
}

export function bridgeFolder(root: string): BridgeFolder {
  const path = join(root, '.bridge');
  return { root, path, journal: join(path, 'journal'), inbox: join(path, 'inbox'), jobs: join(path, 'jobs') };
}

/** Makes the folder, its `.gitignore` and the workspace's id where they are missing. Returns the id, a UUID. */
export function ensureBridgeFolder(folder: BridgeFolder): string {
  // By itself first: a read-only disk is named as such only where a single folder is made.
  if (!existsSync(folder.path))
    try {
      mkdirSync(folder.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  for (const each of [folder.journal, folder.inbox, folder.jobs]) mkdirSync(each, { recursive: true });
  const ignore = join(folder.path, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  const idFile = join(folder.path, 'id');
  if (!existsSync(idFile)) {
    // Linked into place: of two that make it at once, both read the same one.
    const temporary = `${idFile}.${randomUUID()}`;
    writeFileSync(temporary, `${randomUUID()}\n`);
    try {
      linkSync(temporary, idFile);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
  }
  return readFileSync(idFile, 'utf8').trim();
}

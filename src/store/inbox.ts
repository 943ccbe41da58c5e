import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DriverIntent, parseIntent } from '../core/run/intent';
import { syncFolder, writeDurably } from '../util/durableFile';
import { sha256 } from '../util/sha256';

export interface InboxItem {
  readonly id: string;
  readonly intent: DriverIntent;
}

/** What was asked for and not yet taken: one file an intent, renamed into place, so that none is ever half there. */
export class Inbox {
  constructor(private readonly folder: string) {}

  /** Durable when it returns. Names sort by time of arrival. */
  put(intent: DriverIntent, nowMs: number): string {
    mkdirSync(this.folder, { recursive: true });
    const id = `${String(nowMs).padStart(15, '0')}-${randomUUID()}`;
    writeDurably(join(this.folder, `${id}.json`), JSON.stringify(intent));
    return id;
  }

  /**
   * The same, once under a key: whoever puts the same intent under the same key again, in whatever process, gets the id
   * of the first time. Throws when the key was used for something else.
   */
  putOnce(intent: DriverIntent, nowMs: number, key: string, isTaken: (id: string) => boolean): string {
    const claims = join(this.folder, 'keys');
    mkdirSync(claims, { recursive: true });
    const claim = join(claims, `${sha256(key)}.json`);
    const content = sha256(JSON.stringify(intent));
    const mine = { id: `${String(nowMs).padStart(15, '0')}-${randomUUID()}`, content };
    const temporary = join(claims, `.${mine.id}.tmp`);
    writeDurably(temporary, JSON.stringify(mine));
    try {
      linkSync(temporary, claim);
      syncFolder(claims);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
    const claimed = JSON.parse(readFileSync(claim, 'utf8')) as typeof mine;
    if (claimed.content !== content)
      throw new Error(
        `the key ${JSON.stringify(key)} was used for another request already; choose a new one`,
      );
    // Whoever claimed it may have died before the intent was there; under its own id it is never applied twice.
    if (!isTaken(claimed.id)) writeDurably(join(this.folder, `${claimed.id}.json`), JSON.stringify(intent));
    return claimed.id;
  }

  /** Everything that waits, oldest first. A file that is no intent is taken away and named in `refused`. */
  list(): { items: InboxItem[]; refused: { id: string; why: string }[] } {
    const items: InboxItem[] = [];
    const refused: { id: string; why: string }[] = [];
    for (const name of this.names()) {
      const id = name.slice(0, -'.json'.length);
      try {
        const parsed = parseIntent(JSON.parse(readFileSync(join(this.folder, name), 'utf8')));
        if (parsed.ok) items.push({ id, intent: parsed.intent });
        else refused.push({ id, why: parsed.message });
      } catch (error) {
        refused.push({ id, why: (error as Error).message });
      }
    }
    return { items, refused };
  }

  isEmpty(): boolean {
    return this.names().length === 0;
  }

  remove(id: string): void {
    rmSync(join(this.folder, `${id}.json`), { force: true });
  }

  private names(): string[] {
    try {
      return readdirSync(this.folder)
        .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
        .sort();
    } catch {
      return [];
    }
  }
}

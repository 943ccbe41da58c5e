import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DriverIntent, parseIntent } from '../core/run/intent';
import { writeDurably } from '../util/durableFile';

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

import type { Clock, WorkspaceFiles } from '../core/ports';
import { bind, describeChanges } from './stages/checkpoint';
import type { StudyRecord } from './studyRecord';

/** Keeps code by content. */
export interface CodeStore {
  /** Path -> sha256 of files as they are now; the name of the whole. */
  keep(files: Readonly<Record<string, string>>): Promise<string>;
  /** Path -> sha256; null: there is none of this name. */
  tree(id: string): Promise<Readonly<Record<string, string>> | null>;
  /** A file of any snapshot by its sha256; null: it was not kept. */
  text(hash: string): Promise<string | null>;
}

export interface CodeKeeperParts {
  readonly record: StudyRecord;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
  readonly store: CodeStore;
  /** sha256 in hex. */
  hash(text: string): string;
}

/** Runs that start within this time of a look share it. */
const lookMs = 2000;
/** Looking takes at most this part of the time. */
const shareOfTime = 1 / 20;
/** Names of changed files that are said. */
const namedAtMost = 3;

/** Keeps the code that runs start with, and notices an edit of it while they wait or run. */
export class CodeKeeper {
  private last: { readonly id: string; readonly until: number } | null = null;

  constructor(private readonly parts: CodeKeeperParts) {}

  /** Name of the code as it is now, kept; looked at anew when a look is due. */
  async current(): Promise<string | null> {
    const { record, files, clock, store } = this.parts;
    const begin = clock.monotonic();
    if (this.last && begin < this.last.until) return this.last.id;
    const { study } = record.state;
    if (!study) return null;
    const id = await store.keep((await bind(study, files, (text) => this.parts.hash(text))).files);
    const took = clock.monotonic() - begin;
    this.last = { id, until: begin + Math.max(lookMs, took / shareOfTime) };
    return id;
  }

  /** What changed between two snapshots, in a few words; null: nothing. */
  async difference(before: string, now: string): Promise<string | null> {
    if (before === now) return null;
    const { store } = this.parts;
    const [old, current] = await Promise.all([store.tree(before), store.tree(now)]);
    if (!old || !current) return null;
    const changes = describeChanges(old, current);
    if (changes.length === 0) return null;
    const more = changes.length - namedAtMost;
    return `${changes.slice(0, namedAtMost).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  }
}

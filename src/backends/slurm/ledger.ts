import type { Host } from '../../core/ports';
import type { JobKey } from '../../core/run/jobHandle';
import { batchFolder, batchIdOf } from './batch';
import type { SlurmEntry } from './parse';

/** Files of one call; each name is an argument. */
const filesAtOnce = 400;

interface Submitted {
  readonly batch: string;
  readonly task: number;
  readonly key: JobKey;
  /** The attempt that it makes at first. */
  readonly first: number;
}

/** What Slurm says of an attempt, and of the run behind it. */
export interface Seen {
  /** The job that makes this very attempt; null: none does now. */
  readonly entry: SlurmEntry | null;
  /** The job that has made it and was put back into the queue since: it is about to make the attempt after. */
  readonly requeued: SlurmEntry | null;
  /** All of them, one that was submitted twice among them. */
  readonly all: readonly SlurmEntry[];
}

/** Batch and task -> what Slurm says of them. */
export type SeenEntries = ReadonlyMap<string, readonly SlurmEntry[]>;

/** What was ever submitted, from the folders of the batches: which task of which batch makes which attempts. */
export class Ledger {
  /** Run and hash of a key, without its attempt -> what was submitted for it. */
  private readonly submitted = new Map<string, Submitted[]>();
  private readonly batches = new Map<string, readonly JobKey[]>();
  /** Batch -> when its folder was made, nanoseconds since the epoch. */
  private readonly madeNs = new Map<string, string>();
  private loaded = false;

  constructor(private readonly host: Host) {}

  async load(signal: AbortSignal): Promise<void> {
    if (this.loaded) return;
    const folder = batchFolder(this.host.bridgeFolder, '').replace(/\/$/, '');
    const files = await this.host.glob(folder, ['*/tasks']);
    for (let at = 0; at < files.length; at += filesAtOnce) {
      const some = files.slice(at, at + filesAtOnce).map(({ path }) => path);
      const { code, stdout, stderr } = await this.host.exec(['awk', '{print FILENAME "\\t" $0}', ...some], {
        ...{ cwd: folder, timeoutMs: 60_000, signal },
      });
      if (code !== 0) throw new Error(`${folder} cannot be read: ${stderr.trim()}`);
      const keys = new Map<string, JobKey[]>();
      for (const line of stdout.split('\n')) {
        const [file, key] = line.split('\t');
        const batch = file?.split('/')[0];
        if (batch === undefined || key === undefined) continue;
        keys.set(batch, [...(keys.get(batch) ?? []), key]);
      }
      for (const [batch, each] of keys) this.add(batch, each);
    }
    for (const { path, modifiedNs } of files) this.madeNs.set(path.split('/')[0]!, modifiedNs);
    this.loaded = true;
  }

  add(batch: string, keys: readonly JobKey[]): void {
    if (this.batches.has(batch)) return;
    this.batches.set(batch, keys);
    keys.forEach((key, task) => {
      const [run, first] = split(key);
      const known = this.submitted.get(run) ?? [];
      known.push({ batch, task, key, first });
      this.submitted.set(run, known);
    });
  }

  /** Whether anything that could make this attempt was ever about to be submitted. */
  has(key: JobKey): boolean {
    return this.makers(key).length > 0;
  }

  /** Tasks of batches that could make this attempt. */
  tasksOf(key: JobKey): readonly { readonly batch: string; readonly task: number }[] {
    return this.makers(key);
  }

  /** Of these batches the day before the first was made, `YYYY-MM-DD`; long ago where that is not known. */
  dayBefore(batches: readonly string[]): string {
    const made = batches.flatMap((batch) => this.madeNs.get(batch) ?? []).map((ns) => Number(ns) / 1e6);
    if (made.length < batches.length || made.length === 0) return '2000-01-01';
    return new Date(Math.min(...made) - 2 * 86_400_000).toISOString().slice(0, 10);
  }

  /** Sorts what Slurm says of our jobs by batch and task. */
  index(entries: readonly SlurmEntry[]): SeenEntries {
    const places = new Map<string, SlurmEntry[]>();
    for (const entry of entries) {
      const batch = batchIdOf(entry.name);
      if (batch === null) continue;
      const isArray = (this.batches.get(batch)?.length ?? 1) > 1;
      // Records of finished jobs know the tasks of an array by their raw numbers only.
      const place =
        isArray && entry.task === null ? `${batch} ${entry.rawId}` : `${batch}_${entry.task ?? 0}`;
      const known = places.get(place);
      if (known) known.push(entry);
      else places.set(place, [entry]);
    }
    return places;
  }

  /** What of it belongs to an attempt. `rawId`: the number that it noted itself when it began. */
  seenOf(key: JobKey, entries: SeenEntries, rawId = ''): Seen {
    const [, attempt] = split(key);
    const all: SlurmEntry[] = [];
    let entry: SlurmEntry | null = null;
    let requeued: SlurmEntry | null = null;
    for (const { batch, task, first } of this.makers(key)) {
      const raw = rawId === '' ? [] : (entries.get(`${batch} ${rawId}`) ?? []);
      for (const each of [...(entries.get(`${batch}_${task}`) ?? []), ...raw]) {
        const makes = first + each.restarts;
        all.push(each);
        if (makes === attempt) entry = better(entry, each);
        else if (makes > attempt) requeued = each;
      }
    }
    return { entry, requeued, all };
  }

  private makers(key: JobKey): readonly Submitted[] {
    const [run, attempt] = split(key);
    return (this.submitted.get(run) ?? []).filter(({ first }) => first <= attempt);
  }
}

/** Of two jobs for one attempt, what happens to the one that got further says how it stands. */
function better(a: SlurmEntry | null, b: SlurmEntry): SlurmEntry {
  if (a === null) return b;
  const rank = ({ state }: SlurmEntry) =>
    ['RUNNING', 'COMPLETING', 'SUSPENDED', 'CONFIGURING'].includes(state) ? 2 : state === 'PENDING' ? 1 : 0;
  return rank(b) > rank(a) ? b : a;
}

function split(key: JobKey): [run: string, attempt: number] {
  const at = key.lastIndexOf(':');
  return [key.slice(0, at), Number(key.slice(at + 1))];
}

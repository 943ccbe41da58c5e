import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { FoundOutput, Host } from '../../core/ports';
import { streamFolders, streamsOf } from '../../core/results/streamFiles';
import { writeDurably } from '../../util/durableFile';

/** What is known here of an attempt elsewhere: `placed.json` in its folder at home. */
export interface Placed {
  readonly host: string;
  readonly run: string;
  readonly command: string;
  /** Folder of the attempt on the target. */
  readonly folder: string;
  /** Working folders, on the target and here. */
  readonly cwd: string;
  readonly homeCwd: string;
  readonly declared: readonly string[];
  readonly requestedAt: number;
}

/** Of one file, at one look. */
const pieceBytes = 4 << 20;
/** A larger output stays on the target until somebody asks for it. */
export const largeBytes = 256 << 20;
const streamIntervalMs = 4000;

/** Brings logs, metrics and outputs of runs elsewhere to where they would be had the run been here. */
export class Homeward {
  private readonly logs = new Map<string, number>();
  private readonly streams = new Map<string, { inode: string; size: number }>();
  private lastStreams = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly host: Host,
    private readonly monotonic: () => number,
  ) {}

  /** What running attempts have written since the last look. */
  async follow(running: readonly { readonly home: string; readonly placed: Placed }[]): Promise<void> {
    await Promise.all(running.map(({ home, placed }) => this.log(home, placed)));
    if (this.monotonic() - this.lastStreams < streamIntervalMs) return;
    this.lastStreams = this.monotonic();
    const byCwd = new Map<string, Placed[]>();
    for (const { placed } of running) byCwd.set(placed.cwd, [...(byCwd.get(placed.cwd) ?? []), placed]);
    for (const [cwd, runs] of byCwd) await this.followStreams(cwd, runs);
  }

  /** The whole log and the fresh outputs of an attempt that has ended. Returns what was too large to bring. */
  async bring(home: string, placed: Placed, outputs: readonly FoundOutput[]): Promise<readonly string[]> {
    while (await this.log(home, placed));
    const large: string[] = [];
    for (const path of new Set(outputs.flatMap((each) => (each.fresh ? [each.path] : []))))
      if (!(await this.file(`${placed.cwd}/${path}`, placed.homeCwd, path, largeBytes))) large.push(path);
    return large;
  }

  /** One file of the target, whole, to its place here; false: it is larger than that. */
  async file(from: string, homeFolder: string, path: string, mostBytes: number): Promise<boolean> {
    const target = resolve(homeFolder, path);
    // A machine that names a path outside of its run's folder gets nothing written.
    if (!target.startsWith(`${resolve(homeFolder)}${sep}`)) return true;
    const first = await this.host.read(from, 0, pieceBytes);
    if (!first) return true;
    if (first.size > mostBytes) return false;
    if (first.bytes.length >= first.size) {
      writeDurably(target, Buffer.from(first.bytes));
      return true;
    }
    const temporary = `${target}.bridge-part`;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(temporary, first.bytes);
    for (let at = first.bytes.length; ;) {
      const piece = await this.host.read(from, at, pieceBytes);
      if (!piece || piece.bytes.length === 0) break;
      appendFileSync(temporary, piece.bytes);
      at += piece.bytes.length;
    }
    renameSync(temporary, target);
    return true;
  }

  /** Appends what is new of a log; true: there may be more. */
  private async log(home: string, placed: Placed): Promise<boolean> {
    const path = join(home, 'log');
    const known = this.logs.get(path) ?? statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const piece = await this.host.read(`${placed.folder}/log`, known, pieceBytes);
    if (!piece || piece.bytes.length === 0) return false;
    if (existsSync(path) && statSync(path).size !== known) truncateSync(path, known);
    mkdirSync(home, { recursive: true });
    appendFileSync(path, piece.bytes);
    this.logs.set(path, known + piece.bytes.length);
    return piece.from + piece.bytes.length < piece.size;
  }

  private async followStreams(cwd: string, runs: readonly Placed[]): Promise<void> {
    const followed = runs.map((run) => ({
      ...{ run: run.run, cwd, command: run.command, declared: run.declared, log: null },
      startedAt: run.requestedAt,
    }));
    const patterns = new Set(
      followed.flatMap((run) =>
        streamFolders(run).flatMap((folder) => {
          const base = folder === '.' ? '' : `${folder}/`;
          const below = folder === '.' ? '' : '**/';
          return ['*.jsonl', '*.ndjson', '*.csv', '*.tsv', 'events.out.tfevents.*'].map(
            (name) => `${base}${below}${name}`,
          );
        }),
      ),
    );
    const found = await this.host.glob(cwd, [...patterns]);
    const facts = new Map(found.map((each) => [each.path, each]));
    // Whether the target's clock agrees is not known: what changed at all since it was last seen counts.
    const candidates = found.map(({ path }) => ({ path, modifiedMs: Number.POSITIVE_INFINITY }));
    const home = runs[0]!.homeCwd;
    for (const path of new Set(followed.flatMap((run) => streamsOf(run, candidates)))) {
      const { inode, size } = facts.get(path)!;
      const mark = `${cwd}/${path}`;
      const known = this.streams.get(mark);
      if (known?.inode === inode && known.size === size) continue;
      const target = resolve(home, path);
      if (!target.startsWith(`${resolve(home)}${sep}`)) continue;
      const local = statSync(target, { throwIfNoEntry: false })?.size;
      if (known?.inode === inode && local === known.size && size > known.size) {
        const piece = await this.host.read(mark, known.size, pieceBytes);
        if (!piece) continue;
        appendFileSync(target, piece.bytes);
        this.streams.set(mark, { inode, size: known.size + piece.bytes.length });
      } else if (size <= pieceBytes) {
        await this.file(mark, home, path, pieceBytes);
        this.streams.set(mark, { inode, size: statSync(target, { throwIfNoEntry: false })?.size ?? 0 });
      }
    }
  }
}

/** Null: nothing is known of it here. */
export function readPlaced(home: string): Placed | null {
  const path = join(home, 'placed.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Placed) : null;
}

export function writePlaced(home: string, placed: Placed): void {
  mkdirSync(home, { recursive: true });
  // Not synced: the target says it all again.
  writeFileSync(join(home, 'placed.json'), `${JSON.stringify(placed, null, 1)}\n`);
}

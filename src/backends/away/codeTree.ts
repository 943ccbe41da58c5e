import type { CodeFile, CodeListing, CodeSource } from '../../core/codeSource';
import type { Host } from '../../core/ports';
import { TargetUnreachable } from '../../core/targetUnreachable';
import { sha256 } from '../../util/sha256';

/** Files that go over at once. */
const together = 16;
const treeTimeoutMs = 600_000;

/**
 * Makes a folder from a list of `mode hash path` lines, whole or not at all. Called as `sh -c SCRIPT sh CODE ID`.
 */
const makeTree = `code=$1 tree=$1/trees/$2 made=$1/trees/$2.$$.tmp last=
[ ! -d "$tree" ] || exit 0
rm -rf "$made" && mkdir -p "$made" || exit 1
while IFS= read -r line; do
  mode=\${line%% *} line=\${line#* }
  hash=\${line%% *} path=\${line#* }
  folder=\${path%/*}
  [ "$folder" = "$path" ] || [ "$folder" = "$last" ] || { mkdir -p "$made/$folder" && last=$folder; } || exit 1
  cp "$code/blobs/\${hash%"\${hash#??}"}/$hash" "$made/$path" && chmod "$mode" "$made/$path" || exit 1
done < "$code/trees/$2.list"
[ -d "$tree" ] || mv "$made" "$tree" 2>/dev/null || [ -d "$tree" ]
`;

/**
 * Lets a tree show what its runs share. Called as `sh -c SCRIPT sh TREE WORK FOLDER… -- DATA…`: folders are made where
 * they are missing, data is only pointed at, and whatever else lies in WORK is there too.
 */
const shareInto = `tree=$1 work=$2 make=yes
shift 2
mkdir -p "$work" || exit 1
show() {
  [ ! -e "$tree/$1" ] && [ ! -L "$tree/$1" ] || return 0
  case $1 in */*) mkdir -p "$tree/\${1%/*}" || return 1 ;; esac
  ln -s "$work/$1" "$tree/$1" 2>/dev/null || [ -L "$tree/$1" ]
}
for path; do
  if [ "$path" = -- ]; then make=; continue; fi
  if [ -n "$make" ]; then mkdir -p "$work/$path" || exit 1
  else case $path in */*) mkdir -p "$work/\${path%/*}" || exit 1 ;; esac; fi
  show "$path" || exit 1
done
for path in "$work"/* "$work"/.[!.]*; do
  [ ! -e "$path" ] || show "\${path##*/}" || exit 1
done
`;

export interface CodeTreeParts {
  readonly host: Host;
  readonly source: CodeSource;
  /** The target's copy of the workspace, where runs share what they read and write; absolute. */
  readonly work: () => string;
  /** More than this is not sent without a word; bytes. */
  readonly mostBytes: number;
}

/** The code on the target: each version a folder of its own that nobody edits, each file sent once. */
export class CodeTrees {
  private readonly there = new Set<string>();
  private readonly shown = new Set<string>();
  private readonly making = new Map<string, Promise<string>>();

  constructor(private readonly parts: CodeTreeParts) {}

  /** The folder of a snapshot, ready to run from. */
  async ready(code: string | null): Promise<string> {
    const listing = await this.parts.source.list(code);
    const lines = listing.files.map(
      ({ path, sha256: hash, executable }) => `${executable ? 755 : 644} ${hash} ${path}\n`,
    );
    const id = sha256(lines.join('')).slice(0, 16);
    // Runs that start together share the work.
    const making =
      this.making.get(id) ?? this.make(id, listing, lines.join('')).finally(() => this.making.delete(id));
    this.making.set(id, making);
    const tree = await making;
    await this.share(tree, listing);
    return tree;
  }

  private async make(id: string, { files }: CodeListing, list: string): Promise<string> {
    const { host } = this.parts;
    const code = `${host.bridgeFolder}/code`;
    const tree = `${code}/trees/${id}`;
    if (this.there.has(id)) return tree;
    this.guard(files);
    const blob = ({ sha256: hash }: CodeFile) => `${hash.slice(0, 2)}/${hash}`;
    const known = new Set(
      (await host.glob(`${code}/blobs`, [...new Set(files.map(blob))])).map(({ path }) => path),
    );
    const missing = [...new Map(files.map((file) => [blob(file), file])).entries()].filter(
      ([path]) => !known.has(path),
    );
    const send = async () => {
      for (let next = missing.pop(); next; next = missing.pop()) {
        const [path, file] = next;
        const bytes = await this.parts.source.content(file);
        if (!bytes)
          throw new TargetUnreachable(`${file.path} was edited while it was sent; it is sent again`);
        await host.write(`${code}/blobs/${path}`, bytes);
      }
    };
    await Promise.all(Array.from({ length: together }, send));
    await host.write(`${code}/trees/${id}.list`, list);
    await this.run(['sh', '-c', makeTree, 'sh', code, id], 'the code cannot be laid out');
    this.there.add(id);
    return tree;
  }

  private async share(tree: string, { shared, data }: CodeListing): Promise<void> {
    const argv = ['sh', '-c', shareInto, 'sh', tree, this.parts.work(), ...shared, '--', ...data];
    const mark = argv.join('\0');
    if (this.shown.has(mark)) return;
    await this.run(argv, 'shared folders cannot be made');
    this.shown.add(mark);
  }

  private guard(files: readonly CodeFile[]): void {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (bytes <= this.parts.mostBytes) return;
    const mib = (size: number) => `${Math.round(size / 2 ** 20)} MiB`;
    const largest = [...files].sort((a, b) => b.size - a.size).slice(0, 3);
    throw new TargetUnreachable(
      `the code to send is ${mib(bytes)}, more than ${mib(this.parts.mostBytes)}; the largest are ${largest.map(({ path, size }) => `${path} (${mib(size)})`).join(', ')}. Name what runs do not need in .bridgeignore, or what they read in "data:" of the run manifest, or allow it with bridge.sync.maxMiB`,
    );
  }

  private async run(argv: readonly string[], what: string): Promise<void> {
    const { host } = this.parts;
    const { signal } = new AbortController();
    const { code, stderr } = await host.exec(argv, { timeoutMs: treeTimeoutMs, signal });
    if (code === 0) return;
    const why = stderr.trim().split('\n').at(-1) ?? '';
    // A disk that is full is waited for, as it is everywhere.
    const full = /no space left|quota/i.test(why) ? { code: 'ENOSPC' } : {};
    throw Object.assign(new Error(`${what} on ${host.id}: ${why}`), full);
  }
}

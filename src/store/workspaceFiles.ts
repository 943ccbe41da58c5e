import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import { globSync } from 'tinyglobby';
import type { WorkspaceFiles } from '../core/ports';
import { writeDurably } from '../util/durableFile';
import { sha256 } from '../util/sha256';
import { LeaseLost } from './leaseLost';

/** Files whose change can change what a run does. Prose and data are left out; what a command names is added. */
const codeExtensions =
  /\.(py|pyx|pyi|ipynb|sh|bash|r|jl|lua|js|mjs|ts|c|cc|cpp|cu|cuh|h|hpp|rs|go|java|yaml|yml|toml|cfg|ini|gin|jsonnet)$/i;
const codeNames = new Set([
  'Makefile',
  'Dockerfile',
  'requirements.txt',
  'environment.yml',
  'setup.py',
  'Snakefile',
]);
const neverCode = [
  '.git/**',
  '.bridge/**',
  '.aris/**',
  'node_modules/**',
  '**/__pycache__/**',
  '**/.venv/**',
  '**/venv/**',
  '.vscode/**',
  'refine-logs/**',
];

/** A file is there and this account may not read it, or it is a folder: wrong input, whoever reads it. */
export class UnreadableInput extends Error {
  override readonly name = 'UnreadableInput';
}

/** Files of a workspace on this machine. */
export class LocalWorkspaceFiles implements WorkspaceFiles {
  /** Hashes by path, valid while inode, size and time stand: a second look costs a stat a file. */
  private readonly hashes = new Map<string, { readonly mark: string; readonly hash: string }>();

  /** `writing`: the driver's own folder for files on their way into place; a reader has none. */
  constructor(
    readonly root: string,
    private readonly writing: string | null = null,
  ) {}

  async read(path: string): Promise<string | null> {
    const absolute = this.inside(path);
    try {
      return readFileSync(absolute, 'utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      throw new UnreadableInput(`${path} cannot be read: ${reasonOf(error)}`, { cause: error });
    }
  }

  async write(path: string, text: string): Promise<void> {
    const absolute = this.inside(path);
    try {
      this.put(absolute, text);
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      throw new Error(`${path} cannot be written: ${reasonOf(error)}`, { cause: error });
    }
  }

  private put(absolute: string, text: string): void {
    const { writing } = this;
    try {
      writeDurably(absolute, text, writing ?? undefined);
    } catch (error) {
      if (writing !== null && !existsSync(writing)) throw new LeaseLost();
      // Another disk than the one that Bridge's own folder is on: a file cannot be renamed across.
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
      writeDurably(absolute, text);
    }
  }

  /** Also of what lies outside: a command may name a script or a checkpoint there. */
  async exists(path: string): Promise<boolean> {
    return existsSync(resolve(this.root, path));
  }

  async list(folder: string): Promise<readonly string[]> {
    try {
      return readdirSync(this.inside(folder));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async hash(path: string): Promise<string | null> {
    return this.hashOf(this.inside(path));
  }

  async codeHashes(
    excluded: readonly string[],
    named: readonly string[],
  ): Promise<Readonly<Record<string, string>>> {
    const isExcluded = picomatch(
      [...neverCode, ...excluded.flatMap((each) => [each, `${each.replace(/\/+$/, '')}/**`])],
      { dot: true },
    );
    const listed =
      this.gitFiles() ??
      globSync('**', {
        cwd: this.root,
        dot: true,
        ignore: neverCode,
        onlyFiles: true,
        followSymbolicLinks: false,
      });
    const wanted = new Set(
      listed.filter((path) => codeExtensions.test(path) || codeNames.has(basename(path))),
    );
    for (const path of named) wanted.add(path);
    const hashes: Record<string, string> = {};
    for (const path of [...wanted].filter((each) => !isExcluded(each)).sort()) {
      const hash = this.hashOf(join(this.root, path));
      if (hash !== null) hashes[path] = hash;
    }
    return hashes;
  }

  /** Tracked and new files without what .gitignore names; null outside a repository or without git. */
  private gitFiles(): string[] | null {
    if (!existsSync(join(this.root, '.git'))) return null;
    try {
      const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
        cwd: this.root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 256 * 1024 * 1024,
      });
      return listing.split('\0').filter((path) => path !== '');
    } catch {
      return null;
    }
  }

  private hashOf(absolute: string): string | null {
    try {
      const stat = statSync(absolute, { bigint: true });
      if (!stat.isFile()) return null;
      const mark = `${stat.ino}:${stat.size}:${stat.mtimeNs}`;
      const known = this.hashes.get(absolute);
      if (known?.mark === mark) return known.hash;
      const hash = sha256(readFileSync(absolute));
      this.hashes.set(absolute, { mark, hash });
      return hash;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** Absolute path of a path of the workspace; throws for one that leaves it, by `..` or by a link on its way. */
  private inside(path: string): string {
    const absolute = resolve(this.root, path);
    const leaves = (base: string, each: string) => {
      const way = relative(base, each);
      return way === '..' || way.startsWith(`..${sep}`);
    };
    if (leaves(resolve(this.root), absolute) || leaves(realpathSync(this.root), realPath(absolute)))
      throw new Error(`${path} leaves the workspace`);
    return absolute;
  }
}

/** A path with its links resolved, as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

/** What the system says, without its code and the path that the message names already. */
function reasonOf(error: unknown): string {
  return (error as Error).message.replace(/^[A-Z]+: /, '').replace(/, \w+ '.*'( -> '.*')?$/s, '');
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import picomatch from 'picomatch';
import { globSync } from 'tinyglobby';
import type { CodeFile, CodeListing, CodeSource } from '../core/codeSource';
import { sha256 } from '../util/sha256';
import { ignoreRules } from './ignoreRules';
import type { Snapshots } from './snapshots';

const run = promisify(execFile);

/** What no run elsewhere needs. */
const never = [
  '.git',
  '.bridge',
  '.aris',
  '.vscode',
  'node_modules',
  '__pycache__',
  '.ipynb_checkpoints',
  '.venv',
  'venv',
];
const neverFiles = picomatch([...never.map((name) => `**/${name}/**`), '**/*.pyc'], { dot: true });

export interface CodeFilesParts {
  readonly root: string;
  readonly snapshots: Snapshots;
  /** Paths that runs read and that are left alone. */
  readonly data: () => readonly string[];
  /** Outputs of runs, as they are declared: globs. */
  readonly outputs: () => readonly string[];
}

/**
 * The code of a workspace for other machines: what git tracks or would track, without what `.gitignore` and
 * `.bridgeignore` name, without data and outputs.
 */
export class CodeFiles implements CodeSource {
  /** Hashes by path, valid while inode, size and time stand. */
  private readonly hashes = new Map<string, { readonly mark: string; readonly hash: string }>();

  constructor(private readonly parts: CodeFilesParts) {}

  async list(code: string | null): Promise<CodeListing> {
    const { root, snapshots } = this.parts;
    const data = this.parts.data().map((path) => path.replace(/^\.\//, '').replace(/\/+$/, ''));
    const outputs = this.parts.outputs();
    const left = picomatch([...data.flatMap((path) => [path, `${path}/**`]), ...outputs], { dot: true });
    const own = ignoreRules(textOf(join(root, '.bridgeignore')));
    const kept = (code === null ? null : await snapshots.tree(code)) ?? {};
    const listed = await this.listed();
    const wanted = new Set([...listed.files, ...Object.keys(kept)]);
    const files = [...wanted]
      // A name with a line end would be two names where it arrives.
      .filter((path) => !neverFiles(path) && !left(path) && !own(path) && !/[\r\n]/.test(path))
      .sort()
      .flatMap((path) => this.fileOf(path, kept[path] ?? null));
    const code_ = new Set(files.flatMap(({ path }) => foldersOf(path)));
    const folders = outputs.map(folderOfGlob).filter((path) => path !== '' && !code_.has(path));
    return {
      files,
      data,
      shared: [...new Set([...listed.ignored, ...this.ignoredByName(), ...folders])].sort(),
    };
  }

  async content(file: CodeFile): Promise<Uint8Array | null> {
    const kept = this.parts.snapshots.read(file.sha256);
    if (kept) return kept;
    const path = join(this.parts.root, file.path);
    if (!existsSync(path)) return null;
    const bytes = readFileSync(path);
    return sha256(bytes) === file.sha256 ? bytes : null;
  }

  /** Folders that `.gitignore` names outright: runs may make them on the target before there are any here. */
  private ignoredByName(): string[] {
    return textOf(join(this.parts.root, '.gitignore'))
      .split(/\r?\n/)
      .flatMap((line) => {
        const [, name] = /^\/?([\w][\w./-]*)\/$/.exec(line.trim()) ?? [];
        return name === undefined || name.includes('..') || never.includes(name.split('/').at(-1)!)
          ? []
          : [name];
      });
  }

  private fileOf(path: string, kept: string | null): CodeFile[] {
    const absolute = join(this.parts.root, path);
    const stat = statSync(absolute, { bigint: true, throwIfNoEntry: false });
    const executable = stat !== undefined && (Number(stat.mode) & 0o100) !== 0;
    const bytes = kept === null ? null : this.parts.snapshots.read(kept);
    if (kept !== null && bytes) return [{ path, sha256: kept, size: bytes.length, executable }];
    if (!stat?.isFile()) return [];
    const mark = `${stat.ino}:${stat.size}:${stat.mtimeNs}`;
    const known = this.hashes.get(path);
    const hash = known?.mark === mark ? known.hash : sha256(readFileSync(absolute));
    this.hashes.set(path, { mark, hash });
    return [{ path, sha256: hash, size: Number(stat.size), executable }];
  }

  private async listed(): Promise<{ files: readonly string[]; ignored: readonly string[] }> {
    const { root } = this.parts;
    const git = async (...args: string[]) => {
      const options = { cwd: root, maxBuffer: 256 << 20 };
      const { stdout } = await run(
        'git',
        ['-c', 'core.fsmonitor=false', 'ls-files', '-z', '--exclude-standard', ...args],
        options,
      );
      return stdout.split('\0').filter((path) => path !== '');
    };
    if (existsSync(join(root, '.git')))
      try {
        const [files, ignored] = await Promise.all([
          git('--cached', '--others'),
          git('--others', '--ignored', '--directory'),
        ]);
        const folders = ignored.filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1));
        return { files, ignored: folders.filter((path) => !never.includes(path.split('/').at(-1)!)) };
      } catch {
        // No git, or no repository after all: the files themselves are looked at.
      }
    const ignored = ignoreRules(textOf(join(root, '.gitignore')));
    const all = globSync('**', {
      ...{ cwd: root, dot: true, onlyFiles: true, followSymbolicLinks: false },
      ignore: never.map((name) => `**/${name}/**`),
    });
    const entries = readdirSync(root, { withFileTypes: true });
    const folders = entries.flatMap((entry) =>
      entry.isDirectory() && ignored(entry.name) ? [entry.name] : [],
    );
    return {
      files: all.filter((path) => !ignored(path)),
      ignored: folders.filter((name) => !never.includes(name)),
    };
  }
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function foldersOf(path: string): string[] {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_, at) => steps.slice(0, at + 1).join('/'));
}

/** The folder that all matches of a glob are in; empty: the workspace itself. */
function folderOfGlob(glob: string): string {
  const steps = glob.split('/').slice(0, -1);
  const wild = steps.findIndex((step) => /[*?{}[\]!()]/.test(step));
  return steps.slice(0, wild < 0 ? undefined : wild).join('/');
}

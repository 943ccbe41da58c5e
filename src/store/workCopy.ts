import { execFile } from 'node:child_process';
import { copyFile, lstat, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { glob } from 'tinyglobby';
import { isLocked } from '../core/agents/judgePermission';
import { isSecretPath } from '../core/agents/secretPath';
import { writeDurably } from '../util/durableFile';

const run = promisify(execFile);

/** Bytes; what is larger is data or a checkpoint, which an agent reads in its place if at all. */
const maxFileBytes = 20 * 1024 * 1024;
const never = ['.git/**', '.bridge/**', '.aris/**', '**/node_modules/**', '**/__pycache__/**', '**/.venv/**'];

/** A file that an agent made, changed or removed. Texts are null where there is none. */
export interface ChangedFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface Taken {
  readonly written: readonly string[];
  /** Edited in the workspace meanwhile: left alone. */
  readonly conflicts: readonly string[];
  /** Not an agent's to change. */
  readonly refused: readonly string[];
}

/**
 * A copy of a workspace for an agent to work in: what git would track and what is new, without secrets, in a repository
 * of its own. The person's index, stash, branches and hooks are never touched, and it works without git in the
 * workspace as well. What comes out is a diff.
 */
export class WorkCopy {
  private constructor(
    private readonly root: string,
    /** Where the agent works, absolute. */
    readonly folder: string,
    private readonly locked: readonly string[],
  ) {}

  static async make(root: string, locked: readonly string[]): Promise<WorkCopy> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'bridge-work-')));
    for (const path of await workspaceFiles(root)) {
      if (isSecretPath(path)) continue;
      const from = join(root, path);
      const stat = await lstat(from).catch(() => null);
      // Links may lead anywhere: an agent gets none of them.
      if (!stat?.isFile() || stat.size > maxFileBytes) continue;
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await copyFile(from, join(folder, path));
    }
    const copy = new WorkCopy(root, folder, locked);
    await copy.git('init', '--quiet');
    // What runs leave behind (results, caches) is shown too, so nothing is ignored but what is never code.
    await writeFile(join(folder, '.git', 'info', 'exclude'), '__pycache__/\n*.pyc\nnode_modules/\n.venv/\n');
    await copy.git('add', '--all', '--force', '--', '.');
    await copy.git('commit', '--quiet', '--allow-empty', '--message', 'As the agent found it');
    return copy;
  }

  /** What is different now. Only texts: a binary file that an agent makes is not code. */
  async changes(): Promise<readonly ChangedFile[]> {
    await this.git('add', '--all');
    const names = (await this.git('diff', '--cached', '--name-only', '--no-renames', '-z', 'HEAD')).split(
      '\0',
    );
    return Promise.all(
      names.filter(Boolean).map(async (path) => ({
        path,
        before: await this.git('show', `HEAD:${path}`).catch(() => null),
        after: await this.textOf(path),
      })),
    );
  }

  /** The whole as a unified diff. */
  async patch(): Promise<string> {
    await this.git('add', '--all');
    return this.git('diff', '--cached', '--no-renames', 'HEAD');
  }

  /**
   * Takes changes over into the workspace, all or those that are named. A file that was edited there since the copy was
   * made is left alone.
   */
  async take(paths: readonly string[] | null): Promise<Taken> {
    const taken = { written: [] as string[], conflicts: [] as string[], refused: [] as string[] };
    for (const { path, before, after } of await this.changes()) {
      if (paths !== null && !paths.includes(path)) continue;
      const target = join(this.root, path);
      const now = await readFile(target, 'utf8').catch(() => null);
      if (isLocked(path, this.locked) || isSecretPath(path) || !(await this.isInside(target)))
        taken.refused.push(path);
      else if (now === after) continue;
      else if (now !== before) taken.conflicts.push(path);
      else {
        if (after === null) await rm(target);
        else writeDurably(target, after);
        taken.written.push(path);
      }
    }
    return taken;
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  private async textOf(path: string): Promise<string | null> {
    const stat = await lstat(join(this.folder, path)).catch(() => null);
    return stat?.isFile() ? readFile(join(this.folder, path), 'utf8') : null;
  }

  /** Whether a folder on the way is a link that leaves the workspace. */
  private async isInside(target: string): Promise<boolean> {
    const root = await realpath(this.root);
    for (let folder = target; folder.length >= this.root.length; folder = dirname(folder)) {
      const real = await realpath(folder).catch(() => null);
      if (real !== null) return real === root || real.startsWith(`${root}/`);
    }
    return false;
  }

  private async git(...args: string[]): Promise<string> {
    const { stdout } = await run(
      'git',
      ['-c', 'core.hooksPath=/dev/null', '-c', 'core.autocrlf=false', ...args],
      {
        cwd: this.folder,
        maxBuffer: 256 * 1024 * 1024,
        env: {
          PATH: process.env.PATH,
          // Neither the person's settings nor a repository around this one have a say.
          ...{
            GIT_CONFIG_GLOBAL: '/dev/null',
            GIT_CONFIG_NOSYSTEM: '1',
            GIT_CEILING_DIRECTORIES: dirname(this.folder),
          },
          ...{ GIT_AUTHOR_NAME: 'Bridge', GIT_AUTHOR_EMAIL: 'bridge@localhost' },
          ...{ GIT_COMMITTER_NAME: 'Bridge', GIT_COMMITTER_EMAIL: 'bridge@localhost' },
        },
      },
    );
    return stdout;
  }
}

/** What git tracks or would, without what it ignores; without a repository everything but tools' own folders. */
async function workspaceFiles(root: string): Promise<readonly string[]> {
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 256 * 1024 * 1024,
  }).catch(() => null);
  if (listed)
    return listed.stdout.split('\0').filter((path) => path !== '' && !/^\.(bridge|aris)\//.test(path));
  return glob('**', { cwd: root, dot: true, ignore: never, onlyFiles: true, followSymbolicLinks: false });
}

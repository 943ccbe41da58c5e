import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { copyFile, lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { glob } from 'tinyglobby';
import type { ChangedFile } from '../core/agents/change';
import { isSecretPath } from '../core/agents/secretPath';

const run = promisify(execFile);

/** Bytes; what is larger is data or a checkpoint, which an agent reads in its place if at all. */
const maxFileBytes = 20 * 1024 * 1024;
const never = ['.git/**', '.bridge/**', '.aris/**', '**/node_modules/**', '**/__pycache__/**', '**/.venv/**'];

/**
 * A copy of a workspace for an agent to work in: what git would track and what is new, without secrets, in a repository
 * of its own. The person's index, stash, branches and hooks are never touched, and it works without git in the
 * workspace as well. What comes out is a diff.
 */
export class WorkCopy {
  private constructor(
    /** Where the agent works, absolute. */
    readonly folder: string,
  ) {}

  /** Where the copy of a piece of work lies; it need not be there yet. */
  static folderOf(id: string): string {
    return join(realpathSync(tmpdir()), `bridge-work-${id}`);
  }

  /** `folder`: must not be there yet. */
  static async make(root: string, folder: string): Promise<WorkCopy> {
    await mkdir(folder, { mode: 0o700 });
    for (const path of await workspaceFiles(root)) {
      if (isSecretPath(path)) continue;
      const from = join(root, path);
      const stat = await lstat(from).catch(() => null);
      // Links may lead anywhere: an agent gets none of them.
      if (!stat?.isFile() || stat.size > maxFileBytes) continue;
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await copyFile(from, join(folder, path));
    }
    const copy = new WorkCopy(folder);
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
    const files = await Promise.all(
      names.filter(Boolean).map(async (path) => ({
        path,
        before: await this.git('show', `HEAD:${path}`).catch(() => null),
        after: await this.textOf(path),
      })),
    );
    return files.filter(({ before, after }) => !before?.includes('\0') && !after?.includes('\0'));
  }

  dispose(): Promise<void> {
    return WorkCopy.remove(this.folder);
  }

  /** Removes a copy, also one that a driver before us left behind. */
  static async remove(folder: string): Promise<void> {
    if (!basename(folder).startsWith('bridge-work-')) return;
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }

  private async textOf(path: string): Promise<string | null> {
    const stat = await lstat(join(this.folder, path)).catch(() => null);
    return stat?.isFile() ? readFile(join(this.folder, path), 'utf8') : null;
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
  if (listed) {
    const paths = listed.stdout.split('\0').filter((path) => path !== '' && !/^\.(bridge|aris)\//.test(path));
    // A repository inside, such as a cloned base repo, is named as a folder.
    const inner = paths.filter((path) => path.endsWith('/'));
    return [...paths.filter((path) => !path.endsWith('/')), ...(await filesIn(root, inner))];
  }
  return filesIn(root, ['']);
}

function filesIn(root: string, folders: readonly string[]): Promise<readonly string[]> {
  if (folders.length === 0) return Promise.resolve([]);
  const patterns = folders.map((folder) => `${folder.replaceAll(/[\\*?[\]{}()!+@]/g, '\\$&')}**`);
  const ignore = [...never, '**/.git/**'];
  return glob(patterns, { cwd: root, dot: true, ignore, onlyFiles: true, followSymbolicLinks: false });
}

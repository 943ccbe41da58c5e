import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const limitMs = 10 * 60_000;

export type Cloned =
  | { readonly kind: 'cloned' | 'there'; readonly commit: string }
  | { readonly kind: 'failed'; readonly why: string };

/** What may be cloned: https, ssh, git or a file, and `user@host:path`; nothing that git would take for an option or a program. */
export function checkRepoUrl(url: string): string | null {
  if (/[\s\u0000-\u001f]/.test(url) || url.startsWith('-'))
    return `${JSON.stringify(url)} is not the address of a repository.`;
  if (/^(https?|ssh|git|file):\/\/[^-]/.test(url)) return null;
  if (/^[\w.-]+@[\w.-]+:(?!-)[\w./~-]+$/.test(url)) return null;
  if (/^(\/|\.{1,2}\/)[^:]*$/.test(url)) return null;
  return `${JSON.stringify(url)} is not the address of a repository: https://…, ssh://…, git@host:path or a folder.`;
}

/**
 * Clones a repository, shallow, into `base_repo/`: without its hooks, its submodules and what its filters would run.
 * A folder that is there already is used when it is a clone of the same address, and otherwise left as it is.
 */
export async function cloneBaseRepo(root: string, url: string, signal: AbortSignal): Promise<Cloned> {
  const wrong = checkRepoUrl(url);
  if (wrong !== null) return { kind: 'failed', why: `bridge.baseRepo: ${wrong}` };
  const target = join(root, 'base_repo');
  if (existsSync(target) && readdirSync(target).length > 0) {
    const origin = await git(target, signal, 'config', '--get', 'remote.origin.url').catch(() => '');
    const top = await git(target, signal, 'rev-parse', '--show-prefix').catch(() => 'elsewhere');
    if (top.trim() === '' && sameAddress(origin.trim(), url))
      return { kind: 'there', commit: (await git(target, signal, 'rev-parse', 'HEAD')).trim() };
    return {
      kind: 'failed',
      why: `base_repo/ is there already and is no clone of ${url}, so it was left as it is. Move it away, or change bridge.baseRepo.`,
    };
  }
  const partial = join(root, '.bridge', 'base_repo.partial');
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(join(root, '.bridge'), { recursive: true });
    await git(
      root,
      signal,
      'clone',
      '--depth',
      '1',
      '--no-tags',
      '--no-recurse-submodules',
      '--template=',
      '--',
      url,
      partial,
    );
    const commit = (await git(partial, signal, 'rev-parse', 'HEAD')).trim();
    await rm(target, { recursive: true, force: true });
    await rename(partial, target);
    return { kind: 'cloned', commit };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (signal.aborted) return { kind: 'failed', why: 'Cloning was cancelled.' };
    return { kind: 'failed', why: `${url} could not be cloned: ${describe(error)}` };
  }
}

function sameAddress(one: string, other: string): boolean {
  const plain = (url: string) =>
    url
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .toLowerCase();
  return plain(one) === plain(other);
}

function describe(error: unknown): string {
  const { stderr = '', message, code } = error as { stderr?: string; message: string; code?: string };
  if (code === 'ENOENT') return 'git is not installed. Install it, then run again.';
  const said = stderr.trim().split('\n').filter(Boolean).slice(-3).join(' ') || message;
  if (
    /could not resolve host|network is unreachable|connection (?:refused|timed out)|failed to connect/i.test(
      said,
    )
  )
    return `the network or its host cannot be reached (${said}). Clone it yourself into base_repo/, or try again later.`;
  if (
    /not found|does not exist|does not appear to be a git|authentication|permission denied|could not read/i.test(
      said,
    )
  )
    return `there is no such repository, or it may not be read (${said}). Check bridge.baseRepo.`;
  return said;
}

async function git(cwd: string, signal: AbortSignal, ...args: string[]): Promise<string> {
  const { stdout } = await run(
    'git',
    [
      ...['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'submodule.recurse=false'],
      ...['-c', 'protocol.ext.allow=never', '-c', 'filter.lfs.smudge=', '-c', 'filter.lfs.required=false'],
      ...args,
    ],
    {
      ...{ cwd, signal, timeout: limitMs, maxBuffer: 16 << 20 },
      env: {
        ...process.env,
        GIT_TERMINAL_PROMPT: '0',
        GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
        GIT_LFS_SKIP_SMUDGE: '1',
      },
    },
  );
  return stdout;
}

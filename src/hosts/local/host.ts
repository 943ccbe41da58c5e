import { execFile, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { glob } from 'tinyglobby';
import type {
  Disposable,
  ExecResult,
  FileFacts,
  Host,
  ProcessIdentity,
  ProcessState,
} from '../../core/ports';
import { bootId, isAlive, processStart } from '../../util/processIdentity';

/** Variables of an editor's process that would change how a run behaves. */
const editorVariables = /^(ELECTRON_|VSCODE_|NODE_OPTIONS$)/;

/** This machine. Small files are read and written synchronously: it is faster, and the driver is a process of its own. */
export class LocalHost implements Host {
  readonly id = 'local';

  constructor(readonly bridgeFolder: string) {}

  exec(
    argv: readonly string[],
    options: { cwd?: string; timeoutMs: number; signal: AbortSignal },
  ): Promise<ExecResult> {
    return new Promise((resolve) => {
      const [file, ...args] = argv;
      execFile(
        file!,
        args,
        { cwd: options.cwd, timeout: options.timeoutMs, signal: options.signal, maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => {
          const failure = error as (Error & { code?: number | string }) | null;
          const code =
            failure === null
              ? 0
              : typeof failure.code === 'number'
                ? failure.code
                : failure.code === 'ENOENT'
                  ? 127
                  : null;
          resolve({ code, stdout, stderr: stderr || (failure?.message ?? '') });
        },
      );
    });
  }

  async read(
    path: string,
    from: number,
    maxBytes: number,
  ): Promise<{ bytes: Uint8Array; from: number; size: number } | null> {
    let handle: number;
    try {
      handle = openSync(path, 'r');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
    try {
      const { size } = fstatSync(handle);
      const start = from < 0 ? Math.max(0, size + from) : Math.min(from, size);
      const bytes = Buffer.alloc(Math.min(maxBytes, size - start));
      const count = readSync(handle, bytes, 0, bytes.length, start);
      return { bytes: bytes.subarray(0, count), from: start, size };
    } finally {
      closeSync(handle);
    }
  }

  async write(files: readonly { path: string; content: string; mode?: number }[]): Promise<void> {
    let made = '';
    for (const file of files) {
      const folder = dirname(file.path);
      if (folder !== made) mkdirSync(folder, { recursive: true });
      made = folder;
      writeFileSync(file.path, file.content, { mode: file.mode ?? 0o644 });
    }
  }

  async glob(folder: string, patterns: readonly string[]): Promise<readonly FileFacts[]> {
    if (patterns.length === 0 || !existsSync(folder)) return [];
    const paths = patterns.every((pattern) => !/[*?{}[\]!()]/.test(pattern))
      ? patterns.filter((pattern) => existsSync(`${folder}/${pattern}`))
      : await glob(patterns as string[], {
          cwd: folder,
          dot: true,
          onlyFiles: true,
          expandDirectories: false,
        });
    return paths.flatMap((path): FileFacts[] => {
      try {
        const stat = statSync(`${folder}/${path}`, { bigint: true });
        return [{ path, inode: String(stat.ino), size: Number(stat.size), modifiedNs: String(stat.mtimeNs) }];
      } catch {
        // Gone between the listing and the look: it is not there.
        return [];
      }
    });
  }

  start(
    argv: readonly string[],
    options: { variables: Readonly<Record<string, string>>; ended: () => void },
  ): Promise<ProcessIdentity> {
    const [file, ...args] = argv;
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !editorVariables.test(name)),
    );
    return new Promise((resolve, reject) => {
      const child = spawn(file!, args, {
        detached: true,
        stdio: 'ignore',
        cwd: '/',
        env: { ...inherited, ...options.variables },
      });
      child.once('error', reject);
      child.once('exit', () => options.ended());
      child.unref();
      if (child.pid !== undefined)
        resolve({ pid: child.pid, startTime: processStart(child.pid)?.startTime ?? '', bootId: bootId() });
    });
  }

  async states(processes: readonly ProcessIdentity[]): Promise<readonly ProcessState[]> {
    return processes.map((each) =>
      each.bootId !== bootId() ? 'rebooted' : isAlive(each) ? 'alive' : 'gone',
    );
  }

  async findByArgument(word: string): Promise<readonly ProcessIdentity[]> {
    if (!existsSync('/proc/self/cmdline')) return this.findWithPs(word);
    return readdirSync('/proc').flatMap((name): ProcessIdentity[] => {
      if (!/^\d+$/.test(name)) return [];
      try {
        if (!readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(word)) return [];
      } catch {
        return [];
      }
      return identify(Number(name));
    });
  }

  private async findWithPs(word: string): Promise<readonly ProcessIdentity[]> {
    const { stdout } = await this.exec(['ps', '-Ao', 'pid=,args='], {
      timeoutMs: 10_000,
      signal: new AbortController().signal,
    });
    return stdout
      .split('\n')
      .flatMap((line) => (line.split(/\s+/).includes(word) ? identify(Number.parseInt(line, 10)) : []));
  }

  async groupAlive(groupId: number): Promise<boolean> {
    return groupMembers(groupId).length > 0;
  }

  async signalGroup(groupId: number, signal: 'terminate' | 'kill'): Promise<void> {
    if (signal === 'terminate') return trySignal(-groupId, 'SIGTERM');
    for (const pid of groupMembers(groupId)) if (pid !== groupId) trySignal(pid, 'SIGKILL');
  }

  watchFolder(folder: string, changed: () => void): Disposable {
    const watcher = watch(folder, changed);
    watcher.on('error', () => watcher.close());
    watcher.unref();
    return { dispose: () => watcher.close() };
  }
}

function identify(pid: number): ProcessIdentity[] {
  const start = processStart(pid);
  return start && !start.zombie && pid !== process.pid
    ? [{ pid, startTime: start.startTime, bootId: bootId() }]
    : [];
}

/** Living members of a process group; a zombie is dead though a signal still reaches it. */
function groupMembers(groupId: number): number[] {
  if (!existsSync('/proc/self/stat')) {
    try {
      process.kill(-groupId, 0);
      return [groupId];
    } catch {
      return [];
    }
  }
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(group) === groupId && state !== 'Z' && state !== 'X' ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it ended by itself, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

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
  renameSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { glob } from 'tinyglobby';
import type { Disposable, ExecResult, FileFacts, Host, ProcessFacts } from '../../core/ports';
import type { ProcessIdentity } from '../../core/run/jobHandle';
import { groupMembers, trySignal } from './groupMembers';
import { countOomKills } from './oomKills';
import { Starter } from './starter';
import { bootId, elapsedSince, isAlive, processStart } from '../../util/processIdentity';

/** Variables of an editor's process that would change how a run behaves. */
const editorVariables = /^(ELECTRON_|VSCODE_|NODE_OPTIONS$)/;
/** What rents machines in the person's name is no run's business. */
const ownSecrets = /^(VAST_API_KEY|BRIDGE_VAST_URL|BRIDGE_LEASE_MS)$/;

/** This machine. Small files are read and written synchronously: it is faster, and the driver is a process of its own. */
export class LocalHost implements Host {
  readonly id = 'local';

  private readonly starter = new Starter(runEnvironment);

  constructor(readonly bridgeFolder: string) {}

  async ready(): Promise<void> {
    // Nobody asks a machine that is off from itself.
  }

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
    // Asked first: most of what is looked for is not there yet, and an exception costs more than the question.
    if (!existsSync(path)) return null;
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

  async write(path: string, content: string | Uint8Array): Promise<void> {
    const temporary = `${path}.${randomUUID()}.tmp`;
    mkdirSync(dirname(path), { recursive: true });
    try {
      writeFileSync(temporary, content);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  async createFolder(path: string, files: Readonly<Record<string, string>>): Promise<boolean> {
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true });
      mkdirSync(temporary);
      for (const [name, content] of Object.entries(files)) writeFileSync(`${temporary}/${name}`, content);
      // Renaming a folder onto one that holds something fails: of two that make it, the first one stands.
      renameSync(temporary, path);
      return true;
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
      throw error;
    }
  }

  async create(path: string, content: string): Promise<boolean> {
    try {
      writeFileSync(path, content, { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
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

  async start(argv: readonly string[]): Promise<ProcessIdentity | null> {
    const pid = argv.some((word) => word.includes('\n'))
      ? await startDirectly(argv, runEnvironment())
      : await this.starter.start(argv);
    const startTime = processStart(pid)?.startTime ?? '';
    // It may have ended already; its claim says who it was.
    return startTime === '' ? null : { pid, startTime, bootId: bootId() };
  }

  async states(processes: readonly ProcessIdentity[]): Promise<readonly ProcessFacts[]> {
    return processes.map((each): ProcessFacts => {
      if (each.bootId !== bootId()) return { state: 'rebooted', elapsedMs: null };
      return isAlive(each)
        ? { state: 'alive', elapsedMs: elapsedSince(each.startTime) }
        : { state: 'gone', elapsedMs: null };
    });
  }

  async boot(): Promise<string> {
    return bootId();
  }

  async oomKills(): Promise<number | null> {
    return countOomKills();
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

  async findByVariable(name: string, value: string): Promise<readonly ProcessIdentity[]> {
    const wanted = `${name}=${value}`;
    // Without /proc nobody may read another process's variables; the group is what can be found there.
    if (!existsSync('/proc/self/environ')) return [];
    return readdirSync('/proc').flatMap((entry): ProcessIdentity[] => {
      if (!/^\d+$/.test(entry)) return [];
      try {
        if (!readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0').includes(wanted)) return [];
      } catch {
        return [];
      }
      return identify(Number(entry));
    });
  }

  async groupAlive(leader: ProcessIdentity): Promise<boolean> {
    return groupMembers(leader).length > 0;
  }

  async signalGroup(leader: ProcessIdentity, signal: 'terminate' | 'kill'): Promise<void> {
    const members = groupMembers(leader);
    if (signal === 'terminate' && members.length > 0) trySignal(-leader.pid, 'SIGTERM');
    if (signal === 'kill') for (const pid of members) if (pid !== leader.pid) trySignal(pid, 'SIGKILL');
  }

  async signal(processes: readonly ProcessIdentity[], signal: 'terminate' | 'kill'): Promise<void> {
    for (const each of processes)
      if (isAlive(each)) trySignal(each.pid, signal === 'kill' ? 'SIGKILL' : 'SIGTERM');
  }

  watchFolder(folder: string, changed: (name: string | null) => void): Disposable {
    const watcher = watch(folder, (_event, name) => changed(name));
    watcher.on('error', () => watcher.close());
    watcher.unref();
    return { dispose: () => watcher.close() };
  }
}

/** The environment of runs: this process's own, without what is the editor's or for Bridge alone. */
function runEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !editorVariables.test(name) && !ownSecrets.test(name)),
  );
}

function startDirectly([file, ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file!, args, { detached: true, stdio: 'ignore', cwd: '/', env });
    child.once('error', reject);
    child.unref();
    if (child.pid !== undefined) resolve(child.pid);
  });
}

function identify(pid: number): ProcessIdentity[] {
  const start = processStart(pid);
  return start && !start.zombie && pid !== process.pid
    ? [{ pid, startTime: start.startTime, bootId: bootId() }]
    : [];
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

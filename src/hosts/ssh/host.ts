import { randomUUID } from 'node:crypto';
import type { Clock, Disposable, ExecResult, FileFacts, Host, ProcessFacts } from '../../core/ports';
import type { ProcessIdentity } from '../../core/run/jobHandle';
import { SshLine, type LineOptions } from './line';

/** A file goes over in pieces of this size, so that nothing else waits behind it for long. */
const pieceBytes = 256 * 1024;

export interface SshHostOptions extends LineOptions {
  /** As the person calls it; what the record calls its runs' host. */
  readonly alias: string;
  /** Bridge's own folder there, relative to the home folder. */
  readonly folder: string;
  readonly clock: Clock;
}

/** A machine behind sshd. Everything goes through one process there; see `agentSource.ts`. */
export class SshHost implements Host {
  readonly id: string;
  private readonly line: SshLine;
  private readonly folder: string;

  constructor(options: SshHostOptions) {
    this.id = options.alias;
    this.folder = options.folder;
    this.line = new SshLine(options.alias, options);
  }

  /** Throws `TargetUnreachable` before the machine has ever been reached. */
  get bridgeFolder(): string {
    return `${this.line.hello.home}/${this.folder}`;
  }

  /** The person's home folder there. */
  get home(): string {
    return this.line.hello.home;
  }

  ready(): Promise<void> {
    return this.line.ready();
  }

  async exec(
    argv: readonly string[],
    { cwd, timeoutMs, signal }: { cwd?: string; timeoutMs: number; signal: AbortSignal },
  ): Promise<ExecResult> {
    const stopped: ExecResult = { code: null, stdout: '', stderr: 'it was interrupted' };
    if (signal.aborted) return stopped;
    let stop: () => void = () => undefined;
    const aborted = new Promise<ExecResult>((resolve) => {
      stop = () => resolve(stopped);
      signal.addEventListener('abort', stop, { once: true });
    });
    const done = this.line.request<ExecResult>('exec', [argv, cwd ?? null, timeoutMs]);
    done.catch(() => undefined);
    return Promise.race([done, aborted]).finally(() => signal.removeEventListener('abort', stop));
  }

  async read(
    path: string,
    from: number,
    maxBytes: number,
  ): Promise<{ bytes: Uint8Array; from: number; size: number } | null> {
    const pieces: Buffer[] = [];
    let begin = from;
    let start: number | null = null;
    for (let left = maxBytes; ;) {
      const piece = await this.line.request<{ bytes: string; from: number; size: number } | null>('read', [
        path,
        begin,
        Math.min(left, pieceBytes),
      ]);
      if (!piece) return null;
      const bytes = Buffer.from(piece.bytes, 'base64');
      start ??= piece.from;
      pieces.push(bytes);
      left -= bytes.length;
      begin = piece.from + bytes.length;
      if (bytes.length === 0 || left <= 0 || begin >= piece.size)
        return { bytes: Buffer.concat(pieces), from: start, size: piece.size };
    }
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    const bytes = Buffer.from(content);
    if (bytes.length <= pieceBytes) return this.line.request('write', [path, bytes.toString('base64'), null]);
    const id = randomUUID();
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const end = Math.min(at + pieceBytes, bytes.length);
      const piece = { id, at, last: end === bytes.length };
      await this.line.request('write', [path, bytes.toString('base64', at, end), piece]);
    }
  }

  createFolder(path: string, files: Readonly<Record<string, string>>): Promise<boolean> {
    return this.line.request('createFolder', [path, files]);
  }

  create(path: string, content: string): Promise<boolean> {
    return this.line.request('create', [path, content]);
  }

  async glob(folder: string, patterns: readonly string[]): Promise<readonly FileFacts[]> {
    return patterns.length === 0 ? [] : this.line.request('glob', [folder, patterns]);
  }

  start(argv: readonly string[]): Promise<ProcessIdentity | null> {
    return this.line.request('start', [argv]);
  }

  states(processes: readonly ProcessIdentity[]): Promise<readonly ProcessFacts[]> {
    return this.line.request('states', [processes]);
  }

  findByArgument(word: string): Promise<readonly ProcessIdentity[]> {
    return this.line.request('findByArgument', [word]);
  }

  findByVariable(name: string, value: string): Promise<readonly ProcessIdentity[]> {
    return this.line.request('findByVariable', [`${name}=${value}`]);
  }

  groupAlive(leader: ProcessIdentity): Promise<boolean> {
    return this.line.request('groupAlive', [leader]);
  }

  signalGroup(leader: ProcessIdentity, signal: 'terminate' | 'kill'): Promise<void> {
    return this.line.request('signalGroup', [leader, signal]);
  }

  signal(processes: readonly ProcessIdentity[], signal: 'terminate' | 'kill'): Promise<void> {
    return this.line.request('signal', [processes, signal]);
  }

  boot(): Promise<string> {
    return this.line.request('boot', []);
  }

  watchFolder(folder: string, changed: (name: string | null) => void): Disposable {
    return this.line.watch(folder, changed);
  }

  dispose(): void {
    this.line.dispose();
  }
}

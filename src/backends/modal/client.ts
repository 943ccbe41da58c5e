import type { ExecResult, Host } from '../../core/ports';
import { TargetUnreachable } from '../../core/targetUnreachable';
import { type ModalApp, parseApps, parseListing } from './parse';

/** A question to the service; it answers in seconds or not at all. */
const askTimeoutMs = 60_000;
const transferTimeoutMs = 30 * 60_000;

/** The calls of Modal's own command-line client that Bridge makes; argument lists, each with its time limit. */
export class ModalClient {
  constructor(
    private readonly host: Host,
    /** Path or name of the client; `BRIDGE_MODAL` names another. */
    readonly program: string,
  ) {}

  /** What is missing before anything can run, with how to get it; empty: nothing. */
  async missing(signal: AbortSignal): Promise<readonly string[]> {
    const version = await this.exec(['--version'], signal);
    if (version.code === 127)
      return [
        `The Modal client is not there (${this.program}). Install it with "pip install modal", then "modal token new"; BRIDGE_MODAL names another path.`,
      ];
    const [major = 0] = (/(\d+)\.(\d+)/.exec(version.stdout)?.slice(1) ?? []).map(Number);
    if (version.code === 0 && major < 1)
      return [
        `The Modal client is too old (${version.stdout.trim()}): version 1 or newer is needed. "pip install --upgrade modal" brings it.`,
      ];
    const listed = await this.exec(['app', 'list', '--json'], signal);
    if (listed.code === 0) return [];
    return [`The Modal client cannot ask the service: ${lastLine(listed)}. "modal token new" logs in.`];
  }

  async apps(signal: AbortSignal): Promise<readonly ModalApp[]> {
    const answer = await this.exec(['app', 'list', '--json'], signal);
    const apps = answer.code === 0 ? parseApps(answer.stdout) : null;
    if (apps === null) throw new TargetUnreachable(`Modal does not say which apps run: ${lastLine(answer)}`);
    return apps;
  }

  /** Names of files in a folder of the volume; none where there is no such folder or volume yet. */
  async list(volume: string, folder: string, signal: AbortSignal): Promise<readonly string[]> {
    const answer = await this.exec(['volume', 'ls', volume, folder, '--json'], signal);
    if (answer.code !== 0 && isAbsent(answer)) return [];
    const names = answer.code === 0 ? parseListing(answer.stdout) : null;
    if (names === null)
      throw new TargetUnreachable(`Modal's volume ${volume} cannot be read: ${lastLine(answer)}`);
    return names;
  }

  /** A file's text; null: there is none. */
  async read(volume: string, path: string, signal: AbortSignal): Promise<string | null> {
    const answer = await this.exec(['volume', 'get', volume, path, '-'], signal);
    if (answer.code === 0) return answer.stdout;
    if (isAbsent(answer)) return null;
    throw new TargetUnreachable(`Modal's volume ${volume} cannot be read: ${lastLine(answer)}`);
  }

  /** Brings a folder of the volume into a folder here, under its own name. */
  async download(volume: string, path: string, into: string, signal: AbortSignal): Promise<void> {
    const argv = ['volume', 'get', volume, path, into, '--force'];
    const answer = await this.exec(argv, signal, transferTimeoutMs);
    if (answer.code !== 0 && !isAbsent(answer))
      throw new TargetUnreachable(`Modal's volume ${volume} cannot be brought home: ${lastLine(answer)}`);
  }

  /** Puts a file where none may be yet; false: there is one. The volume is made where there is none. */
  async create(volume: string, file: string, path: string, signal: AbortSignal): Promise<boolean> {
    const put = () => this.exec(['volume', 'put', volume, file, path], signal);
    let answer = await put();
    if (answer.code !== 0 && isAbsent(answer)) {
      await this.exec(['volume', 'create', volume], signal);
      answer = await put();
    }
    if (answer.code === 0) return true;
    if (/already exists/i.test(answer.stderr + answer.stdout)) return false;
    throw new TargetUnreachable(`Modal's volume ${volume} cannot be written: ${lastLine(answer)}`);
  }

  /** Ends an app and its containers. */
  async stop(id: string, signal: AbortSignal): Promise<void> {
    let answer = await this.exec(['app', 'stop', id], signal);
    // Newer clients ask back, and nobody is there to answer.
    if (answer.code !== 0 && /abort|confirm|\by\/n\b/i.test(answer.stdout + answer.stderr))
      answer = await this.exec(['app', 'stop', id, '--yes'], signal);
    if (answer.code !== 0 && !isAbsent(answer))
      throw new TargetUnreachable(`Modal's app ${id} cannot be stopped: ${lastLine(answer)}`);
  }

  private exec(args: readonly string[], signal: AbortSignal, timeoutMs = askTimeoutMs): Promise<ExecResult> {
    return this.host.exec([this.program, ...args], { timeoutMs, signal });
  }
}

function isAbsent({ stdout, stderr }: ExecResult): boolean {
  return /not found|no such|does not exist/i.test(stderr + stdout);
}

function lastLine({ code, stdout, stderr }: ExecResult): string {
  const said = `${stdout}\n${stderr}`.trim().split('\n').at(-1)?.trim() ?? '';
  return said || (code === null ? 'no answer in time' : `it ended with ${code}`);
}

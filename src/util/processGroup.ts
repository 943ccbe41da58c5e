import { randomUUID } from 'node:crypto';
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import type { ProcessIdentity } from '../core/run/jobHandle';
import { forgetClient, noteClient, orphanedClients } from './clientRegister';
import { bootId, isAlive, processStart } from './processIdentity';

/** How long a client may take to leave by itself before it is killed. */
const graceMs = 1500;

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Carried by all processes of a group in their environment: one whose parents are gone is still known by it. */
const mark = 'BRIDGE_CLIENT';

/**
 * A program and everything it starts. It leads a group of its own, and `end` ends the whole: also what a client's
 * sandbox put into groups or sessions of their own, and what a wrapper that ended first left behind.
 */
export class ProcessGroup {
  readonly exited: Promise<ProcessEnd>;
  private end_: Promise<void> | null = null;
  private lastError = '';

  private constructor(
    private readonly child: ChildProcessByStdio<Writable | null, Readable, Readable>,
    private readonly id: string,
  ) {
    this.exited = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
    // Read always: a full pipe would stop the program.
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => (this.lastError = (this.lastError + text).slice(-8192)));
    // A program that left closes its ends; that it left is told by `exited`.
    child.stdin?.on('error', () => undefined);
    process.once('exit', this.atExit);
  }

  /** Rejects with the system's error when the program cannot be started. `stdin: 'closed'` gives it an empty input. */
  static start(
    argv: readonly string[],
    options: { cwd: string; environment: Readonly<Record<string, string>>; stdin: 'pipe' | 'closed' },
  ): Promise<ProcessGroup> {
    const [file, ...args] = argv;
    const id = randomUUID();
    noteClient(id, null);
    return new Promise((resolve, reject) => {
      const child = spawn(file!, args, {
        cwd: options.cwd,
        env: { ...options.environment, [mark]: id },
        detached: process.platform !== 'win32',
        stdio: [options.stdin === 'pipe' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
        windowsHide: true,
      }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
      child.once('error', (error) => {
        forgetClient(id);
        reject(error);
      });
      if (child.pid !== undefined) {
        noteClient(id, identityOf(child.pid));
        const group = new ProcessGroup(child, id);
        child.once('spawn', () => resolve(group));
      }
    });
  }

  get stdin(): Writable {
    if (this.child.stdin === null) throw new Error('this program was started without an input');
    return this.child.stdin;
  }

  get stdout(): Readable {
    return this.child.stdout;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The end of what it wrote to its error stream. */
  get errorText(): string {
    return this.lastError.trim();
  }

  /** Asks politely, then kills; resolves when none of its processes is left. */
  end(): Promise<void> {
    return (this.end_ ??= this.endAll());
  }

  private readonly atExit = () => {
    for (const each of this.members()) signalProcess(each, 'SIGKILL');
  };

  private async endAll(): Promise<void> {
    const members = this.members();
    this.child.stdin?.destroy();
    for (const each of members) signalProcess(each, 'SIGTERM');
    const deadline = performance.now() + graceMs;
    while (performance.now() < deadline && members.some(isAlive)) await soon();
    // Who was started meanwhile belongs to it too.
    for (let left = members; left.length > 0; left = [...left, ...this.members()].filter(isAlive)) {
      for (const each of left) signalProcess(each, 'SIGKILL');
      await soon();
    }
    this.child.stdout.destroy();
    this.child.stderr.destroy();
    await this.exited;
    process.off('exit', this.atExit);
    forgetClient(this.id);
  }

  private members(): ProcessIdentity[] {
    const lives = this.child.exitCode === null && this.child.signalCode === null;
    // The number of a process that is gone may belong to somebody else.
    return membersOf(this.id, lives ? this.pid : null);
  }
}

/** All that belong to a client: by group and descent while its leader lives, and by its mark where environments can be read. */
function membersOf(id: string, leader: number | null): ProcessIdentity[] {
  const all = listProcesses();
  const found = new Set<number>(leader === null ? [] : [leader]);
  for (const each of all)
    if ((leader !== null && each.group === leader) || environmentHolds(each.pid, `${mark}=${id}`))
      found.add(each.pid);
  for (let grown = true; grown;) {
    grown = false;
    for (const each of all)
      if (!found.has(each.pid) && found.has(each.parent)) {
        found.add(each.pid);
        grown = true;
      }
  }
  return [...found].flatMap((pid) => {
    const identity = pid === process.pid ? null : identityOf(pid);
    return identity === null ? [] : [identity];
  });
}

/** null: there is no such process, or only what is left of it. */
function identityOf(pid: number): ProcessIdentity | null {
  const start = processStart(pid);
  return start && !start.zombie ? { pid, startTime: start.startTime, bootId: bootId() } : null;
}

/** Ends what drivers that were killed left running. Resolves with how many clients that were. */
export async function endOrphanedClients(): Promise<number> {
  const orphans = orphanedClients();
  for (const { id, leader } of orphans) {
    for (;;) {
      const members = membersOf(id, leader !== null && isAlive(leader) ? leader.pid : null);
      if (members.length === 0) break;
      for (const each of members) signalProcess(each, 'SIGKILL');
      await soon();
    }
    forgetClient(id);
  }
  return orphans.length;
}

function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    // ESRCH: it ended by itself, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function environmentHolds(pid: number, text: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`).includes(text);
  } catch {
    // Somebody else's process, or a system without such files.
    return false;
  }
}

function listProcesses(): { pid: number; parent: number; group: number }[] {
  if (!existsSync('/proc/self/stat')) return listWithPs();
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [{ pid: Number(name), parent: Number(fields[1]), group: Number(fields[2]) }];
    } catch {
      // Gone between the listing and the look.
      return [];
    }
  });
}

function listWithPs(): { pid: number; parent: number; group: number }[] {
  try {
    return execFileSync('ps', ['-Ao', 'pid=,ppid=,pgid='], { encoding: 'utf8' })
      .split('\n')
      .map((row) => row.trim().split(/\s+/).map(Number))
      .flatMap(([pid, parent, group]) =>
        pid && parent !== undefined && group !== undefined ? [{ pid, parent, group }] : [],
      );
  } catch {
    return [];
  }
}

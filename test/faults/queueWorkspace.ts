import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cliPath } from '../integration/harness/bridge';
import { type Ended, runToEnd } from './processes';

export interface JobLine {
  readonly id: string;
  readonly status: string;
  readonly attempts: number;
  readonly reason: string | null;
  readonly why: string | null;
  readonly exitCode: number | null;
  readonly gpu: string | null;
}

export interface QueueEnd extends Ended {
  readonly jobs: Readonly<Record<string, JobLine>>;
}

/** A folder with a manifest and nothing else, driven by the real program. */
export class QueueWorkspace {
  readonly root: string;
  private readonly outer = mkdtempSync(join(tmpdir(), 'bridge-queue-'));
  /** Added to the environment of every call. */
  readonly env: Record<string, string> = {};

  constructor(manifest = '') {
    this.root = join(this.outer, 'work');
    mkdirSync(this.root);
    this.env.XDG_CONFIG_HOME = join(this.outer, 'config');
    if (manifest !== '') this.write('m.yaml', manifest);
  }

  path(name: string): string {
    return join(this.root, name);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  read(name: string): string {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : '';
  }

  /** Lines that runs left in `ledger`, in order. */
  ledger(): string[] {
    return this.read('ledger').split('\n').filter(Boolean);
  }

  /** A program that is found before any other of its name. */
  program(name: string, script: string): void {
    const folder = join(this.outer, 'bin');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), script);
    chmodSync(join(folder, name), 0o755);
    this.env.PATH = `${folder}:${process.env.PATH}`;
  }

  call(...args: string[]): Promise<Ended> {
    return runToEnd([process.execPath, cliPath, ...args, '--workspace', this.root], this.env);
  }

  async queue(manifest = 'm.yaml', ...args: string[]): Promise<QueueEnd> {
    const ended = await this.call('queue', manifest, '--json', ...args);
    return { ...ended, jobs: jobsOf(ended.stdout) };
  }

  async status(): Promise<Readonly<Record<string, JobLine>>> {
    return jobsOf((await this.call('status', '--json')).stdout);
  }

  /** A driver that goes on while the test does something else. */
  start(...args: string[]) {
    const child = spawn(process.execPath, [cliPath, ...args, '--workspace', this.root], {
      env: { ...process.env, ...this.env },
      stdio: 'ignore',
    });
    return { child, ended: new Promise<number | null>((done) => child.on('close', done)) };
  }

  /** Programs that were started for this workspace and have not left: a driver by itself writes until it has. */
  processes(): number[] {
    return readdirSync('/proc').flatMap((name) => {
      if (!/^\d+$/.test(name)) return [];
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return words.includes(this.root) ? [Number(name)] : [];
      } catch {
        // Gone between the listing and the look.
        return [];
      }
    });
  }

  /** Folder of a run's n-th attempt. */
  attempt(run: string, n = 1): string {
    const folder = this.path(`.bridge/jobs/${run}`);
    const name = readdirSync(folder).find((each) => each.startsWith(`${n}-`) && !each.endsWith('.tmp'));
    if (name === undefined) throw new Error(`${run} has no attempt ${n}`);
    return join(folder, name);
  }

  /** Line in which a text stands first, 1-based. */
  lineOf(text: string, file = 'm.yaml'): number {
    return (
      this.read(file)
        .split('\n')
        .findIndex((line) => line.includes(text)) + 1
    );
  }

  dispose(): void {
    rmSync(this.outer, { recursive: true, force: true });
  }
}

function jobsOf(stdout: string): Record<string, JobLine> {
  if (!stdout.trim().startsWith('{')) return {};
  const { jobs } = JSON.parse(stdout) as { jobs: JobLine[] };
  return Object.fromEntries(jobs.map((job) => [job.id, job]));
}

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Workspace } from './workspace';

/** The program under test: what `npm run build` made, or another build of it. */
export const cliPath = resolve(process.env.BRIDGE_CLI ?? 'dist/cli.js');
if (!existsSync(cliPath)) throw new Error(`${cliPath} is missing: "npm run build" makes it.`);

/** A call takes longer than this only when it hangs. */
const limitMs = 45_000;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A call of `bridge` that may still run. */
export class Call {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;

  constructor(
    readonly child: ChildProcess,
    hangsMs = limitMs,
  ) {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    const limit = setTimeout(() => child.kill('SIGKILL'), hangsMs);
    this.ended = new Promise((done, fail) => {
      child.on('error', fail);
      child.on('close', (code) => {
        clearTimeout(limit);
        done({ code, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  get pid(): number {
    return this.child.pid!;
  }
}

export interface CallOptions {
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folder to call from; default: the workspace. */
  readonly cwd?: string;
  /** Program and arguments that the call is run by, such as another user's. */
  readonly through?: readonly string[];
  /** Another copy of the program, for somebody who may not read this one. */
  readonly program?: string;
  /** It is given up after this time; default: as long as a call that does not hang may take. */
  readonly limitMs?: number;
}

/** Starts `bridge ARGS` in a workspace, with settings of its own. */
export function startBridge(workspace: Workspace, args: readonly string[], options: CallOptions = {}): Call {
  const [program, ...rest] = [
    ...(options.through ?? []),
    process.execPath,
    options.program ?? cliPath,
    ...args,
  ];
  return new Call(
    spawn(program ?? process.execPath, rest, {
      cwd: options.cwd ?? workspace.root,
      env: { ...process.env, XDG_CONFIG_HOME: workspace.configHome, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
    options.limitMs,
  );
}

/** Calls `bridge ARGS` to its end. Whatever happens, nobody is shown a stack trace. */
export async function bridge(
  workspace: Workspace,
  args: readonly string[],
  options: CallOptions = {},
): Promise<Ended> {
  const ended = await startBridge(workspace, args, options).ended;
  expect(ended.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  return ended;
}

/** Looks until something is the case; says what was waited for when it never is. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const limit = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > limit) throw new Error(`waited in vain: ${what}`);
    await pause(20);
  }
}

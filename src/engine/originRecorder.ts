import type { Clock, Host, WorkspaceFiles } from '../core/ports';
import type { CodeOrigin, EnvironmentFacts, RunOrigin } from '../core/results/origin';
import type { RunEvent } from '../core/run/event';
import type { Attempt, StudyState } from '../core/run/state';
import { homeOf } from '../core/run/jobHandle';
import { runOfKey } from '../core/run/jobKey';
import type { OpenAttempt } from './openAttempts';
import { probeCode, probeEnvironment } from './originProbe';

/** An environment is asked about again after this long: packages may be installed while a queue runs. */
const environmentMs = 60_000;
/** Attempts that start within this time of a look share it, so that a queue of short runs is not slowed by git. */
const codeMs = 2000;
/** A larger difference from the commit is known by its hash alone. */
const diffBytesAtMost = 4 << 20;

export interface OriginParts {
  readonly state: () => StudyState;
  /** The workspace's machine: where code comes from, and where origins are kept. */
  readonly home: Host;
  /** The machine of that name; null: commands cannot be run there from here. */
  readonly hostOf: (id: string) => Host | null;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
  /** sha256 in hex. */
  hash(text: string): string;
}

/**
 * Writes down how each attempt came about, in its folder on the target, once: the code as it stood and what it ran
 * on. Attempts that start together share one look, nothing waits for it, and a target that cannot answer leaves the
 * attempt without an origin, which reports then say.
 */
export class OriginRecorder {
  private started: string[] = [];
  private looking: Promise<void> | null = null;
  private readonly environments = new Map<string, { readonly at: number; readonly id: string }>();
  private readonly codes = new Map<string, { readonly at: number; readonly code: CodeOrigin }>();

  constructor(private readonly parts: OriginParts) {}

  heard(event: RunEvent): void {
    if (event.type !== 'attempt.started') return;
    this.started.push(event.key);
    this.looking ??= Promise.resolve()
      .then(() => this.look())
      .finally(() => (this.looking = null));
  }

  /** Resolves when everything that was heard is written down. */
  async settle(): Promise<void> {
    while (this.looking) await this.looking;
  }

  /** What was written down for an attempt. */
  async read(attempt: Attempt): Promise<RunOrigin | null> {
    return attempt.handle && readJson<RunOrigin>(this.parts.home, `${homeOf(attempt.handle)}/origin.json`);
  }

  async readEnvironment(id: string): Promise<EnvironmentFacts | null> {
    return readJson<EnvironmentFacts>(this.parts.home, environmentPath(this.parts.home, id));
  }

  private async look(): Promise<void> {
    while (this.started.length > 0) {
      const keys = new Set(this.started);
      this.started = [];
      const groups = new Map<string, OpenAttempt[]>();
      for (const key of keys) {
        const job = this.parts.state().jobs.get(runOfKey(key));
        const attempt = job?.attempts.find((each) => each.key === key);
        if (!job || !attempt) continue;
        const open = { job, attempt };
        const place = JSON.stringify([open.attempt.host, this.folderOf(open)]);
        groups.set(place, [...(groups.get(place) ?? []), open]);
      }
      // What a look cannot find out is missing from the provenance; it is no reason to stop a run.
      for (const group of groups.values()) await this.record(group).catch(() => undefined);
    }
  }

  private async record(group: readonly OpenAttempt[]): Promise<void> {
    const [first] = group;
    const host = first && this.parts.hostOf(first.attempt.host);
    if (!first || !host) return;
    const { signal } = new AbortController();
    const folder = this.folderOf(first);
    const code = await this.code(this.parts.home, folder, signal);
    for (const { job, attempt } of group) {
      const made = { ...job.job, command: attempt.command ?? job.job.command };
      const there = attempt.handle?.cwd ?? folder;
      const environment = await this.environment(host, made, there, signal);
      const origin: RunOrigin = {
        gatheredAt: new Date(this.parts.clock.now()).toISOString(),
        code,
        environment,
      };
      if (attempt.handle)
        await this.parts.home.create(
          `${homeOf(attempt.handle)}/origin.json`,
          `${JSON.stringify(origin, null, 1)}\n`,
        );
    }
  }

  private async code(host: Host, folder: string, signal: AbortSignal): Promise<CodeOrigin> {
    const place = JSON.stringify([host.id, folder]);
    const known = this.codes.get(place);
    const at = this.parts.clock.monotonic();
    if (known && at - known.at < codeMs) return known.code;
    const { commit, dirty, diff, untracked } = await probeCode(host, folder, signal);
    const diffSha256 = diff === '' ? null : this.parts.hash(diff);
    if (diffSha256 !== null && diff.length <= diffBytesAtMost)
      await host.write(diffPath(host.bridgeFolder, diffSha256), diff);
    const hashes: Record<string, string> = {};
    for (const path of untracked) {
      const hash = await this.hashOf(host, `${folder}/${path}`);
      if (hash !== null) hashes[path] = hash;
    }
    const code = { commit, dirty, diffSha256, untracked: hashes };
    this.codes.set(place, { at, code });
    return code;
  }

  private async environment(
    host: Host,
    job: OpenAttempt['job']['job'],
    folder: string,
    signal: AbortSignal,
  ): Promise<string> {
    const interpreter = /\S*python[\d.]*(?=\s)/.exec(job.command)?.[0] ?? '';
    const place = JSON.stringify([host.id, folder, job.environment, job.setup !== '', interpreter]);
    const known = this.environments.get(place);
    const now = this.parts.clock.monotonic();
    if (known && now - known.at < environmentMs) return known.id;
    const text = `${JSON.stringify(await probeEnvironment(host, job, folder, signal), null, 1)}\n`;
    const id = this.parts.hash(text).slice(0, 16);
    await this.parts.home.write(environmentPath(this.parts.home, id), text);
    this.environments.set(place, { at: now, id });
    return id;
  }

  private async hashOf(host: Host, path: string): Promise<string | null> {
    const piece = await host.read(path, 0, diffBytesAtMost);
    return piece && this.parts.hash(new TextDecoder().decode(piece.bytes));
  }

  private folderOf({ job }: OpenAttempt): string {
    const { cwd } = job.job;
    return cwd.startsWith('/') ? cwd : `${this.parts.files.root}/${cwd}`.replace(/\/\.$/, '');
  }
}

/** Where the difference of a code from its commit is kept. */
export function diffPath(bridgeFolder: string, sha256: string): string {
  return `${bridgeFolder}/diffs/${sha256}.patch`;
}

function environmentPath(host: Host, id: string): string {
  return `${host.bridgeFolder}/environments/${id}.json`;
}

async function readJson<T>(host: Host, path: string): Promise<T | null> {
  const piece = await host.read(path, 0, 16 << 20);
  if (!piece) return null;
  try {
    return JSON.parse(new TextDecoder().decode(piece.bytes)) as T;
  } catch {
    return null;
  }
}

import { join, relative } from 'node:path';
import type {
  Capacity,
  Clock,
  ComputeBackend,
  Disposable,
  FoundOutput,
  Host,
  JobStatus,
  LogChunk,
  PlacedJob,
  PlaceRequest,
} from '../../core/ports';
import type { CodeSource } from '../../core/codeSource';
import type { StopReason } from '../../core/run/event';
import type { Failure } from '../../core/run/failure';
import type { JobHandle, JobKey } from '../../core/run/jobHandle';
import { attemptPath } from '../../core/run/jobKey';
import { CodeTrees } from './codeTree';
import { lookAround, missingOf, type TargetFacts, withConda } from './environment';
import { Homeward, readPlaced, writePlaced } from './homeward';
import { lendData, lendInputs } from './inputs';

export interface AwayParts {
  /** What runs there: our own queue or the target's. */
  readonly inner: ComputeBackend;
  /** The machine that the target's disk is seen from. */
  readonly host: Host;
  readonly source: CodeSource;
  readonly clock: Clock;
  /** The workspace on this machine, and Bridge's own folder in it. */
  readonly root: string;
  readonly bridgeFolder: string;
  /** Folder of the person's on the target that stands for the workspace; null: one of Bridge's own. */
  readonly codeDir: string | null;
  readonly mostCodeBytes: number;
  complain(sentence: string): void;
}

/** What is known of the target is looked at again after this time. */
const factsMs = 60_000;

/**
 * A target whose disk is not the workspace's. Code goes there, a folder a version; runs work in it and share outputs,
 * data and ignored folders with each other; logs and results come home to where they would be had the run been here.
 */
export class AwayBackend implements ComputeBackend {
  private readonly trees: CodeTrees;
  private readonly homeward: Homeward;
  private facts: { readonly at: number; readonly value: TargetFacts } | null = null;
  private lentData = new Set<string>();
  private missingData: readonly string[] = [];
  private following: Promise<void> | null = null;

  constructor(private readonly parts: AwayParts) {
    const { host, source, clock } = parts;
    this.trees = new CodeTrees({ host, source, work: () => this.work, mostBytes: parts.mostCodeBytes });
    this.homeward = new Homeward(host, () => clock.monotonic());
  }

  get id(): string {
    return this.parts.inner.id;
  }

  get scheduling(): 'bridge' | 'target' {
    return this.parts.inner.scheduling;
  }

  get pollIntervalMs(): number | undefined {
    return this.parts.inner.pollIntervalMs;
  }

  /** The target's copy of the workspace: where outputs, data and ignored folders are. */
  get work(): string {
    const { host, codeDir } = this.parts;
    if (codeDir === null) return `${host.bridgeFolder}/work`;
    const home = host.bridgeFolder.slice(0, host.bridgeFolder.indexOf('/.bridge/'));
    return codeDir.startsWith('/')
      ? codeDir.replace(/\/+$/, '')
      : `${home}/${codeDir.replace(/^~\//, '').replace(/\/+$/, '')}`;
  }

  async probe(signal: AbortSignal): Promise<Capacity> {
    await this.parts.host.ready();
    const capacity = await this.parts.inner.probe(signal);
    const missing = missingOf(await this.factsNow(signal));
    return { ...capacity, missing: [...capacity.missing, ...missing, ...this.missingData] };
  }

  async refuse(
    requests: readonly PlaceRequest[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Failure>> {
    const { inner, host } = this.parts;
    if (!inner.refuse) return new Map();
    await host.ready();
    return inner.refuse(requests, signal);
  }

  async submit(jobs: readonly PlacedJob[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    const { inner, host, clock, root } = this.parts;
    await host.ready();
    const facts = await this.factsNow(signal);
    const moved: PlacedJob[] = [];
    for (const job of jobs) {
      const tree = await this.treeFor(job.code ?? null, signal);
      await lendInputs(host, root, tree, job.inputs ?? []);
      const cwd = this.there(job.cwd, tree);
      writePlaced(this.home(job.key), {
        ...{ host: host.id, run: job.run, command: job.command, declared: job.expectedOutputs },
        ...{
          folder: `${host.bridgeFolder}/${attemptPath(job.key)}`,
          cwd,
          homeCwd: job.cwd,
          requestedAt: clock.now(),
        },
      });
      moved.push({ ...job, cwd, environment: withConda(job.environment, facts) });
    }
    const handles = await inner.submit(moved, signal);
    return this.withHomes(handles);
  }

  async find(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    await this.parts.host.ready();
    return this.withHomes(await this.parts.inner.find(keys, signal));
  }

  async poll(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobStatus>> {
    await this.parts.host.ready();
    const statuses = await this.parts.inner.poll(keys, signal);
    this.follow([...statuses].flatMap(([key, { kind }]) => (kind === 'running' ? [key] : [])));
    return new Map([...statuses].map(([key, status]) => [key, this.statusAtHome(key, status)]));
  }

  async forbid(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlySet<JobKey>> {
    await this.parts.host.ready();
    return this.parts.inner.forbid(keys, signal);
  }

  watch(changed: (keys: readonly JobKey[]) => void): Disposable {
    const { host, inner } = this.parts;
    let watching: Disposable | undefined;
    let disposed = false;
    // Where it cannot be reached now, polls tell until it can.
    const begin = () =>
      host.ready().then(
        () => {
          if (!disposed) watching ??= inner.watch?.(changed);
        },
        () => undefined,
      );
    void begin();
    this.watchAgain = () => void (watching ? null : begin());
    return {
      dispose: () => {
        disposed = true;
        watching?.dispose();
      },
    };
  }

  private watchAgain: () => void = () => undefined;

  async readLog(key: JobKey, from: number, maxBytes: number, signal: AbortSignal): Promise<LogChunk> {
    await this.parts.host.ready();
    return this.parts.inner.readLog(key, from, maxBytes, signal);
  }

  async outputs(key: JobKey, signal: AbortSignal): Promise<readonly FoundOutput[]> {
    await this.parts.host.ready();
    return this.parts.inner.outputs(key, signal);
  }

  async cancel(keys: readonly JobKey[], reason: StopReason, signal: AbortSignal): Promise<void> {
    await this.parts.host.ready();
    await this.parts.inner.cancel(keys, reason, signal);
  }

  /** Log and outputs come home; what is too large stays, and that is said. */
  async collect(key: JobKey, signal: AbortSignal): Promise<void> {
    const { inner, host } = this.parts;
    await host.ready();
    await inner.collect(key, signal);
    const home = this.home(key);
    const placed = readPlaced(home);
    if (!placed) return;
    const large = await this.homeward.bring(home, placed, await inner.outputs(key, signal));
    for (const path of large)
      this.parts.complain(`${path} of ${placed.run} is large and stays on ${host.id}, in ${placed.cwd}.`);
  }

  async release(key: JobKey, signal: AbortSignal): Promise<'gone' | 'going'> {
    await this.parts.host.ready();
    return this.parts.inner.release(key, signal);
  }

  private async treeFor(code: string | null, signal: AbortSignal): Promise<string> {
    const { host, root, source } = this.parts;
    const { data } = await source.list(code);
    const fresh = data.filter((path) => !this.lentData.has(path));
    if (fresh.length > 0) {
      const missing = await lendData(host, root, this.work, fresh, signal);
      for (const sentence of missing)
        if (!this.missingData.includes(sentence)) this.parts.complain(`${host.id}: ${sentence}`);
      this.missingData = missing;
      for (const path of fresh)
        if (!missing.some((each) => each.startsWith(`${path},`))) this.lentData.add(path);
    }
    return this.trees.ready(code);
  }

  private async factsNow(signal: AbortSignal): Promise<TargetFacts> {
    const at = this.parts.clock.monotonic();
    this.watchAgain();
    if (this.facts && at - this.facts.at < factsMs) return this.facts.value;
    const value = await lookAround(this.parts.host, signal);
    this.facts = { at, value };
    return value;
  }

  /** A folder of the workspace, in the tree; one outside of it is the target's own. */
  private there(cwd: string, tree: string): string {
    const way = relative(this.parts.root, cwd);
    return way === '..' || way.startsWith('../') ? cwd : way === '' ? tree : `${tree}/${way}`;
  }

  private home(key: JobKey): string {
    return join(this.parts.bridgeFolder, attemptPath(key));
  }

  private atHome(key: JobKey, handle: JobHandle): JobHandle {
    const home = this.home(key);
    const cwd = readPlaced(home)?.cwd;
    return { ...handle, home, ...(cwd === undefined ? {} : { cwd }) };
  }

  private withHomes(handles: ReadonlyMap<JobKey, JobHandle>): ReadonlyMap<JobKey, JobHandle> {
    return new Map([...handles].map(([key, handle]) => [key, this.atHome(key, handle)]));
  }

  private statusAtHome(key: JobKey, status: JobStatus): JobStatus {
    return status.kind === 'queued' && status.handle
      ? { ...status, handle: this.atHome(key, status.handle) }
      : status;
  }

  /** In the background: a target that is slow to give its logs keeps nobody from hearing that a run has ended. */
  private follow(keys: readonly JobKey[]): void {
    if (this.following || keys.length === 0) return;
    const running = keys.flatMap((key) => {
      const home = this.home(key);
      const placed = readPlaced(home);
      return placed ? [{ home, placed }] : [];
    });
    this.following = this.homeward
      .follow(running)
      // What could not be read now is read the next time.
      .catch(() => undefined)
      .finally(() => (this.following = null));
  }
}

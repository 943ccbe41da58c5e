import { existsSync, type FSWatcher, openSync, readSync, closeSync, fstatSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { PermissionRequest } from '../core/agents/author';
import type { ChangedFile } from '../core/agents/change';
import type { Disposable, LogChunk } from '../core/ports';
import { homeOf } from '../core/run/jobHandle';
import type { DriverIntent } from '../core/run/intent';
import { StateFold } from '../core/run/reduce';
import type { StudyState } from '../core/run/state';
import type { BridgeClient, RunCurves } from '../engine/client';
import { FileAsks } from './asks';
import { FileChanges } from './changes';
import { bridgeFolder, ensureBridgeFolder } from './bridgeFolder';
import { Inbox } from './inbox';
import { currentHolder } from './journal';
import { JournalReader } from './journalReader';
import { LiveMetrics } from './liveMetrics';
import { Snapshots } from './snapshots';

/** How often the journal is looked at where the file system does not tell. */
const pollMs = 1000;
/** Changes are told at most this often, */
const coalesceMs = 100;
/** and of a study with thousands of runs, which everybody who is told goes through, less often: this much a run. */
const coalesceMsPerRun = 0.025;

export interface ClientOptions {
  readonly root: string;
  /** Starts a driver for this workspace, detached; it leaves at once when there is one already. */
  readonly startDriver: () => void;
}

/** A client of the workspace's driver, through its files alone. Reading never writes anything into the workspace. */
export function openWorkspaceClient(options: ClientOptions): BridgeClient {
  return new WorkspaceClient(options);
}

class WorkspaceClient implements BridgeClient {
  private readonly folder;
  private readonly reader;
  private fold = new StateFold();
  private readonly listeners = new Set<() => void>();
  private readonly metrics: LiveMetrics;
  private readonly snapshots: Snapshots;
  private readonly timer: NodeJS.Timeout;
  private watcher: FSWatcher | null = null;
  private pending: NodeJS.Timeout | null = null;
  driving = false;

  constructor(private readonly options: ClientOptions) {
    this.folder = bridgeFolder(options.root);
    this.reader = new JournalReader(this.folder.journal);
    this.snapshots = new Snapshots(join(this.folder.path, 'snapshots'), options.root);
    this.metrics = new LiveMetrics(
      options.root,
      () => this.state,
      () => this.tell(),
    );
    this.refresh();
    this.timer = setInterval(() => this.refresh(), pollMs);
    this.timer.unref();
  }

  get state(): StudyState {
    return this.fold.state;
  }

  onDidChange(listener: () => void): Disposable {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  async send(intent: DriverIntent): Promise<void> {
    ensureBridgeFolder(this.folder);
    new Inbox(this.folder.inbox).put(intent, Date.now());
    this.options.startDriver();
    this.watch();
  }

  async readLog(run: string, from: number, maxBytes: number): Promise<LogChunk | null> {
    const path = this.logPath(run);
    if (path === null) return null;
    if (!existsSync(path)) return { from: 0, to: 0, text: '' };
    const handle = openSync(path, 'r');
    try {
      const { size } = fstatSync(handle);
      const start = from < 0 ? Math.max(0, size + from) : Math.min(from, size);
      const bytes = Buffer.alloc(Math.min(maxBytes, size - start));
      const count = readSync(handle, bytes, 0, bytes.length, start);
      return { from: start, to: start + count, text: bytes.toString('utf8', 0, count) };
    } finally {
      closeSync(handle);
    }
  }

  logPath(run: string): string | null {
    const attempts = this.state.jobs.get(run)?.attempts ?? [];
    const handle = attempts[attempts.length - 1]?.handle;
    return handle == null ? null : join(homeOf(handle), 'log');
  }

  spark(run: string, count: number): readonly number[] {
    return this.metrics.spark(run, count);
  }

  curves(runs: readonly string[], points: number): Promise<readonly RunCurves[]> {
    return this.metrics.curves(runs, points);
  }

  codeTree(id: string): Promise<Readonly<Record<string, string>> | null> {
    return this.snapshots.tree(id);
  }

  async codeFile(sha256: string): Promise<string | null> {
    const bytes = this.snapshots.read(sha256);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  }

  readAsk(permission: string): PermissionRequest | null {
    return new FileAsks(this.folder.path).read(permission);
  }

  readChange(change: string): Promise<readonly ChangedFile[]> {
    return new FileChanges(this.options.root, this.folder.path).read(change);
  }

  dispose(): void {
    clearInterval(this.timer);
    if (this.pending) clearTimeout(this.pending);
    this.watcher?.close();
    this.metrics.dispose();
    this.listeners.clear();
  }

  private watch(): void {
    if (this.watcher || !existsSync(this.folder.journal)) return;
    try {
      this.watcher = watch(this.folder.journal, () => this.soon());
      this.watcher.on('error', () => {
        this.watcher?.close();
        this.watcher = null;
      });
      this.watcher.unref();
    } catch {
      // The timer tells.
    }
  }

  private soon(): void {
    this.pending ??= setTimeout(
      () => {
        this.pending = null;
        this.refresh();
      },
      Math.max(coalesceMs, this.state.jobs.size * coalesceMsPerRun),
    );
  }

  private refresh(): void {
    this.watch();
    const { events, again } = this.reader.read();
    if (again) this.fold = new StateFold();
    this.fold.apply(events);
    const driving = currentHolder(this.folder.journal) !== null;
    if (events.length === 0 && driving === this.driving) return;
    this.driving = driving;
    this.tell();
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

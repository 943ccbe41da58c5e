import { cpus } from 'node:os';
import type {
  Capacity,
  ComputeBackend,
  Disposable,
  FoundOutput,
  Host,
  JobHandle,
  JobKey,
  JobStatus,
  LogChunk,
  PlacedJob,
} from '../../core/ports';
import { AttemptFolder } from './attemptFolder';
import { probeGpus } from './gpus';
import { jobFolder, type JobRecord, runScript } from './jobFolder';
import { Stopper } from './stopper';
import { wrapperName, wrapperScript } from './wrapper';

/** Our own queue on any machine: one folder an attempt, and the folder is the truth about it. */
export class MachineBackend implements ComputeBackend {
  readonly scheduling = 'bridge';
  private wrapperWritten = false;
  private listener: ((keys: readonly JobKey[]) => void) | null = null;
  /** Attempts that this process started itself: their end is told, nobody needs to watch their folder. */
  private readonly own = new Set<JobKey>();
  private readonly watched = new Map<JobKey, Disposable>();
  private readonly stopper: Stopper;

  /** `graceMs`: how long a run may take to end after it was asked to, before it is made to. */
  constructor(
    private readonly host: Host,
    graceMs = 10_000,
  ) {
    this.stopper = new Stopper(host, graceMs);
  }

  get id(): string {
    return this.host.id;
  }

  async probe(signal: AbortSignal): Promise<Capacity> {
    const { gpus, missing } = await probeGpus(this.host, signal);
    return { cpus: cpus().length, gpus, boot: await this.host.boot(), missing };
  }

  async submit(jobs: readonly PlacedJob[], _signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    const handles = new Map<JobKey, JobHandle>();
    const wrapper = `${this.host.bridgeFolder}/${wrapperName}`;
    if (!this.wrapperWritten) await this.host.write(wrapper, wrapperScript);
    this.wrapperWritten = true;
    for (const job of jobs) {
      const { path } = this.folder(job.key);
      // What another driver wrote for this attempt stands: its listing was taken before anything could have begun.
      await this.host.createFolder(path, {
        'job.json': JSON.stringify(await this.record(job)),
        'run.sh': runScript(job, path),
      });
      this.own.add(job.key);
      const process = await this.host.start(['/bin/sh', wrapper, path, job.cwd], {
        variables: {},
        ended: () => {
          this.own.delete(job.key);
          this.listener?.([job.key]);
        },
      });
      handles.set(job.key, { folder: path, process, externalId: null });
    }
    return handles;
  }

  async find(keys: readonly JobKey[], _signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    const found = new Map<JobKey, JobHandle>();
    for (const key of keys) {
      const folder = this.folder(key);
      const claim = await folder.claim();
      if (claim.kind === 'taken')
        found.set(key, { folder: folder.path, process: claim.holder, externalId: null });
    }
    return found;
  }

  async poll(keys: readonly JobKey[], _signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobStatus>> {
    const statuses = new Map<JobKey, JobStatus>();
    for (const key of keys) {
      const folder = this.folder(key);
      let status = await folder.status();
      // Looked at again after the watch began: an end between the two would be seen by nobody.
      if (status.kind === 'running' && this.watchAdopted(key)) status = await folder.status();
      if (status.kind !== 'running') this.unwatch(key);
      statuses.set(key, status);
    }
    return statuses;
  }

  async forbid(keys: readonly JobKey[], _signal: AbortSignal): Promise<ReadonlySet<JobKey>> {
    const forbidden = new Set<JobKey>();
    for (const key of keys) if (await this.folder(key).forbid()) forbidden.add(key);
    return forbidden;
  }

  watch(changed: (keys: readonly JobKey[]) => void): Disposable {
    this.listener = changed;
    return {
      dispose: () => {
        this.listener = null;
        for (const key of [...this.watched.keys()]) this.unwatch(key);
      },
    };
  }

  async readLog(key: JobKey, from: number, maxBytes: number, _signal: AbortSignal): Promise<LogChunk> {
    const piece = await this.host.read(`${this.folder(key).path}/log`, from, maxBytes);
    if (!piece) return { from: 0, to: 0, text: '' };
    return {
      from: piece.from,
      to: piece.from + piece.bytes.length,
      text: new TextDecoder().decode(piece.bytes),
    };
  }

  async outputs(key: JobKey, _signal: AbortSignal): Promise<readonly FoundOutput[]> {
    const record = await this.folder(key).record();
    if (record === null) return [];
    const before = new Map(record.before.map((facts) => [facts.path, facts]));
    const found: FoundOutput[] = [];
    for (const pattern of record.expectedOutputs) {
      for (const facts of await this.host.glob(record.cwd, [pattern])) {
        const old = before.get(facts.path);
        const fresh =
          old === undefined ||
          old.inode !== facts.inode ||
          old.size !== facts.size ||
          old.modifiedNs !== facts.modifiedNs;
        found.push({ pattern, path: facts.path, fresh });
      }
    }
    return found;
  }

  async cancel(keys: readonly JobKey[]): Promise<void> {
    for (const key of keys) await this.stopper.stop(this.folder(key), key);
  }

  async collect(): Promise<void> {
    // Runs of this machine write into the workspace itself.
  }

  async release(): Promise<'gone'> {
    return 'gone';
  }

  private folder(key: JobKey): AttemptFolder {
    return new AttemptFolder(this.host, jobFolder(this.host.bridgeFolder, key));
  }

  private async record(job: PlacedJob): Promise<JobRecord> {
    const { key, run, attempt, cwd, command, gpus, expectedOutputs } = job;
    const before = await this.host.glob(cwd, expectedOutputs);
    return { key, run, attempt, cwd, command, gpus, expectedOutputs, before };
  }

  /** Whether a watch was begun. */
  private watchAdopted(key: JobKey): boolean {
    if (this.own.has(key) || this.watched.has(key) || !this.listener) return false;
    try {
      this.watched.set(
        key,
        this.host.watchFolder(this.folder(key).path, () => this.listener?.([key])),
      );
      return true;
    } catch {
      // Without a watch the engine's poll tells.
      return false;
    }
  }

  private unwatch(key: JobKey): void {
    this.watched.get(key)?.dispose();
    this.watched.delete(key);
  }
}

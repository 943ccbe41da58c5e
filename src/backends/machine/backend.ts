import { cpus } from 'node:os';
import type {
  Capacity,
  ComputeBackend,
  Disposable,
  FoundOutput,
  Host,
  JobStatus,
  LogChunk,
  PlacedJob,
} from '../../core/ports';
import type { JobHandle, JobKey, ProcessIdentity } from '../../core/run/jobHandle';
import { AttemptFolder } from './attemptFolder';
import { probeGpus } from './gpus';
import { jobFolder, type JobRecord, runScript } from './jobFolder';
import { Stopper } from './stopper';
import { wrapperName, wrapperScript } from './wrapper';

/** Our own queue on any machine: one folder an attempt, and the folder is the truth about it. */
export class MachineBackend implements ComputeBackend {
  readonly scheduling = 'bridge';
  private prepared = false;
  /** Name of the mark that an attempt leaves at its end -> its key. */
  private readonly marks = new Map<string, JobKey>();
  /** Processes that were started here and may not have become the wrapper yet, which alone can be found by its name. */
  private readonly launched = new Map<JobKey, ProcessIdentity>();
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
    await this.prepare();
    const wrapper = `${this.host.bridgeFolder}/${wrapperName}`;
    const start = async (job: PlacedJob) => {
      const { path } = this.folder(job.key);
      // What another driver wrote for this attempt stands: its listing was taken before anything could have begun.
      await this.host.createFolder(path, {
        'job.json': JSON.stringify(await this.record(job)),
        'run.sh': runScript(job, path),
      });
      this.marks.set(endMark(job.key), job.key);
      const process = await this.host.start(['/bin/sh', wrapper, path, job.cwd, endMark(job.key)]);
      if (process) this.launched.set(job.key, process);
      handles.set(job.key, { folder: path, process, externalId: null });
    };
    await Promise.all(jobs.map(start));
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
      let status = await this.statusOf(key, folder);
      const mark = endMark(key);
      if (status.kind !== 'running') this.marks.delete(mark);
      else if (!this.marks.has(mark)) {
        this.marks.set(mark, key);
        // Looked at again now that its end would be noticed: one between the two looks would be seen by nobody.
        status = await this.statusOf(key, folder);
      }
      if (status.kind !== 'running') this.launched.delete(key);
      statuses.set(key, status);
    }
    return statuses;
  }

  async forbid(keys: readonly JobKey[], _signal: AbortSignal): Promise<ReadonlySet<JobKey>> {
    const forbidden = new Set<JobKey>();
    for (const key of keys) if (await this.folder(key).forbid()) forbidden.add(key);
    return forbidden;
  }

  /** Each run leaves a mark in one folder when it ends, whoever started it: one watch tells of them all. */
  watch(changed: (keys: readonly JobKey[]) => void): Disposable {
    let watching: Disposable | null = null;
    let disposed = false;
    const told = (name: string | null) => {
      const key = name === null ? undefined : this.marks.get(name);
      if (name === null) changed([...this.marks.values()]);
      else if (key !== undefined) changed([key]);
    };
    const begin = async () => {
      await this.prepare();
      if (disposed) return;
      watching = this.host.watchFolder(`${this.host.bridgeFolder}/${endedName}`, told);
      // What ended while the watch was being set up.
      changed([...this.marks.values()]);
    };
    // Without a watch the engine's poll tells.
    begin().catch(() => undefined);
    return {
      dispose: () => {
        disposed = true;
        watching?.dispose();
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

  private async statusOf(key: JobKey, folder: AttemptFolder): Promise<JobStatus> {
    const status = await folder.status();
    const process = this.launched.get(key);
    if (status.kind !== 'unknown' || !process) return status;
    const [facts] = await this.host.states([process]);
    return facts?.state === 'alive' ? { kind: 'running', elapsedMs: null } : folder.status();
  }

  private folder(key: JobKey): AttemptFolder {
    return new AttemptFolder(this.host, jobFolder(this.host.bridgeFolder, key));
  }

  private async record(job: PlacedJob): Promise<JobRecord> {
    const { key, run, attempt, cwd, command, gpus, expectedOutputs } = job;
    const before = await this.host.glob(cwd, expectedOutputs);
    return { key, run, attempt, cwd, command, gpus, expectedOutputs, before };
  }

  private async prepare(): Promise<void> {
    if (this.prepared) return;
    await this.host.write(`${this.host.bridgeFolder}/${wrapperName}`, wrapperScript);
    await this.host.createFolder(`${this.host.bridgeFolder}/${endedName}`, { about });
    this.prepared = true;
  }
}

const endedName = 'ended';
const about = 'Each run leaves an empty file here when it ends; the driver is woken by it.\n';

function endMark(key: JobKey): string {
  const [, run, hash, attempt] = key.split(':');
  return `${run}:${attempt}-${hash}`;
}

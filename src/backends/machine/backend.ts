import type {
  Capacity,
  ComputeBackend,
  Disposable,
  FoundOutput,
  Gpu,
  Host,
  JobStatus,
  LogChunk,
  PlacedJob,
} from '../../core/ports';
import type { JobHandle, JobKey, ProcessIdentity } from '../../core/run/jobHandle';
import { endMark, EndMarks } from '../attempt/endMarks';
import { jobFolder, jobRecord, runScript } from '../attempt/jobFolder';
import { MachineAttempt } from './attemptFolder';
import { probeGpus } from './gpus';
import { Peaks } from './peaks';
import { Stopper } from './stopper';

/** Our own queue on any machine: one folder an attempt, and the folder is the truth about it. */
export class MachineBackend implements ComputeBackend {
  readonly scheduling = 'bridge';
  private readonly ends: EndMarks;
  private cpus: number | null = null;
  /** Processes that were started here and may not have become the wrapper yet, which alone can be found by its name. */
  private readonly launched = new Map<JobKey, ProcessIdentity>();
  private readonly stopper: Stopper;
  private readonly peaks: Peaks;
  private gpus: readonly Gpu[] = [];

  /** `graceMs`: how long a run may take to end after it was asked to, before it is made to. */
  constructor(
    private readonly host: Host,
    graceMs = 10_000,
  ) {
    this.ends = new EndMarks(host);
    this.stopper = new Stopper(host, graceMs);
    this.peaks = new Peaks(host);
  }

  get id(): string {
    return this.host.id;
  }

  async probe(signal: AbortSignal): Promise<Capacity> {
    const { gpus, missing } = await probeGpus(this.host, signal);
    this.gpus = gpus;
    this.cpus ??= await countCpus(this.host, signal);
    return { cpus: this.cpus, gpus, boot: await this.host.boot(), missing };
  }

  async submit(jobs: readonly PlacedJob[], _signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    const handles = new Map<JobKey, JobHandle>();
    await this.ends.prepare();
    const kills = (await this.host.oomKills?.()) ?? null;
    const start = async (job: PlacedJob) => {
      const { path } = this.folder(job.key);
      // What another driver wrote for this attempt stands: its listing was taken before anything could have begun.
      await this.host.createFolder(path, {
        'job.json': JSON.stringify(await jobRecord(this.host, job, kills)),
        'run.sh': runScript(job, path),
      });
      this.ends.await(job.key);
      const argv = ['/bin/sh', this.ends.wrapper, path, job.cwd, endMark(job.key)];
      const process = await this.host.start(argv);
      if (process) this.launched.set(job.key, process);
      handles.set(job.key, { folder: path, process, externalId: null });
    };
    await Promise.all(jobs.map(start));
    return handles;
  }

  async find(keys: readonly JobKey[], _signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    const found = new Map<JobKey, JobHandle>();
    const look = async (key: JobKey) => {
      const folder = this.folder(key);
      const claim = await folder.claim();
      if (claim.kind === 'taken')
        found.set(key, { folder: folder.path, process: claim.holder, externalId: null });
    };
    // All at once: a machine far away answers many questions in one round trip.
    await Promise.all(keys.map(look));
    return found;
  }

  async poll(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobStatus>> {
    const statuses = new Map<JobKey, JobStatus>();
    const look = async (key: JobKey) => {
      const folder = this.folder(key);
      let status = await this.statusOf(key, folder);
      if (status.kind !== 'running') this.ends.forget(key);
      else if (this.ends.await(key)) {
        // Looked at again now that its end would be noticed: one between the two looks would be seen by nobody.
        status = await this.statusOf(key, folder);
      }
      if (status.kind !== 'running') this.launched.delete(key);
      statuses.set(key, status);
    };
    await Promise.all(keys.map(look));
    const running = [...statuses].flatMap(([key, status]) =>
      status.kind === 'running' && status.elapsedMs !== null
        ? [{ folder: this.folder(key), elapsedMs: status.elapsedMs }]
        : [],
    );
    await this.peaks.look(running, this.gpus, signal).catch(() => undefined);
    return statuses;
  }

  async forbid(keys: readonly JobKey[], _signal: AbortSignal): Promise<ReadonlySet<JobKey>> {
    const forbidden = new Set<JobKey>();
    for (const key of keys) if (await this.folder(key).forbid()) forbidden.add(key);
    return forbidden;
  }

  watch(changed: (keys: readonly JobKey[]) => void): Disposable {
    return this.ends.watch(changed);
  }

  readLog(key: JobKey, from: number, maxBytes: number, _signal: AbortSignal): Promise<LogChunk> {
    return this.folder(key).log(from, maxBytes);
  }

  outputs(key: JobKey, _signal: AbortSignal): Promise<readonly FoundOutput[]> {
    return this.folder(key).outputs();
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

  private async statusOf(key: JobKey, folder: MachineAttempt): Promise<JobStatus> {
    const status = await folder.status();
    const process = this.launched.get(key);
    if (status.kind !== 'unknown' || !process) return status;
    const [facts] = await this.host.states([process]);
    return facts?.state === 'alive' ? { kind: 'running', elapsedMs: null } : folder.status();
  }

  private folder(key: JobKey): MachineAttempt {
    return new MachineAttempt(this.host, jobFolder(this.host.bridgeFolder, key));
  }
}

/** Processors that runs may use; `nproc` knows of limits, `getconf` is where it is not. */
async function countCpus(host: Host, signal: AbortSignal): Promise<number> {
  const argv = ['sh', '-c', 'nproc 2>/dev/null || getconf _NPROCESSORS_ONLN'];
  const { stdout } = await host.exec(argv, { timeoutMs: 20_000, signal });
  return Math.max(1, Number.parseInt(stdout, 10) || 1);
}

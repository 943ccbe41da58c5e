import type {
  Capacity,
  ComputeBackend,
  Disposable,
  FoundOutput,
  Host,
  JobStatus,
  LogChunk,
  PlacedJob,
  PlaceRequest,
} from '../../core/ports';
import type { StopReason } from '../../core/run/event';
import type { Failure } from '../../core/run/failure';
import type { JobHandle, JobKey } from '../../core/run/jobHandle';
import { TargetUnreachable } from '../../core/targetUnreachable';
import { EndMarks } from '../attempt/endMarks';
import { jobFolder, jobRecord } from '../attempt/jobFolder';
import { SlurmAttempt } from './attempt';
import { type Batch, batchesOf, batchFolder, batchScript, runFiles, tasksFile } from './batch';
import { SlurmClient, SubmissionRefused } from './client';
import { Cluster } from './cluster';
import { Ledger } from './ledger';
import { isAlive, type SlurmEntry } from './parse';
import { Poll } from './poll';
import { refusalsOf, submissionFailure } from './refusal';

/** Slurm, on whatever machine its programs are. Slurm places runs; each run's folder is still the truth about it. */
export class SlurmBackend implements ComputeBackend {
  readonly scheduling = 'target';
  /** Its controller serves everybody: it is asked no more often than it must be. */
  readonly pollIntervalMs: number;
  readonly client: SlurmClient;
  private readonly ends: EndMarks;
  private readonly ledger: Ledger;
  private readonly cluster: Cluster;
  private readonly poller: Poll;
  /** Whose jobs are to go, and were not seen to have gone. */
  private readonly leaving = new Set<JobKey>();

  constructor(
    private readonly host: Host,
    readonly id = 'slurm',
    pollIntervalMs = 5000,
  ) {
    this.pollIntervalMs = pollIntervalMs;
    this.client = new SlurmClient(host);
    this.ends = new EndMarks(host);
    this.ledger = new Ledger(host);
    this.cluster = new Cluster(this.client);
    this.poller = new Poll({
      host,
      client: this.client,
      ledger: this.ledger,
      folder: (key) => this.folder(key),
    });
  }

  probe(signal: AbortSignal): Promise<Capacity> {
    return this.cluster.probe(signal);
  }

  async refuse(
    requests: readonly PlaceRequest[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Failure>> {
    return refusalsOf(requests, await this.cluster.facts(signal), this.client, signal);
  }

  async submit(jobs: readonly PlacedJob[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    await this.ends.prepare();
    await this.ledger.load(signal);
    const { maxArraySize } = await this.cluster.facts(signal);
    const handles = new Map<JobKey, JobHandle>();
    for (const batch of batchesOf(jobs, maxArraySize)) {
      const ids = await this.submitBatch(batch, signal);
      batch.jobs.forEach(({ key }, task) =>
        handles.set(key, {
          ...{ folder: this.folder(key).path, process: null },
          script: `${batchFolder(this.host.bridgeFolder, batch.id)}/batch.sh`,
          externalId: ids === null ? null : batch.jobs.length > 1 ? `${ids}_${task}` : ids,
        }),
      );
    }
    return handles;
  }

  async find(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    await this.ledger.load(signal);
    const found = new Map<JobKey, JobHandle>();
    const sought: JobKey[] = [];
    for (const key of keys) {
      const folder = this.folder(key);
      if ((await folder.claim()).kind === 'taken') {
        const place = await folder.place();
        found.set(key, { folder: folder.path, process: null, externalId: place?.rawId ?? null });
      } else if (this.ledger.has(key)) sought.push(key);
    }
    if (sought.length === 0) return found;
    // What was never about to be submitted is not asked about; what was, is looked for before it is submitted again.
    const entries = this.ledger.index(await this.client.queue(signal));
    for (const key of sought) {
      const { entry, requeued } = this.ledger.seenOf(key, entries);
      const there = entry !== null && isAlive(entry) ? entry : requeued;
      if (there !== null)
        found.set(key, { folder: this.folder(key).path, process: null, externalId: there.id });
    }
    return found;
  }

  async poll(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobStatus>> {
    await this.ledger.load(signal);
    const { statuses, surplus, alive } = await this.poller.look(keys, signal);
    for (const [key, { kind }] of statuses)
      if (kind === 'running') this.ends.await(key);
      else if (kind !== 'queued') this.ends.forget(key);
    const stay = [...this.leaving].flatMap((key) => alive.get(key) ?? []);
    if (alive.size > 0) for (const key of this.leaving) if (!alive.has(key)) this.leaving.delete(key);
    const ids = [...surplus, ...stay].map(({ id }) => id);
    if (ids.length > 0) await this.client.cancel(ids, signal).catch(passSilence);
    return statuses;
  }

  async forbid(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlySet<JobKey>> {
    const forbidden = new Set<JobKey>();
    for (const key of keys) if (await this.folder(key).forbid()) forbidden.add(key);
    // Slurm would only start it to find that it may not begin.
    await this.remove([...forbidden], signal).catch(passSilence);
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

  async cancel(keys: readonly JobKey[], _reason: StopReason, signal: AbortSignal): Promise<void> {
    // Carried out as soon as Slurm answers, if it does not now.
    for (const key of keys) this.leaving.add(key);
    await this.remove(keys, signal).catch(passSilence);
  }

  async collect(): Promise<void> {
    // The nodes write into the workspace itself.
  }

  async release(): Promise<'gone'> {
    return 'gone';
  }

  /** The job's number; null: Slurm refused it, and why stands in its folder. */
  private async submitBatch(batch: Batch, signal: AbortSignal): Promise<string | null> {
    const folder = batchFolder(this.host.bridgeFolder, batch.id);
    await Promise.all(
      batch.jobs.map(async (job) =>
        // What another driver wrote for this attempt stands: its listing was taken before anything could have begun.
        this.host.createFolder(this.folder(job.key).path, {
          'job.json': JSON.stringify(await jobRecord(this.host, job)),
          ...runFiles(job),
        }),
      ),
    );
    await this.host.createFolder(folder, {
      tasks: tasksFile(batch),
      'batch.sh': batchScript(batch, this.host.bridgeFolder, this.ends.wrapper),
    });
    this.ledger.add(
      batch.id,
      batch.jobs.map(({ key }) => key),
    );
    for (const { key } of batch.jobs) this.ends.await(key);
    try {
      return await this.client.submit(`${folder}/batch.sh`, signal);
    } catch (error) {
      if (!(error instanceof SubmissionRefused)) throw error;
      const failure = submissionFailure(error.message, `${folder}/batch.sh`);
      for (const { key } of batch.jobs) {
        const attempt = this.folder(key);
        await this.host.write(`${attempt.path}/refused`, JSON.stringify(failure));
        await attempt.forbid();
      }
      return null;
    }
  }

  /** Takes jobs out of Slurm, whatever they are doing, also those that were put back into the queue. */
  private async remove(keys: readonly JobKey[], signal: AbortSignal): Promise<void> {
    await this.ledger.load(signal);
    const known = keys.filter((key) => this.ledger.has(key));
    if (known.length === 0) return;
    const entries = this.ledger.index(await this.client.queue(signal));
    const there = known.flatMap((key): readonly SlurmEntry[] =>
      this.ledger.seenOf(key, entries).all.filter(isAlive),
    );
    const ids = new Set(there.map(({ id }) => id));
    if (ids.size > 0) await this.client.cancel([...ids], signal);
  }

  private folder(key: JobKey): SlurmAttempt {
    return new SlurmAttempt(this.host, jobFolder(this.host.bridgeFolder, key));
  }
}

function passSilence(error: unknown): void {
  if (!(error instanceof TargetUnreachable)) throw error;
}

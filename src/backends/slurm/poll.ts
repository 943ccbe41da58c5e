import type { Host, JobStatus } from '../../core/ports';
import type { Failure } from '../../core/run/failure';
import type { JobKey } from '../../core/run/jobHandle';
import { TargetUnreachable } from '../../core/targetUnreachable';
import type { SlurmAttempt } from './attempt';
import { batchFolder, batchIdOf } from './batch';
import type { SlurmClient } from './client';
import type { Ledger, Seen, SeenEntries } from './ledger';
import { isAlive, isPending, type SlurmEntry } from './parse';
import { describeReason } from './reasons';
import { slurmLines, unexplained, verdictOf } from './verdict';

/** Of so few, what ended well is told from its own record before Slurm is asked about the others. */
const fewKeys = 32;
/** Looks for which a job that left a bad exit code may still be winding up before Slurm says why. */
const patientLooks = 4;
/** A job that is nowhere is gone when it was nowhere this many times. */
const absentLooks = 2;

export interface PollParts {
  readonly host: Host;
  readonly client: SlurmClient;
  readonly ledger: Ledger;
  readonly folder: (key: JobKey) => SlurmAttempt;
}

export interface Looked {
  /** Without the attempts of which nothing can be said before the next look. */
  readonly statuses: ReadonlyMap<JobKey, JobStatus>;
  /** Jobs of attempts that another job makes already. */
  readonly surplus: readonly SlurmEntry[];
  /** Jobs that Slurm still has, of the attempts that were asked about. */
  readonly alive: ReadonlyMap<JobKey, readonly SlurmEntry[]>;
}

/**
 * How attempts stand: by the record that a run leaves of its own end, then by the queue, then by accounting, then by
 * what Slurm wrote into the job's output. One call of squeue and at most one of sacct, however many are asked about.
 */
export class Poll {
  private readonly absent = new Map<JobKey, number>();
  private readonly windingUp = new Map<JobKey, number>();

  constructor(private readonly parts: PollParts) {}

  async look(keys: readonly JobKey[], signal: AbortSignal): Promise<Looked> {
    const statuses = new Map<JobKey, JobStatus>();
    const surplus: SlurmEntry[] = [];
    const alive = new Map<JobKey, readonly SlurmEntry[]>();
    const open: JobKey[] = [];
    for (const key of keys) {
      const known = keys.length <= fewKeys ? await this.withoutSlurm(key) : null;
      if (known) statuses.set(key, known);
      else open.push(key);
    }
    const told = open.filter((key) => this.parts.ledger.has(key));
    let entries: SeenEntries = new Map();
    if (told.length > 0)
      try {
        entries = this.parts.ledger.index(await this.parts.client.queue(signal));
      } catch (error) {
        if (!(error instanceof TargetUnreachable)) throw error;
        for (const key of open) statuses.set(key, await this.unasked(key, error.message));
        return { statuses, surplus, alive };
      }
    const missing: JobKey[] = [];
    for (const key of open) {
      const seen = this.parts.ledger.seenOf(key, entries);
      const living = seen.all.filter(isAlive);
      if (living.length > 0) alive.set(key, living);
      if (living.length > 1) surplus.push(...(await this.surplusOf(key, living)));
      if (seen.entry === null && seen.requeued === null) missing.push(key);
      else {
        const status = await this.statusOf(key, seen);
        if (status) statuses.set(key, status);
      }
    }
    if (missing.length > 0) await this.lookBack(missing, statuses, signal);
    return { statuses, surplus, alive };
  }

  /** What the folder alone says for certain; null: Slurm must be asked. */
  private async withoutSlurm(key: JobKey): Promise<JobStatus | null> {
    const folder = this.parts.folder(key);
    const ended = await folder.exited();
    if (ended?.exit.code === 0) return this.done(key, ended);
    const refused = ended ? null : await folder.text('refused');
    if (refused === null) return null;
    const failure = JSON.parse(refused) as Failure;
    return { kind: 'lost', cause: 'lost', why: failure.message, failure };
  }

  /** Slurm does not answer: what has ended has, of the rest nobody knows. */
  private async unasked(key: JobKey, why: string): Promise<JobStatus> {
    const known = await this.withoutSlurm(key);
    if (known) return known;
    const ended = await this.parts.folder(key).exited();
    // Whoever ends a run by a signal may be Slurm, which will say so.
    if (!ended || ended.exit.code > 128) return { kind: 'unreachable', why };
    return this.done(key, ended);
  }

  private async statusOf(key: JobKey, { entry, requeued }: Seen): Promise<JobStatus | null> {
    if (entry !== null && isAlive(entry)) this.absent.delete(key);
    if (entry !== null && isPending(entry))
      return { kind: 'queued', why: describeReason(entry.reason), handle: this.handleOf(key, entry) };
    const folder = this.parts.folder(key);
    const ended = await folder.exited();
    if (ended?.exit.code === 0)
      return { ...(await this.done(key, ended)), ...(requeued === null ? {} : { requeued: true }) };
    if (requeued !== null) return this.startedAnew(key, requeued, ended);
    if (entry === null) return null;
    if (isAlive(entry)) {
      const looks = ended ? (this.windingUp.get(key) ?? 0) + 1 : 0;
      if (ended) this.windingUp.set(key, looks);
      if (ended && looks > patientLooks) return this.done(key, ended);
      const place = ended ? null : await folder.place();
      return { kind: 'running', elapsedMs: null, ...(place ? { place } : {}) };
    }
    this.windingUp.delete(key);
    const said = await this.saidOf(key);
    const failure = verdictOf(entry, said);
    if (ended) return this.done(key, ended, failure);
    // Its own record may be on its way: file systems of clusters are slow to show what another node wrote.
    if (this.absentLooks(key) < absentLooks) return null;
    const claim = await folder.claim();
    if (claim.kind === 'forbidden') return { kind: 'lost', cause: 'lost', why: 'it never began' };
    const lost = failure ?? unexplained(entry, claim.kind === 'taken', said);
    return { kind: 'lost', cause: 'lost', why: lost.message, failure: lost };
  }

  /** Slurm put it back into the queue: this attempt is over, the next one is Slurm's to start. */
  private async startedAnew(
    key: JobKey,
    requeued: SlurmEntry,
    ended: Extract<JobStatus, { kind: 'exited' }> | null,
  ): Promise<JobStatus> {
    const failure = verdictOf({ ...requeued, state: 'REQUEUED' }, await this.saidOf(key))!;
    if (ended) return { ...(await this.done(key, ended, failure)), requeued: true };
    return { kind: 'lost', cause: 'lost', why: failure.message, failure, requeued: true };
  }

  /** Attempts that are not in the queue: their own records, then accounting, then nowhere. */
  private async lookBack(
    missing: readonly JobKey[],
    statuses: Map<JobKey, JobStatus>,
    signal: AbortSignal,
  ): Promise<void> {
    const { ledger, client, folder } = this.parts;
    const open: JobKey[] = [];
    for (const key of missing) {
      const known = await this.withoutSlurm(key);
      if (known) statuses.set(key, known);
      else if (ledger.has(key)) open.push(key);
      // Nothing was ever submitted that could make it.
      else statuses.set(key, await this.nowhere(key));
    }
    if (open.length === 0) return;
    const batches = [...new Set(open.flatMap((key) => ledger.tasksOf(key).map(({ batch }) => batch)))];
    const names = await this.namesOf(batches);
    const found = await client.finished(names, ledger.dayBefore(batches), signal);
    const entries = ledger.index(found ?? []);
    for (const key of open) {
      const place = await folder(key).place();
      const seen = ledger.seenOf(key, entries, place?.rawId);
      const ended = await folder(key).exited();
      const failure = verdictOf(seen.entry, await this.saidOf(key));
      if (ended) statuses.set(key, await this.done(key, ended, failure));
      else if (failure !== null && seen.entry !== null)
        statuses.set(key, { kind: 'lost', cause: 'lost', why: failure.message, failure });
      else if (this.absentLooks(key) >= absentLooks) statuses.set(key, await this.nowhere(key));
    }
  }

  /** Neither in the queue nor in any record. */
  private async nowhere(key: JobKey): Promise<JobStatus> {
    const folder = this.parts.folder(key);
    const claim = await folder.claim();
    if (claim.kind === 'none') return { kind: 'unknown' };
    if (claim.kind === 'forbidden') return { kind: 'lost', cause: 'lost', why: 'it never began' };
    const said = await this.saidOf(key);
    const failure = verdictOf(null, said) ?? unexplained(null, true, said);
    return { kind: 'lost', cause: 'lost', why: failure.message, failure };
  }

  private absentLooks(key: JobKey): number {
    const looks = (this.absent.get(key) ?? 0) + 1;
    this.absent.set(key, looks);
    return looks;
  }

  private async done(
    key: JobKey,
    ended: Extract<JobStatus, { kind: 'exited' }>,
    failure: Failure | null = null,
  ): Promise<Extract<JobStatus, { kind: 'exited' }>> {
    this.absent.delete(key);
    this.windingUp.delete(key);
    const place = await this.parts.folder(key).place();
    return {
      ...ended,
      ...(failure === null ? {} : { failure }),
      ...(place === null ? {} : { place: { node: place.node, gpus: place.gpus } }),
    };
  }

  /** Two jobs for one attempt: the one that began keeps it, else the first. */
  private async surplusOf(key: JobKey, living: readonly SlurmEntry[]): Promise<readonly SlurmEntry[]> {
    const place = await this.parts.folder(key).place();
    const keeper =
      living.find(({ rawId }) => place !== null && rawId === place.rawId) ??
      [...living].sort((a, b) => Number(isPending(a)) - Number(isPending(b)) || serial(a) - serial(b))[0];
    return living.filter((each) => each !== keeper && isPending(each));
  }

  /** What Slurm's daemons wrote into the output of the jobs that may have made it. */
  private async saidOf(key: JobKey): Promise<readonly string[]> {
    const { host, ledger } = this.parts;
    const lines: string[] = [];
    for (const { batch, task } of ledger.tasksOf(key)) {
      const path = `${batchFolder(host.bridgeFolder, batch)}/${task}.out`;
      const piece = await host.read(path, -65_536, 65_536);
      if (piece) lines.push(...slurmLines(new TextDecoder().decode(piece.bytes), attemptOf(key)));
    }
    return lines;
  }

  private async namesOf(batches: readonly string[]): Promise<readonly string[]> {
    const { host } = this.parts;
    const names: string[] = [];
    for (const batch of batches) {
      const piece = await host.read(`${batchFolder(host.bridgeFolder, batch)}/batch.sh`, 0, 4096);
      const text = piece ? new TextDecoder().decode(piece.bytes) : '';
      const name = /^#SBATCH --job-name=(\S+)$/m.exec(text)?.[1];
      if (name !== undefined) names.push(name);
    }
    return names;
  }

  private handleOf(key: JobKey, entry: SlurmEntry) {
    const { host, folder } = this.parts;
    const script = `${batchFolder(host.bridgeFolder, batchIdOf(entry.name) ?? '')}/batch.sh`;
    return { folder: folder(key).path, script, process: null, externalId: entry.id };
  }
}

function attemptOf(key: JobKey): number {
  return Number(key.slice(key.lastIndexOf(':') + 1));
}

function serial({ id }: SlurmEntry): number {
  return Number.parseInt(id, 10);
}

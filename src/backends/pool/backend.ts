import type {
  Capacity,
  ComputeBackend,
  Disposable,
  FoundOutput,
  HostStanding,
  JobStatus,
  LogChunk,
  PlacedJob,
  PlaceRequest,
} from '../../core/ports';
import type { JobHandle, JobKey } from '../../core/run/jobHandle';
import type { StopReason } from '../../core/run/event';
import type { Failure } from '../../core/run/failure';
import { TargetUnreachable, type Unreachability } from '../../core/targetUnreachable';

/** A machine or cluster of a pool. */
export interface PoolMember {
  /** Its name in the record (`host` of an attempt). */
  readonly host: string;
  readonly backend: ComputeBackend;
  /** How many runs may be there at once; null: as many as the study allows. */
  readonly maxRuns: number | null;
}

export interface PoolParts {
  /** The hosts that the study uses now, in order. */
  readonly current: () => readonly string[];
  /** Makes the member of a host; asked once each. Also of a host that only has attempts of an earlier declaration. */
  readonly make: (host: string) => PoolMember;
  /** The host of the attempt of this key, from the record. */
  readonly hostOf: (key: JobKey) => string | null;
}

interface Standing {
  boot: string | null;
  unreachable: Unreachability | null;
}

/**
 * All targets of a study behind one backend: each key goes to the machine or cluster that the record names for it. One
 * that does not answer keeps nobody waiting for the others, and what is there is unknown, not failed.
 */
export class PoolBackend implements ComputeBackend {
  private readonly members = new Map<string, PoolMember>();
  private readonly known = new Map<string, Standing>();
  private readonly watchers = new Map<(keys: readonly JobKey[]) => void, Map<string, Disposable>>();

  constructor(private readonly parts: PoolParts) {}

  get id(): string {
    return this.parts.current()[0] ?? 'local';
  }

  get scheduling(): 'bridge' | 'target' {
    return this.member(this.id).backend.scheduling;
  }

  standings(): readonly HostStanding[] {
    return this.parts.current().map((host) => {
      const { backend, maxRuns } = this.member(host);
      return { host, scheduling: backend.scheduling, maxRuns, ...this.standing(host) };
    });
  }

  usdPerHour(gpus: number): number | null {
    return this.member(this.id).backend.usdPerHour?.(gpus) ?? null;
  }

  async probe(signal: AbortSignal): Promise<Capacity> {
    const hosts = this.parts.current();
    const all = await this.each(hosts, async ({ backend, host }) => {
      const capacity = await backend.probe(signal);
      this.standing(host).boot = capacity.boot;
      return capacity;
    });
    const seen = hosts.flatMap((host) => {
      const capacity = all.get(host);
      return capacity ? [{ host, capacity }] : [];
    });
    const alone = hosts.length === 1;
    const gpusPerJob = seen[0]?.capacity.gpusPerJob;
    return {
      cpus: seen.reduce((sum, { capacity }) => sum + capacity.cpus, 0),
      gpus: seen.flatMap(({ host, capacity }) => capacity.gpus.map((gpu) => ({ ...gpu, host }))),
      ...(gpusPerJob === undefined ? {} : { gpusPerJob }),
      boot: alone ? (seen[0]?.capacity.boot ?? null) : null,
      missing: seen.flatMap(({ host, capacity }) =>
        capacity.missing.map((sentence) => (alone && host === 'local' ? sentence : `${host}: ${sentence}`)),
      ),
    };
  }

  get pollIntervalMs(): number | undefined {
    return this.member(this.id).backend.pollIntervalMs;
  }

  /** Asked of a target that places runs itself; a pool has none. */
  async refuse(
    requests: readonly PlaceRequest[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Failure>> {
    return (await this.member(this.id).backend.refuse?.(requests, signal)) ?? new Map();
  }

  async submit(jobs: readonly PlacedJob[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    const byHost = grouped(jobs, (job) => job.host ?? this.id);
    const handles = await this.each([...byHost.keys()], ({ backend, host }) =>
      backend.submit(byHost.get(host)!, signal),
    );
    return merged(handles.values());
  }

  async find(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    return merged((await this.eachOf(keys, ({ backend }, own) => backend.find(own, signal))).values());
  }

  async poll(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobStatus>> {
    const answers = await this.eachOf(keys, ({ backend }, own) => backend.poll(own, signal));
    const statuses = new Map<JobKey, JobStatus>(merged(answers.values()));
    for (const key of keys) {
      const unreachable = this.standing(this.hostOf(key)).unreachable;
      if (!statuses.has(key) && unreachable) statuses.set(key, { kind: 'unreachable', ...unreachable });
    }
    return statuses;
  }

  async forbid(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlySet<JobKey>> {
    const forbidden = await this.eachOf(keys, ({ backend }, own) => backend.forbid(own, signal));
    return new Set([...forbidden.values()].flatMap((each) => [...each]));
  }

  watch(changed: (keys: readonly JobKey[]) => void): Disposable {
    this.watchers.set(changed, new Map());
    for (const member of this.members.values()) this.watchMember(member, changed);
    return {
      dispose: () => {
        for (const each of this.watchers.get(changed)?.values() ?? []) each.dispose();
        this.watchers.delete(changed);
      },
    };
  }

  readLog(key: JobKey, from: number, maxBytes: number, signal: AbortSignal): Promise<LogChunk> {
    return this.of(key).backend.readLog(key, from, maxBytes, signal);
  }

  outputs(key: JobKey, signal: AbortSignal): Promise<readonly FoundOutput[]> {
    return this.of(key).backend.outputs(key, signal);
  }

  async cancel(keys: readonly JobKey[], reason: StopReason, signal: AbortSignal): Promise<void> {
    await this.eachOf(keys, ({ backend }, own) => backend.cancel(own, reason, signal));
  }

  collect(key: JobKey, signal: AbortSignal): Promise<void> {
    return this.of(key).backend.collect(key, signal);
  }

  release(key: JobKey, signal: AbortSignal): Promise<'gone' | 'going'> {
    return this.of(key).backend.release(key, signal);
  }

  /** Asks members at once; those that do not answer are missing in the answer and remembered as unreachable. */
  private async each<T>(
    hosts: readonly string[],
    ask: (member: PoolMember) => Promise<T>,
  ): Promise<Map<string, T>> {
    const answers = new Map<string, T>();
    const one = async (host: string) => {
      const standing = this.standing(host);
      try {
        answers.set(host, await ask(this.member(host)));
        standing.unreachable = null;
      } catch (error) {
        if (!(error instanceof TargetUnreachable)) throw error;
        standing.unreachable = { why: error.message, since: error.since };
      }
    };
    await Promise.all(hosts.map(one));
    return answers;
  }

  private eachOf<T>(
    keys: readonly JobKey[],
    ask: (member: PoolMember, own: readonly JobKey[]) => Promise<T>,
  ): Promise<Map<string, T>> {
    const byHost = grouped(keys, (key) => this.hostOf(key));
    return this.each([...byHost.keys()], (member) => ask(member, byHost.get(member.host)!));
  }

  private hostOf(key: JobKey): string {
    return this.parts.hostOf(key) ?? this.id;
  }

  private of(key: JobKey): PoolMember {
    return this.member(this.hostOf(key));
  }

  private member(host: string): PoolMember {
    const known = this.members.get(host);
    if (known) return known;
    const made = this.parts.make(host);
    this.members.set(host, made);
    for (const changed of this.watchers.keys()) this.watchMember(made, changed);
    return made;
  }

  private watchMember({ host, backend }: PoolMember, changed: (keys: readonly JobKey[]) => void): void {
    const watching = backend.watch?.(changed);
    if (watching) this.watchers.get(changed)?.set(host, watching);
  }

  private standing(host: string): Standing {
    const known = this.known.get(host) ?? { boot: null, unreachable: null };
    this.known.set(host, known);
    return known;
  }
}

function merged<T>(maps: Iterable<ReadonlyMap<JobKey, T>>): Map<JobKey, T> {
  return new Map([...maps].flatMap((each) => [...each]));
}

function grouped<T>(items: readonly T[], hostOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const host = hostOf(item);
    const group = groups.get(host);
    if (group) group.push(item);
    else groups.set(host, [item]);
  }
  return groups;
}

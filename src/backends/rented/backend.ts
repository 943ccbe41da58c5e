import type {
  Capacity,
  ComputeBackend,
  Disposable,
  FoundOutput,
  JobStatus,
  LogChunk,
  PlacedJob,
} from '../../core/ports';
import type { StopReason } from '../../core/run/event';
import type { JobHandle, JobKey } from '../../core/run/jobHandle';
import { TargetUnreachable } from '../../core/targetUnreachable';

/** Where a rented machine is, as its record says: `coming` (or none is there yet), `here`, or `gone`. */
export type RentedStanding =
  | { readonly kind: 'coming'; readonly why: string }
  | { readonly kind: 'here' }
  | { readonly kind: 'gone'; readonly why: string };

/**
 * A machine that is not there before it was rented and not after it was given back. While it is there, `inner` is asked;
 * before, it is unreachable; afterwards what was on it is known to have ended.
 */
export class RentedBackend implements ComputeBackend {
  readonly scheduling = 'bridge';

  constructor(
    readonly id: string,
    private readonly standing: () => RentedStanding,
    /** Made once the machine is there. */
    private readonly inner: () => ComputeBackend,
  ) {}

  async probe(signal: AbortSignal): Promise<Capacity> {
    if (this.standing().kind === 'gone') return { cpus: 0, gpus: [], boot: null, missing: [] };
    return this.here().probe(signal);
  }

  async submit(jobs: readonly PlacedJob[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    return this.here().submit(jobs, signal);
  }

  async find(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    return this.standing().kind === 'gone' ? new Map() : this.here().find(keys, signal);
  }

  async poll(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobStatus>> {
    const standing = this.standing();
    if (standing.kind !== 'gone') return this.here().poll(keys, signal);
    const why = `the rented machine is gone (${standing.why})`;
    const advice = 'It is tried again on another machine by itself; a run that writes checkpoints loses less';
    const failure = { class: 'preempted', message: why, evidence: [], advice } as const;
    return new Map(keys.map((key) => [key, { kind: 'lost', cause: 'lost', why, failure }]));
  }

  async forbid(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlySet<JobKey>> {
    return this.standing().kind === 'gone' ? new Set(keys) : this.here().forbid(keys, signal);
  }

  watch(changed: (keys: readonly JobKey[]) => void): Disposable {
    if (this.standing().kind !== 'here') return { dispose: () => undefined };
    return this.inner().watch?.(changed) ?? { dispose: () => undefined };
  }

  async readLog(key: JobKey, from: number, maxBytes: number, signal: AbortSignal): Promise<LogChunk> {
    return this.inner().readLog(key, from, maxBytes, signal);
  }

  async outputs(key: JobKey, signal: AbortSignal): Promise<readonly FoundOutput[]> {
    return this.inner().outputs(key, signal);
  }

  async cancel(keys: readonly JobKey[], reason: StopReason, signal: AbortSignal): Promise<void> {
    if (this.standing().kind !== 'gone') await this.here().cancel(keys, reason, signal);
  }

  async collect(key: JobKey, signal: AbortSignal): Promise<void> {
    await this.here().collect(key, signal);
  }

  async release(key: JobKey, signal: AbortSignal): Promise<'gone' | 'going'> {
    return this.standing().kind === 'gone' ? 'gone' : this.here().release(key, signal);
  }

  private here(): ComputeBackend {
    const standing = this.standing();
    if (standing.kind === 'here') return this.inner();
    throw new TargetUnreachable(standing.why);
  }
}

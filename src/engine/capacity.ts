import type { Capacity, Clock, ComputeBackend, HostStanding } from '../core/ports';
import type { SeenCapacity } from '../core/run/event';
import type { FreeGpu, PlaceWorld, World } from '../core/run/placement';
import type { StudyState } from '../core/run/state';
import { openAttempts } from './openAttempts';
import type { StudyRecord } from './studyRecord';

/** A target with GPUs is asked about them at most this often: others may come and go. */
const probeIntervalMs = 500;
/** A target that places runs itself and lacked something is asked again after this time. */
const missingIntervalMs = 5000;
/** A machine that does not answer is asked again this often. */
const unseenIntervalMs = 2000;

export interface CapacityParts {
  readonly record: StudyRecord;
  readonly backend: ComputeBackend;
  readonly clock: Clock;
  complain(sentence: string): void;
}

/** What the target can take, looked at when it may have changed. */
export class CapacityWatch {
  private readonly said = new Set<string>();
  private last: { readonly capacity: Capacity; readonly at: number } | null = null;

  constructor(private readonly parts: CapacityParts) {}

  /** Identity of a machine's boot; null: it has none, or nobody has looked. */
  boot(host: string): string | null {
    const place = this.parts.backend.standings?.().find((each) => each.host === host);
    return place ? place.boot : (this.last?.capacity.boot ?? null);
  }

  /** The next look asks the target, whatever is known. */
  forget(): void {
    this.last = null;
  }

  /** Looks, unless it was looked at a moment ago or there are no GPUs that could change hands. */
  async look(signal: AbortSignal): Promise<Capacity> {
    const at = this.parts.clock.monotonic();
    const { last } = this;
    const asked = last !== null && at - last.at < this.intervalMs(last.capacity);
    if (last && asked) return last.capacity;
    const capacity = await this.parts.backend.probe(signal);
    this.last = { capacity, at };
    this.tell(capacity);
    return capacity;
  }

  /** What a decision needs to know. GPUs of runs that are active are ours, not free. */
  async world(signal: AbortSignal): Promise<Omit<World, 'delayLeft'>> {
    const capacity = await this.look(signal);
    const { state } = this.parts.record;
    const all = this.parts.backend.standings?.() ?? null;
    const places = all?.filter(({ unreachable }) => unreachable === null) ?? null;
    const answers = (host?: string) => !places || host === undefined || places.some((at) => at.host === host);
    const usable = usableGpus(capacity, state).filter(({ host }) => answers(host));
    const busy = ownGpus(state);
    if (this.parts.backend.scheduling === 'target') {
      // While nobody knows what it has, nothing is asked of it.
      const most = capacity.gpusPerJob === undefined ? 0 : Number.POSITIVE_INFINITY;
      return {
        ...{ scheduling: 'target', freeGpus: [], missing: capacity.missing },
        ...{ maxParallel: most, maxCpuRuns: most },
        // How many are too many depends on what else a run asks for: the target refuses it, or does not.
        gpus: capacity.gpusPerJob === 0 ? 0 : Number.POSITIVE_INFINITY,
      };
    }
    const free = usable.filter((gpu) => !busy.has(gpuMark(gpu)) && gpu.state === 'free');
    // What one machine may take at once, each machine of a pool may.
    const limit = (state.study?.options.maxParallelRuns ?? 1) * Math.max(1, all?.length ?? 1);
    const gpusAt = (host: string) => usable.filter((gpu) => gpu.host === host).length;
    return {
      gpus: places ? Math.max(0, ...places.map(({ host }) => gpusAt(host))) : usable.length,
      freeGpus: free.map((gpu): FreeGpu => ({
        ...{ id: gpu.id, memoryMiB: gpu.memoryTotalMiB },
        ...(gpu.host === undefined ? {} : { host: gpu.host }),
      })),
      maxParallel: state.study?.maxParallel ?? usable.length + limit,
      maxCpuRuns: state.study?.maxParallel ?? limit,
      missing: capacity.missing,
      ...(places
        ? { places: placeWorlds(places, state, gpusAt), unseen: places.length < (all?.length ?? 0) }
        : {}),
    };
  }

  private intervalMs({ gpus, missing }: Capacity): number {
    if (this.parts.backend.scheduling === 'target')
      return missing.length > 0 ? missingIntervalMs : Number.POSITIVE_INFINITY;
    if (this.parts.backend.standings?.().some(({ unreachable }) => unreachable)) return unseenIntervalMs;
    return gpus.length === 0 ? Number.POSITIVE_INFINITY : probeIntervalMs;
  }

  private tell(capacity: Capacity): void {
    const { record, backend } = this.parts;
    for (const sentence of capacity.missing) if (!this.said.has(sentence)) this.parts.complain(sentence);
    for (const sentence of capacity.missing) this.said.add(sentence);
    // What our own runs use is told by the runs; here stands what others take.
    const busy = ownGpus(record.state);
    const gpus = usableGpus(capacity, record.state).map((gpu) =>
      busy.has(gpuMark(gpu)) ? { ...gpu, state: 'free' as const } : gpu,
    );
    const seen: SeenCapacity = { host: backend.id, gpus, missing: capacity.missing };
    if (JSON.stringify(seen) === JSON.stringify(record.state.capacity)) return;
    // A machine without GPUs that never had any is not worth a line.
    if (seen.gpus.length > 0 || seen.missing.length > 0 || record.state.capacity)
      record.happened({ type: 'capacity.seen', ...seen });
  }
}

/** A GPU's name across the machines of a pool. */
function gpuMark({ id, host }: { readonly id: string; readonly host?: string }): string {
  return host === undefined ? id : `${host} ${id}`;
}

/** GPUs of attempts that are open, by their name alone and with their machine's. */
function ownGpus(state: StudyState): Set<string> {
  const busy = new Set<string>();
  for (const { attempt } of openAttempts(state))
    for (const id of attempt.gpus)
      for (const mark of [id, gpuMark({ id, host: attempt.host })]) busy.add(mark);
  return busy;
}

function placeWorlds(
  places: readonly HostStanding[],
  state: StudyState,
  gpusAt: (host: string) => number,
): PlaceWorld[] {
  const active = new Map<string, number>();
  for (const { attempt } of openAttempts(state))
    active.set(attempt.host, (active.get(attempt.host) ?? 0) + 1);
  return places.map(({ host, maxRuns }) => ({
    ...{ host, gpus: gpusAt(host) },
    slots: (maxRuns ?? Number.POSITIVE_INFINITY) - (active.get(host) ?? 0),
  }));
}

function usableGpus(capacity: Capacity, { study }: StudyState): SeenCapacity['gpus'] {
  return capacity.gpus
    .filter((gpu) => study?.gpus == null || study.gpus.includes(gpu.index))
    .map((gpu) => ({
      id: gpu.visible,
      ...(gpu.host === undefined ? {} : { host: gpu.host }),
      name: gpu.name,
      memoryTotalMiB: gpu.memoryTotalMiB,
      state: gpu.foreign
        ? 'foreign'
        : (gpu.memoryUsedMiB ?? 0) < (study?.gpuFreeThresholdMiB ?? 500)
          ? 'free'
          : 'full',
    }));
}

import type { Capacity, Clock, ComputeBackend } from '../core/ports';
import type { SeenCapacity } from '../core/run/event';
import type { FreeGpu, World } from '../core/run/decide';
import type { StudyState } from '../core/run/state';
import { openAttempts } from './openAttempts';
import type { StudyRecord } from './studyRecord';

/** A target with GPUs is asked about them at most this often: others may come and go. */
const probeIntervalMs = 500;
/** A target that places runs itself and lacked something is asked again after this time. */
const missingIntervalMs = 5000;

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

  /** Identity of the target's boot; null: it has none, or nobody has looked. */
  get boot(): string | null {
    return this.last?.capacity.boot ?? null;
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
    const usable = usableGpus(capacity, state);
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
    const free = usable.filter((gpu) => !busy.has(gpu.id) && gpu.state === 'free');
    const limit = state.study?.options.maxParallelRuns ?? 1;
    return {
      gpus: usable.length,
      freeGpus: free.map((gpu): FreeGpu => ({ id: gpu.id, memoryMiB: gpu.memoryTotalMiB })),
      maxParallel: state.study?.maxParallel ?? usable.length + limit,
      maxCpuRuns: state.study?.maxParallel ?? limit,
      missing: capacity.missing,
    };
  }

  private intervalMs({ gpus, missing }: Capacity): number {
    if (this.parts.backend.scheduling === 'target')
      return missing.length > 0 ? missingIntervalMs : Number.POSITIVE_INFINITY;
    return gpus.length === 0 ? Number.POSITIVE_INFINITY : probeIntervalMs;
  }

  private tell(capacity: Capacity): void {
    const { record, backend } = this.parts;
    for (const sentence of capacity.missing) if (!this.said.has(sentence)) this.parts.complain(sentence);
    for (const sentence of capacity.missing) this.said.add(sentence);
    // What our own runs use is told by the runs; here stands what others take.
    const busy = ownGpus(record.state);
    const gpus = usableGpus(capacity, record.state).map((gpu) =>
      busy.has(gpu.id) ? { ...gpu, state: 'free' as const } : gpu,
    );
    const seen: SeenCapacity = { host: backend.id, gpus, missing: capacity.missing };
    if (JSON.stringify(seen) === JSON.stringify(record.state.capacity)) return;
    // A machine without GPUs that never had any is not worth a line.
    if (seen.gpus.length > 0 || seen.missing.length > 0 || record.state.capacity)
      record.happened({ type: 'capacity.seen', ...seen });
  }
}

function ownGpus(state: StudyState): Set<string> {
  const busy = new Set<string>();
  for (const { attempt } of openAttempts(state)) for (const gpu of attempt.gpus) busy.add(gpu);
  return busy;
}

function usableGpus(capacity: Capacity, { study }: StudyState): SeenCapacity['gpus'] {
  return capacity.gpus
    .filter((gpu) => study?.gpus == null || study.gpus.includes(gpu.index))
    .map((gpu) => ({
      id: gpu.visible,
      name: gpu.name,
      memoryTotalMiB: gpu.memoryTotalMiB,
      state: gpu.foreign
        ? 'foreign'
        : (gpu.memoryUsedMiB ?? 0) < (study?.gpuFreeThresholdMiB ?? 500)
          ? 'free'
          : 'full',
    }));
}

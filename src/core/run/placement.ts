import type { Job } from '../manifest/model';
import type { Standing } from './standing';
import type { JobState } from './state';

/** What the target can take right now. */
export interface World {
  /** Who places runs; missing: Bridge. A target that does is given all that may start. */
  readonly scheduling?: 'bridge' | 'target';
  /** Milliseconds until a run whose retry is delayed may start; 0: it may. */
  delayLeft(job: JobState): number;
  /** GPUs that may be used at all: a job that does not say takes one where there are any. */
  readonly gpus: number;
  /** GPUs that nobody uses, in the machine's order. */
  readonly freeGpus: readonly FreeGpu[];
  /** Runs that may be active at once. */
  readonly maxParallel: number;
  /** How many of them may be runs without a GPU. */
  readonly maxCpuRuns: number;
  /** The budget of GPU-hours is used up: nothing starts. */
  readonly budgetSpent?: boolean;
  /** Somebody can repair a run of sanity that failed. */
  readonly repairs?: boolean;
  /** Why there are no GPUs, where something is the matter with them. */
  readonly missing: readonly string[];
  /** Machines that answer; missing: there is one place, which has all of the above. */
  readonly places?: readonly PlaceWorld[];
  /** Some place does not answer, and nobody knows what it has. */
  readonly unseen?: boolean;
}

/** What one machine of several can take right now. */
export interface PlaceWorld {
  readonly host: string;
  /** GPUs of it that may be used at all. */
  readonly gpus: number;
  /** Runs that may start there now. */
  readonly slots: number;
}

export interface FreeGpu {
  /** What CUDA_VISIBLE_DEVICES calls it. */
  readonly id: string;
  /** Missing: there is only one place. */
  readonly host?: string;
  readonly memoryMiB: number | null;
}

export interface Start {
  readonly job: Job;
  /** Missing: there is only one place. */
  readonly host?: string;
  readonly gpus: readonly string[];
  /** GPUs that the target is to find; `gpus` is empty then. */
  readonly gpuCount?: number;
}

/** Highest priority first, manifest order among equals. */
export function byPriority(ready: readonly JobState[]): readonly JobState[] {
  return ready.some((job) => job.priority !== ready[0]!.priority)
    ? [...ready].sort((a, b) => b.priority - a.priority)
    : ready;
}

/** All at once, so that the target can place them as well as it knows how. */
export function handOver(ready: readonly JobState[], world: World, slots: number): Start[] {
  return ready.slice(0, Math.max(0, slots)).map(({ job }) => ({
    ...{ job, gpus: [], gpuCount: gpusOf(job, world.gpus > 0) },
  }));
}

/** A run that needs more GPUs than are free lets smaller ones pass. */
export function place(
  ready: readonly JobState[],
  world: World,
  standing: Standing,
  slots: { all: number; cpu: number },
): Start[] {
  if (slots.all <= 0 || ready.length === 0) return [];
  const places = world.places?.map((each) => ({ ...each, left: each.slots }));
  let free = world.freeGpus;
  let cpu = slots.cpu;
  const start: Start[] = [];
  for (const job of ready) {
    if (start.length >= slots.all || (cpu <= 0 && free.length === 0)) break;
    const wanted = gpusOf(job.job, world.gpus > 0);
    if (wanted > free.length || (wanted === 0 && cpu <= 0)) continue;
    const at = places && choosePlace(job, wanted, places, free, standing);
    if (at === null) continue;
    if (wanted === 0) cpu--;
    const there = at === undefined ? free : free.filter((gpu) => gpu.host === at.host);
    const taken = prefer(job, there).slice(0, wanted);
    free = free.filter((gpu) => !taken.includes(gpu));
    if (at) at.left--;
    start.push({ job: job.job, ...(at ? { host: at.host } : {}), gpus: taken.map((gpu) => gpu.id) });
  }
  return start;
}

type Room = PlaceWorld & { left: number };

/**
 * Where a run goes: it stays where the runs that it needs have written, else where there is most room. Null: it fits
 * nowhere now.
 */
function choosePlace(
  job: JobState,
  wanted: number,
  places: readonly Room[],
  free: readonly FreeGpu[],
  standing: Standing,
): Room | null {
  const gpusAt = (place: Room) => free.filter(({ host }) => host === place.host).length;
  const fits = places.filter((place) => place.left > 0 && gpusAt(place) >= wanted);
  const inputs = standing.hostsOfInputs(job.job);
  const roomier = (a: Room, b: Room) =>
    Number(inputs.has(b.host)) - Number(inputs.has(a.host)) ||
    (wanted > 0 ? gpusAt(b) - gpusAt(a) : 0) ||
    b.left - a.left;
  return [...fits].sort(roomier)[0] ?? null;
}

/** What ran out of memory goes to another GPU, the biggest first, where there is another. */
function prefer(job: JobState, free: readonly FreeGpu[]): readonly FreeGpu[] {
  if (job.phase.kind !== 'pending' || job.phase.cause !== 'oom') return free;
  const tried = new Set(job.attempts.flatMap((attempt) => attempt.gpus));
  return [...free].sort(
    (a, b) => Number(tried.has(a.id)) - Number(tried.has(b.id)) || (b.memoryMiB ?? 0) - (a.memoryMiB ?? 0),
  );
}

/** GPUs that a job takes: what it says, else one where the target has any. */
export function gpusOf(job: Job, hasGpus: boolean): number {
  return job.gpus ?? (hasGpus ? 1 : 0);
}

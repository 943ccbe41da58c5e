import { costsMoney } from './costly';
import type { Job } from '../manifest/model';
import type { Failure } from './failure';
import { isSettled } from './reduce';
import { isRepairable } from './repair';
import { implementHolds, reviewHolds } from './reviewGate';
import type { JobState, StudyState } from './state';

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

/** What to do next. Everything in it can be done at once; then the world is looked at again. */
export interface Decision {
  readonly start: readonly Start[];
  readonly skip: readonly { readonly job: string; readonly why: string }[];
  /** Runs that this target can never run, and why. */
  readonly fail: readonly { readonly job: string; readonly failure: Failure }[];
  /** Milestones whose runs have all ended and whose gate is to be judged now, in order. */
  readonly judge: readonly string[];
  /**
   * `busy`: something runs or will; `implement`: something is still to be written; `repair`: sanity failed and can be
   * repaired; `review`: nothing may start before another model has read the code, or because of
   * what it found; `checkpoint`: nothing may start before the person approves; `blocked`: what is left is paused;
   * `ended`: nothing is left.
   */
  readonly rest: 'busy' | 'implement' | 'review' | 'repair' | 'checkpoint' | 'blocked' | 'ended';
  /** In how many milliseconds a delayed retry is due; null: none waits. */
  readonly wakeInMs: number | null;
}

/**
 * Where a milestone stands in the order. A milestone is open when every one before it has passed its gate and the person
 * has approved it; the sanity milestone needs no approval when it was a person who asked for the study.
 */
export interface MilestoneOrder {
  /** Milestones whose runs may start. */
  readonly open: ReadonlySet<string>;
  /** The first milestone that waits for approval; null: none does. */
  readonly unapproved: string | null;
  /** The milestone whose gate failed and stops what follows. */
  readonly failed: string | null;
  /** Milestones to judge. */
  readonly judge: readonly string[];
}

/** Walks the milestones in run order until one is not passed. A queue without milestones has none to walk. */
export function orderMilestones(state: StudyState): MilestoneOrder {
  const open = new Set<string>();
  const judge: string[] = [];
  const unsettled = new Map<string, number>();
  const sizes = new Map<string, number>();
  for (const { job, phase, obsolete } of state.jobs.values()) {
    if (obsolete || job.milestone === null) continue;
    sizes.set(job.milestone, (sizes.get(job.milestone) ?? 0) + 1);
    if (!isSettled(phase)) unsettled.set(job.milestone, (unsettled.get(job.milestone) ?? 0) + 1);
  }
  for (const { milestone, gate } of state.milestones.values()) {
    const size = sizes.get(milestone.id) ?? 0;
    if (size === 0) continue;
    // Nothing passes sanity but sanity: a gate that was not judged opens what follows everywhere else.
    if (gate?.verdict === 'failed' || (gate && milestone.kind === 'sanity' && gate.verdict !== 'passed'))
      return { open, unapproved: null, failed: milestone.id, judge };
    const remaining = unsettled.get(milestone.id) ?? 0;
    // What costs money waits for a person from its first minute on.
    const free = milestone.kind === 'sanity' && state.askedBy === null && !costsMoney(state.study);
    if (remaining > 0 && !free && !state.approved.has(milestone.id))
      return { open, unapproved: milestone.id, failed: null, judge };
    if (remaining > 0) {
      open.add(milestone.id);
      return { open, unapproved: null, failed: null, judge };
    }
    if (!gate) {
      judge.push(milestone.id);
      return { open, unapproved: null, failed: null, judge };
    }
  }
  return { open, unapproved: null, failed: null, judge };
}

/** Whether what waits for an approval is sanity itself, because a program asked for the study. */
export function asksForSanity(state: StudyState): boolean {
  if (state.askedBy === null || state.study?.kind !== 'plan' || costsMoney(state.study)) return false;
  const { unapproved } = orderMilestones(state);
  return unapproved !== null && state.milestones.get(unapproved)?.milestone.kind === 'sanity';
}

/** Decides from what is known; pure, and linear in the number of runs (10,000 in a few milliseconds). */
export function decide(state: StudyState, world: World): Decision {
  const isPlan = state.study?.kind === 'plan';
  const order = isPlan ? orderMilestones(state) : null;
  const standing = new Standing(state);
  const implement = implementHolds(state);
  const held = implement || reviewHolds(state);
  // Who can repair is asked only where there is something to repair.
  const repair = order !== null && repairable(state, order) && world.repairs === true;
  const skip: { job: string; why: string }[] = [];
  const ready: JobState[] = [];
  const fail: { job: string; failure: Failure }[] = [];
  let wakeInMs: number | null = null;
  let pending = 0;
  let paused = 0;

  for (const job of state.jobs.values()) {
    if (job.obsolete) continue;
    if (job.phase.kind === 'paused') paused++;
    if (job.phase.kind !== 'pending') continue;
    pending++;
    const stopped = standing.broken(job.job);
    if (stopped !== null) {
      skip.push({ job: job.job.id, why: stopped });
      continue;
    }
    if (order && !order.open.has(job.job.milestone ?? '')) continue;
    if (held || !standing.satisfied(job.job)) continue;
    if (gpusOf(job.job, world.gpus > 0) > world.gpus && !world.unseen) {
      fail.push({ job: job.job.id, failure: tooFewGpus(job.job, world) });
      continue;
    }
    const left = job.phase.notBefore === null ? 0 : world.delayLeft(job);
    if (left > 0) wakeInMs = Math.min(wakeInMs ?? Number.POSITIVE_INFINITY, left);
    else ready.push(job);
  }

  // The first run of a study without a sanity milestone goes alone first.
  const active = state.running.size;
  const alone = isPlan && goesAlone(state) ? 1 : Number.POSITIVE_INFINITY;
  const spent = world.budgetSpent === true;
  const able = spent ? [] : byPriority(ready);
  const start =
    world.scheduling === 'target'
      ? handOver(able, world, Math.min(alone, world.maxParallel) - active)
      : place(able, world, standing, {
          all: Math.min(alone, world.maxParallel) - active,
          cpu: Math.min(alone, world.maxCpuRuns) - activeWithoutGpu(state),
        });
  const rest = restOf({
    order,
    active,
    pending: pending - skip.length - fail.length,
    paused,
    starting: start.length,
    judging: repair ? 0 : (order?.judge.length ?? 0),
    implement,
    repair,
    // What waits for a higher budget does not keep a driver.
    delayed: wakeInMs !== null && !spent,
    ready: spent ? 0 : ready.length,
    held,
    consent: asksForSanity(state),
  });
  const again = skip.length > 0 || fail.length > 0;
  const judge = repair ? [] : (order?.judge ?? []);
  return { start, skip, fail, judge, rest: again ? 'busy' : rest, wakeInMs };
}

/** Whether the milestone that is to be judged next is sanity, with a run that failed and can be repaired. */
function repairable(state: StudyState, { judge }: MilestoneOrder): boolean {
  if (!judge.some((id) => state.milestones.get(id)?.milestone.kind === 'sanity')) return false;
  for (const job of state.jobs.values())
    if (!job.obsolete && judge.includes(job.job.milestone ?? '') && isRepairable(state, job)) return true;
  return false;
}

function activeWithoutGpu(state: StudyState): number {
  let count = 0;
  for (const id of state.running) {
    const attempts = state.jobs.get(id)?.attempts;
    if (attempts?.[attempts.length - 1]?.gpus.length === 0) count++;
  }
  return count;
}

function tooFewGpus(job: Job, world: World): Failure {
  const has = world.gpus === 0 ? 'none' : `only ${world.gpus}`;
  return {
    class: 'cuda',
    message: `it needs ${job.gpus === 1 ? 'a GPU' : `${job.gpus} GPUs`} and this target has ${has}`,
    evidence: world.missing,
    advice:
      world.missing.length > 0
        ? 'Mend the GPU driver, then retry the run; "gpus: 0" lets it run without one'
        : 'Choose a target that has them, or lower "gpus" in the run manifest; then retry the run',
  };
}

function restOf(it: {
  order: MilestoneOrder | null;
  active: number;
  pending: number;
  paused: number;
  starting: number;
  judging: number;
  delayed: boolean;
  ready: number;
  held: boolean;
  implement: boolean;
  repair: boolean;
  consent: boolean;
}): Decision['rest'] {
  if (it.active > 0 || it.starting > 0 || it.judging > 0 || it.delayed || it.ready > 0) return 'busy';
  // Before a program's wish is consented to, no reviewer is asked either.
  if (it.consent) return 'checkpoint';
  if (it.implement) return 'implement';
  if (it.repair) return 'repair';
  if (it.held && it.pending > 0) return 'review';
  if (it.order?.failed != null) return 'ended';
  if (it.order?.unapproved != null) return 'checkpoint';
  if (it.paused > 0) return 'blocked';
  return it.pending > 0 ? 'blocked' : 'ended';
}

/** Highest priority first, manifest order among equals. */
function byPriority(ready: readonly JobState[]): readonly JobState[] {
  return ready.some((job) => job.priority !== ready[0]!.priority)
    ? [...ready].sort((a, b) => b.priority - a.priority)
    : ready;
}

/** All at once, so that the target can place them as well as it knows how. */
function handOver(ready: readonly JobState[], world: World, slots: number): Start[] {
  return ready.slice(0, Math.max(0, slots)).map(({ job }) => ({
    ...{ job, gpus: [], gpuCount: gpusOf(job, world.gpus > 0) },
  }));
}

/** A run that needs more GPUs than are free lets smaller ones pass. */
function place(
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

function goesAlone(state: StudyState): boolean {
  for (const { milestone } of state.milestones.values()) if (milestone.kind === 'sanity') return false;
  for (const { phase } of state.jobs.values()) if (phase.kind === 'completed') return false;
  return true;
}

/** How dependencies stand, computed once a decision. */
class Standing {
  private readonly phases = new Map<string, { open: number; broken: string | null }>();

  constructor(private readonly state: StudyState) {
    for (const { job, phase, obsolete } of state.jobs.values()) {
      if (job.phase === null || obsolete) continue;
      const entry = this.phases.get(job.phase) ?? { open: 0, broken: null };
      if (phase.kind !== 'completed') entry.open++;
      if (entry.broken === null && isBroken(phase.kind)) entry.broken = job.id;
      this.phases.set(job.phase, entry);
    }
  }

  /** Why a job can never start; null: it may yet. */
  broken(job: Job): string | null {
    for (const name of job.dependsOn) {
      const phase = this.phases.get(name);
      if (phase?.broken != null)
        return `phase "${name}", which it needs, has a run that ${this.howEnded(phase.broken)}: ${phase.broken}`;
      const other = this.state.jobs.get(name);
      if (!phase && other && isBroken(other.phase.kind))
        return `${name}, which it needs, ${this.howEnded(name)}`;
    }
    return null;
  }

  satisfied(job: Job): boolean {
    return job.dependsOn.every((name) => {
      const phase = this.phases.get(name);
      if (phase) return phase.open === 0;
      return this.state.jobs.get(name)?.phase.kind === 'completed';
    });
  }

  /** Where the runs that a job depends on ran last: their outputs are there. */
  hostsOfInputs(job: Job): ReadonlySet<string> {
    const hosts = new Set<string>();
    if (job.dependsOn.length === 0) return hosts;
    for (const other of this.state.jobs.values()) {
      const needed = job.dependsOn.includes(other.job.id) || job.dependsOn.includes(other.job.phase ?? '');
      const last = other.attempts[other.attempts.length - 1];
      if (needed && last) hosts.add(last.host);
    }
    return hosts;
  }

  private howEnded(id: string): string {
    const kind = this.state.jobs.get(id)?.phase.kind;
    return kind === 'failed' ? 'failed' : kind === 'cancelled' ? 'was cancelled' : 'was skipped';
  }
}

function isBroken(kind: string): boolean {
  return kind === 'failed' || kind === 'skipped' || kind === 'cancelled';
}

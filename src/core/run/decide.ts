import type { Job } from '../manifest/model';
import { isSettled } from './reduce';
import type { JobState, StudyState } from './state';

/** What the target can take right now. */
export interface World {
  readonly now: number;
  /** Whether the target has GPUs at all: a job that does not say takes one then. */
  readonly hasGpus: boolean;
  /** GPUs that nobody uses, best first. */
  readonly freeGpus: readonly string[];
  /** Runs that may be active at once. */
  readonly maxParallel: number;
}

export interface Start {
  readonly job: Job;
  readonly gpus: readonly string[];
}

/** What to do next. Everything in it can be done at once; then the world is looked at again. */
export interface Decision {
  readonly start: readonly Start[];
  readonly skip: readonly { readonly job: string; readonly why: string }[];
  /** Milestones whose runs have all ended and whose gate is to be judged now, in order. */
  readonly judge: readonly string[];
  /**
   * `busy`: something runs or will; `checkpoint`: nothing may start before the person approves; `blocked`: what is left
   * is paused; `ended`: nothing is left.
   */
  readonly rest: 'busy' | 'checkpoint' | 'blocked' | 'ended';
  /** When a delayed retry is due, in milliseconds since the epoch; null: none waits. */
  readonly wakeAt: number | null;
}

/**
 * Where a milestone stands in the order. A milestone is open when every one before it has passed its gate and, unless
 * it is the sanity milestone, the person has approved it.
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
    if (remaining > 0 && milestone.kind !== 'sanity' && !state.approved.has(milestone.id))
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

/** Decides from what is known; pure, and linear in the number of runs (10,000 in a few milliseconds). */
export function decide(state: StudyState, world: World): Decision {
  const isPlan = state.study?.kind === 'plan';
  const order = isPlan ? orderMilestones(state) : null;
  const standing = new Standing(state);
  const skip: { job: string; why: string }[] = [];
  const ready: JobState[] = [];
  let wakeAt: number | null = null;
  let active = 0;
  let pending = 0;
  let paused = 0;

  for (const job of state.jobs.values()) {
    if (job.phase.kind === 'running') active++;
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
    if (!standing.satisfied(job.job)) continue;
    if (job.phase.notBefore !== null && job.phase.notBefore > world.now) {
      wakeAt = Math.min(wakeAt ?? Number.POSITIVE_INFINITY, job.phase.notBefore);
      continue;
    }
    ready.push(job);
  }

  // The first run of a study without a sanity milestone goes alone first.
  const limit = isPlan && goesAlone(state) ? 1 : world.maxParallel;
  const start = place(ready, world, limit - active);
  const rest = restOf({
    order,
    active,
    pending: pending - skip.length,
    paused,
    starting: start.length,
    judging: order?.judge.length ?? 0,
    delayed: wakeAt !== null,
    ready: ready.length,
  });
  return { start, skip, judge: order?.judge ?? [], rest: skip.length > 0 ? 'busy' : rest, wakeAt };
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
}): Decision['rest'] {
  if (it.active > 0 || it.starting > 0 || it.judging > 0 || it.delayed || it.ready > 0) return 'busy';
  if (it.order?.failed != null) return 'ended';
  if (it.order?.unapproved != null) return 'checkpoint';
  if (it.paused > 0) return 'blocked';
  return it.pending > 0 ? 'blocked' : 'ended';
}

/** Highest priority first, manifest order among equals; a run that needs more GPUs than are free lets smaller ones pass. */
function place(ready: readonly JobState[], world: World, slots: number): Start[] {
  if (slots <= 0 || ready.length === 0) return [];
  const ordered = ready.some((job) => job.priority !== ready[0]!.priority)
    ? [...ready].sort((a, b) => b.priority - a.priority)
    : ready;
  const free = [...world.freeGpus];
  const start: Start[] = [];
  for (const { job } of ordered) {
    if (start.length >= slots) break;
    const wanted = gpusOf(job, world.hasGpus);
    if (wanted > free.length) continue;
    start.push({ job, gpus: free.splice(0, wanted) });
  }
  return start;
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

  private howEnded(id: string): string {
    const kind = this.state.jobs.get(id)?.phase.kind;
    return kind === 'failed' ? 'failed' : kind === 'cancelled' ? 'was cancelled' : 'was skipped';
  }
}

function isBroken(kind: string): boolean {
  return kind === 'failed' || kind === 'skipped' || kind === 'cancelled';
}

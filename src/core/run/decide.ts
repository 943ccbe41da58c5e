import { costsMoney } from './costly';
import type { Job } from '../manifest/model';
import type { Failure } from './failure';
import { orderMilestones, type MilestoneOrder } from './milestoneOrder';
import { byPriority, gpusOf, handOver, place, type Start, type World } from './placement';
import { isRepairable } from './repair';
import { implementHolds, reviewHolds } from './reviewGate';
import { Standing } from './standing';
import type { JobState, StudyState } from './state';

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

function goesAlone(state: StudyState): boolean {
  for (const { milestone } of state.milestones.values()) if (milestone.kind === 'sanity') return false;
  for (const { phase } of state.jobs.values()) if (phase.kind === 'completed') return false;
  return true;
}

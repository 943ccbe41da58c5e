import { budgetOf } from './budget';
import { moneyOf } from './money';
import { gpusOf } from './placement';
import { orderMilestones, type MilestoneOrder } from './milestoneOrder';
import type { JobState, StudyState } from './state';

/** Why a run that the target has does not run yet; null: it runs. */
export function queuedWhy({ attempts }: JobState): string | null {
  const last = attempts[attempts.length - 1];
  if (last?.queued == null) return null;
  const id = last.handle?.externalId ?? null;
  const where = `in the queue of ${last.host}${id === null ? '' : ` as job ${id}`}`;
  return last.queued.why === null ? where : `${where}: ${last.queued.why}`;
}

/** "Why isn't it running?" in one sentence for each run, from the journal alone. */
export class WaitExplainer {
  private readonly order: MilestoneOrder | null;
  private readonly active: number;
  /** Why nothing more starts at all; null: it may. */
  private readonly spent: string | null;
  /** Phase -> runs of it that have not completed. */
  private readonly open = new Map<string, string[]>();

  /** `driving`: a driver holds the journal now. One explainer serves all runs of one state. */
  constructor(
    private readonly state: StudyState,
    private readonly driving: boolean,
    private readonly now: number,
  ) {
    this.order = state.study?.kind === 'plan' ? orderMilestones(state) : null;
    let active = 0;
    for (const { job, phase, obsolete } of state.jobs.values()) {
      if (phase.kind === 'running') active++;
      if (obsolete || job.phase === null || phase.kind === 'completed') continue;
      const runs = this.open.get(job.phase) ?? [];
      runs.push(job.id);
      this.open.set(job.phase, runs);
    }
    this.active = active;
    this.spent =
      moneyOf(state, now).level === 'spent'
        ? 'the money of the budget is spent; set bridge.budget.usd higher'
        : budgetOf(state, now).level === 'spent'
          ? 'the GPU-hours of the budget are used up; set bridge.budget.gpuHours higher'
          : null;
  }

  /** Null for a run that does not wait. */
  why(job: JobState): string | null {
    const { phase } = job;
    if (job.obsolete) return 'it is no longer in the manifest';
    if (phase.kind === 'paused') return `paused by ${phase.by}`;
    if (phase.kind === 'running') return unreachableWhy(job) ?? queuedWhy(job);
    if (phase.kind !== 'pending') return null;
    for (const name of job.job.dependsOn) {
      const other = this.state.jobs.get(name);
      const runs = this.open.get(name) ?? (other && other.phase.kind !== 'completed' ? [name] : []);
      if (runs.length > 0)
        return runs.length === 1 ? `waits for ${runs[0]}` : `waits for ${runs.length} runs of "${name}"`;
    }
    const milestone = this.milestone(job);
    if (milestone !== null) return milestone;
    if (this.spent !== null) return this.spent;
    if (phase.notBefore !== null && phase.notBefore > this.now)
      return `is tried again in ${Math.ceil((phase.notBefore - this.now) / 1000)} s: ${phase.why ?? 'it failed before'}`;
    const gpus = this.driving ? this.gpus(job) : null;
    if (gpus !== null) return gpus;
    if (!this.driving) return 'nothing drives this workspace now; run it again to go on';
    const missing = this.state.capacity?.missing[0];
    if (this.active === 0 && missing !== undefined) return missing;
    return this.active === 1
      ? 'the one run that may be active is busy'
      : `all ${this.active} runs that may be active at once are busy`;
  }

  /** Why a run that needs GPUs has none; null: enough are free, or it needs none. */
  private gpus({ job }: JobState): string | null {
    const { capacity, running, jobs } = this.state;
    const there = capacity?.gpus ?? [];
    const wanted = gpusOf(job, there.length > 0);
    if (wanted === 0 || there.length === 0) return null;
    const ours = new Map<string, string>();
    for (const id of running) {
      const attempts = jobs.get(id)?.attempts ?? [];
      for (const gpu of attempts[attempts.length - 1]?.gpus ?? []) ours.set(gpu, id);
    }
    const taken = there.flatMap(({ id, state }) => {
      const run = ours.get(id);
      if (run !== undefined) return [`${id} runs ${run}`];
      if (state === 'foreign') return [`on ${id} somebody else computes`];
      return state === 'full' ? [`the memory of ${id} is in use`] : [];
    });
    if (there.length - taken.length >= wanted) return null;
    return `waits for ${wanted === 1 ? 'a GPU' : `${wanted} GPUs`}: ${taken.join(', ')}`;
  }

  private milestone(job: JobState): string | null {
    const { order } = this;
    const milestone = job.job.milestone ?? '';
    if (!order || order.open.has(milestone)) return null;
    if (order.failed !== null)
      return `the gate of ${order.failed} failed, and what follows it does not start`;
    if (order.unapproved === milestone) return 'waits for your approval at the checkpoint';
    const ahead = order.unapproved ?? [...order.open][0] ?? order.judge[0];
    return ahead === undefined ? 'waits for its milestone' : `waits for milestone ${ahead}`;
  }
}

/** Where a run is that nobody can ask about. */
function unreachableWhy({ attempts }: JobState): string | null {
  const last = attempts[attempts.length - 1];
  if (last?.unreachable == null) return null;
  const since =
    last.unreachableSince == null ? '' : ` since ${new Date(last.unreachableSince).toISOString()}`;
  return `${last.host} is unreachable${since} (${last.unreachable}); it may still be running, and is never started twice`;
}

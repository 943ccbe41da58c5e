import { orderMilestones } from './decide';
import type { JobState, StudyState } from './state';

/**
 * "Why isn't it running?" in one sentence, from the journal alone; null for a run that does not wait. `driving` is
 * whether a driver holds the journal now.
 */
export function explainWait(state: StudyState, job: JobState, driving: boolean, now: number): string | null {
  const { phase } = job;
  if (job.obsolete) return 'it is no longer in the manifest';
  if (phase.kind === 'paused') return `paused by ${phase.by}`;
  if (phase.kind !== 'pending') return null;
  for (const name of job.job.dependsOn) {
    const open = [...state.jobs.values()].filter(
      (other) => (other.job.phase === name || other.job.id === name) && other.phase.kind !== 'completed',
    );
    if (open.length > 0)
      return open.length === 1
        ? `waits for ${open[0]!.job.id}`
        : `waits for ${open.length} runs of "${name}"`;
  }
  if (state.study?.kind === 'plan') {
    const order = orderMilestones(state);
    if (order.failed !== null)
      return `the gate of ${order.failed} failed, and what follows it does not start`;
    const milestone = job.job.milestone ?? '';
    if (!order.open.has(milestone)) {
      if (order.unapproved === milestone) return 'waits for your approval at the checkpoint';
      const ahead = order.unapproved ?? [...order.open][0] ?? order.judge[0];
      return ahead === undefined ? 'waits for its milestone' : `waits for milestone ${ahead}`;
    }
  }
  if (phase.notBefore !== null && phase.notBefore > now)
    return `is tried again in ${Math.ceil((phase.notBefore - now) / 1000)} s: ${phase.why ?? 'it failed before'}`;
  if (!driving) return 'nothing drives this workspace now; run it again to go on';
  const active = [...state.jobs.values()].filter((other) => other.phase.kind === 'running').length;
  return `all ${active} runs that may be active at once are busy`;
}

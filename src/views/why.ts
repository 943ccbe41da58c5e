import { sayRecorded } from '../core/text/recorded';
import { queuedWhy } from '../core/run/explainWait';
import type { StudyState } from '../core/run/state';
import { studyIndex, type RunEntry } from './studyIndex';
import { elapsedMs, estimatedMs } from './time';
import { describeDuration, describeList, describeUnreachable } from './words';
import type { ViewInput } from './input';

type WhyInput = Pick<ViewInput, 'driving' | 'now' | 't'>;

/** Why a run waits, failed, was skipped or deserves a look: one sentence without a full stop; null where all is as it should be. */
export function describeWhy(state: StudyState, entry: RunEntry, input: WhyInput): string | null {
  const { t } = input;
  const { job, declared } = entry;
  if (job === null) {
    if (declared?.standing === 'elsewhere')
      return t('marked "{0}" in the tracker, without a record of Bridge: not verified', declared.statusText);
    if (declared?.standing === 'cut') return t('marked "{0}" in the tracker: not run', declared.statusText);
    return t('no entry in the manifest says how to start it');
  }
  if (job.obsolete) return t('no longer in the manifest: kept, not run');
  const { phase } = job;
  switch (phase.kind) {
    case 'paused':
      return t('paused by {0}', phase.by);
    case 'running': {
      const queued = queuedWhy(job);
      if (entry.attempt?.stopping != null) return t('is being stopped');
      if (entry.attempt?.unreachable != null)
        return t(
          '{0} ({1}); it may still be running',
          describeUnreachable(entry.attempt.host, entry.attempt.unreachableSince ?? null, t),
          entry.attempt.unreachable,
        );
      if (queued !== null) return queued;
      return job.flags.length === 0 ? null : job.flags.map((flag) => sayRecorded(flag, t)).join('; ');
    }
    case 'completed':
      return job.flags.length === 0 ? null : job.flags.map((flag) => sayRecorded(flag, t)).join('; ');
    case 'failed':
      return sayRecorded(phase.failure.message, t);
    case 'skipped':
      return phase.why;
    case 'cancelled':
      return t('cancelled by {0}', phase.by);
    case 'pending':
      return describeWait(state, entry, input);
  }
}

/** "Why isn't it running?" */
function describeWait(state: StudyState, entry: RunEntry, { driving, now, t }: WhyInput): string {
  const index = studyIndex(state);
  const job = entry.job!;
  for (const name of job.job.dependsOn) {
    const inPhase = index.openInPhase.get(name) ?? [];
    const other = state.jobs.get(name);
    const open = other && other.phase.kind !== 'completed' ? [name, ...inPhase] : inPhase;
    if (open.length > 0) return t('waits for {0}', describeList(open, t, 2));
  }
  if (state.study?.kind === 'plan') {
    const { order } = index;
    if (order.failed !== null)
      return t('the gate of {0} failed, and what follows it does not start', order.failed);
    if (!order.open.has(entry.milestone)) {
      if (state.checkpoint.kind === 'shown') return t('waits for your approval at the checkpoint');
      if (order.unapproved === entry.milestone)
        return state.revision <= 1 ? t('not deployed yet') : t('waits for the checkpoint');
      const ahead = order.unapproved ?? [...order.open][0] ?? order.judge[0];
      return ahead === undefined ? t('waits for its milestone') : t('waits for milestone {0}', ahead);
    }
  }
  if (job.phase.kind === 'pending' && job.phase.notBefore !== null && job.phase.notBefore > now)
    return t(
      'is tried again in {0}: {1}',
      describeDuration(job.phase.notBefore - now, t),
      job.phase.why ?? t('it failed before'),
    );
  if (!driving) return state.revision <= 1 ? t('not deployed yet') : t('nothing drives this workspace now');
  const limit = state.study?.maxParallel ?? state.study?.options.maxParallelRuns ?? Number.POSITIVE_INFINITY;
  const active = index.running.length;
  if (active >= limit) {
    const next = nextToEnd(index.running, now);
    return next === null
      ? t('all {0} allowed runs are busy', active)
      : t(
          'all {0} allowed runs are busy; next when {1} ends, in about {2}',
          active,
          next.id,
          describeDuration(next.ms, t),
        );
  }
  return job.job.gpus === 0 || active === 0 ? t('starts next') : t('waits for a free GPU');
}

interface NextEnd {
  readonly id: string;
  readonly ms: number;
}

// Every run that waits for a place asks the same.
const nextEnds = new WeakMap<readonly RunEntry[], { readonly now: number; readonly next: NextEnd | null }>();

function nextToEnd(running: readonly RunEntry[], now: number): NextEnd | null {
  const known = nextEnds.get(running);
  if (known?.now === now) return known.next;
  const next = findNextToEnd(running, now);
  nextEnds.set(running, { now, next });
  return next;
}

function findNextToEnd(running: readonly RunEntry[], now: number): NextEnd | null {
  let next: NextEnd | null = null;
  for (const entry of running) {
    const estimated = estimatedMs(entry.job);
    const elapsed = elapsedMs(entry, now);
    if (estimated === null || elapsed === null || elapsed > estimated) continue;
    if (next === null || estimated - elapsed < next.ms) next = { id: entry.id, ms: estimated - elapsed };
  }
  return next;
}

import { costsMoney } from './costly';
import { isSettled } from './foldJobs';
import type { StudyState } from './state';

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

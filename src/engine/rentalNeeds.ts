import { orderMilestones } from '../core/run/milestoneOrder';
import type { StudyState } from '../core/run/state';
import { openAttempts } from './openAttempts';
import type { RentalNeeds } from './rentals';

/** What the machines of a study are for: runs that were approved and may still start, and those that are on them. */
export function rentalNeeds(state: StudyState, budgetSpent: () => boolean): RentalNeeds {
  const { checkpoint, approved } = state;
  const open = openAttempts(state);
  const inUse = (host: string) => open.some(({ attempt }) => attempt.host === host);
  const terms = checkpoint.kind === 'none' ? null : (checkpoint.checkpoint.rental ?? null);
  // Where nothing is rented nothing is counted.
  if (terms === null) return { wanted: null, waiting: false, inUse };
  const waiting =
    !budgetSpent() &&
    orderMilestones(state).failed === null &&
    [...state.jobs.values()].some(
      ({ job, phase, obsolete }) =>
        !obsolete && phase.kind === 'pending' && job.milestone !== null && approved.has(job.milestone),
    );
  return { wanted: waiting || open.length > 0 ? terms : null, waiting, inUse };
}

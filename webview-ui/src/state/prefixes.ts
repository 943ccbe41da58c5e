import type { CheckpointView } from '../../../src/protocol/view';

type Milestone = CheckpointView['milestones'][number];

/** Every beginning of the milestones that leaves something out, the shortest first: what can be approved short of all. */
export function prefixes(
  milestones: readonly Milestone[],
): readonly { readonly ids: readonly string[]; readonly last: Milestone }[] {
  const ids = milestones.map((milestone) => milestone.id);
  return milestones.slice(0, -1).map((last, index) => ({ ids: ids.slice(0, index + 1), last }));
}

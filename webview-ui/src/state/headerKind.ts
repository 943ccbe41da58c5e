import type { HeaderView } from '../../../src/protocol/view';

/**
 * Equal for two headers between which nothing happened that is worth saying aloud: progress and hours move all the
 * time, a milestone's end, a first failure or a new question does not.
 */
export function headerKind(header: HeaderView): string {
  return JSON.stringify([
    header.trusted,
    header.driving,
    header.needsYou,
    header.milestones.map((milestone) => [milestone.id, milestone.state, milestone.failed]),
  ]);
}

import type { DeclaredMilestone } from '../../core/run/declaration';

/** `M2`, `m2`, `M2 polish` and the milestone's own name all mean milestone M2. */
export function findMilestone(milestones: readonly DeclaredMilestone[], name: string): string | null {
  const wanted = name.trim().toLowerCase();
  const exact = milestones.find(
    (each) => each.id.toLowerCase() === wanted || each.name.toLowerCase() === wanted,
  );
  const leading = milestones.find(
    (each) =>
      wanted.startsWith(`${each.id.toLowerCase()} `) || wanted.startsWith(`${each.id.toLowerCase()}:`),
  );
  return (exact ?? leading)?.id ?? null;
}

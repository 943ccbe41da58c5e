import type { WorkspaceFiles } from '../core/ports';

/** Documents that Bridge reads, and the places where each is looked for, the first that exists counts. */
export const inputPlaces = {
  plan: ['refine-logs/EXPERIMENT_PLAN.md', 'EXPERIMENT_PLAN.md'],
  tracker: ['refine-logs/EXPERIMENT_TRACKER.md', 'EXPERIMENT_TRACKER.md'],
  proposal: ['refine-logs/FINAL_PROPOSAL.md', 'FINAL_PROPOSAL.md'],
  manifest: ['refine-logs/experiments.yaml', 'experiments.yaml', 'refine-logs/experiments.yml'],
  candidates: ['idea-stage/IDEA_CANDIDATES.md', 'IDEA_CANDIDATES.md'],
  report: ['idea-stage/IDEA_REPORT.md', 'IDEA_REPORT.md'],
  notes: ['CLAUDE.md', 'AGENTS.md'],
} as const;

export type InputName = keyof typeof inputPlaces;

export interface FoundInput {
  readonly path: string;
  readonly text: string;
}

/**
 * Finds a document. A path that the person gave is taken as it is, and also tried in `refine-logs/`, since people
 * write `EXPERIMENT_PLAN.md` for what lies there.
 */
export async function findInput(
  files: Pick<WorkspaceFiles, 'read'>,
  name: InputName,
  given: string | null = null,
): Promise<FoundInput | null> {
  const places = given === null ? inputPlaces[name] : [given, `refine-logs/${given}`];
  for (const path of places) {
    const text = await files.read(path);
    if (text !== null) return { path, text };
  }
  return null;
}

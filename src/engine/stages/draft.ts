import { draftManifest } from '../../core/manifest/draftManifest';
import { parsePlan } from '../../core/plan/parsePlan';
import { parseTracker } from '../../core/plan/parseTracker';
import type { WorkspaceFiles } from '../../core/ports';
import type { StudyDeclaration } from '../../core/run/declaration';
import { findInput } from '../inputs';
import type { LoadRequest } from './parse';

/** Whether a study without a run manifest can get one. */
export async function manifestComes(
  request: Pick<LoadRequest, 'plan' | 'tracker'>,
  files: WorkspaceFiles,
  hasAuthor: boolean,
): Promise<boolean> {
  const [plan, tracker] = await Promise.all([
    findInput(files, 'plan', request.plan),
    findInput(files, 'tracker', request.tracker),
  ]);
  if (plan === null && tracker === null) return false;
  if (hasAuthor) return true;
  const paths = { planPath: plan?.path ?? null, trackerPath: tracker?.path ?? null, title: '' };
  return (await draftFor(paths, files)) !== null;
}

/** The manifest that plan and tracker would make; null: they hold no command. */
export async function draftFor(
  { planPath, trackerPath, title }: Pick<StudyDeclaration, 'planPath' | 'trackerPath' | 'title'>,
  files: WorkspaceFiles,
): Promise<ReturnType<typeof draftManifest>> {
  const read = async (path: string | null) => (path === null ? null : await files.read(path));
  const [plan, tracker] = await Promise.all([read(planPath), read(trackerPath)]);
  return draftManifest({
    plan: plan === null ? null : parsePlan(plan),
    tracker: tracker === null ? null : parseTracker(tracker),
    project: title,
    scripts: Object.keys(await files.codeHashes([], [])),
  });
}

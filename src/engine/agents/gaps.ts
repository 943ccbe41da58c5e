import type { MilestoneGap } from '../../core/agents/authorPrompt';
import type { WorkspaceFiles } from '../../core/ports';
import type { StudyDeclaration } from '../../core/run/declaration';
import { findMissingScripts } from '../stages/implement';

/**
 * What the plan asks for and nobody has written yet, milestone by milestone in run order: runs that nothing starts, and
 * scripts that are started and not there. Runs that are nice to have are named only beside others.
 */
export async function findGaps(
  study: StudyDeclaration,
  files: WorkspaceFiles,
): Promise<readonly MilestoneGap[]> {
  const missing = new Map<string, string[]>();
  const add = (milestone: string, sentence: string) =>
    missing.set(milestone, [...(missing.get(milestone) ?? []), sentence]);
  const manifest = await files.exists(study.manifestPath);
  for (const { id, milestone, standing, priority, system } of study.runs)
    if (standing === 'missing' && priority !== 'nice-to-have')
      add(
        milestone ?? '',
        `run ${id}${system === null || system === '' ? '' : ` (${system})`}: ${study.manifestPath} ${manifest ? 'has no entry for it' : 'does not exist, so nothing starts it'}`,
      );
  if (!manifest)
    for (const { id } of study.milestones)
      if (!missing.has(id))
        add(id, `${study.manifestPath} does not exist, so nothing says how its runs are started`);
  if (!manifest && missing.size === 0) add('', `${study.manifestPath} does not exist`);
  const scripts = await findMissingScripts(study.jobs, files, study.manifestPath, true);
  for (const [run, failure] of scripts)
    add(study.jobs.find((job) => job.id === run)?.milestone ?? '', failure.message);
  const order = [...study.milestones.map(({ id }) => id), ''];
  return [...missing]
    .sort(([one], [other]) => order.indexOf(one) - order.indexOf(other))
    .map(([id, sentences]) => ({
      id: id === '' ? 'Any milestone' : id,
      name: study.milestones.find((each) => each.id === id)?.name ?? '',
      missing: sentences,
    }));
}

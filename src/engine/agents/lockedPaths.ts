import { isLocked } from '../../core/agents/judgePermission';
import { isSecretPath } from '../../core/agents/secretPath';
import type { ProposedChange } from '../../core/run/agents';
import type { StudyState } from '../../core/run/state';
import { inputPlaces } from '../inputs';
import { outputsOf, pathInWorkspace } from '../judgeAttempt';

/** Folders of reports, records and tools, which no agent writes. */
const always = [
  '.git',
  '.bridge',
  '.aris',
  '.vscode',
  'experiment_queue',
  'MANIFEST.md',
  'EXPERIMENT_LOG.md',
];

/** What no agent may change: plan, tracker, proposal, reports, results of runs, data, and the locked evaluation. */
export function lockedPaths({ study, agents }: StudyState): readonly string[] {
  const documents = [
    ...[...inputPlaces.plan, ...inputPlaces.tracker, ...inputPlaces.proposal],
    ...[study?.planPath, study?.trackerPath].filter((path) => path != null),
    'refine-logs/EXPERIMENT_RESULTS.md',
  ];
  const results = (study?.jobs ?? []).flatMap((job) =>
    outputsOf(job).flatMap((path) => fixedPart(pathInWorkspace(job, path))),
  );
  return [
    ...new Set([
      ...[...always, ...documents, ...results, ...(study?.data ?? [])],
      ...Object.keys(agents.evaluator?.files ?? {}),
    ]),
  ];
}

/**
 * Why a path of a change cannot be taken; null: it can. Ablations are added to plan and tracker by Bridge, in a diff
 * that a person takes: those two are open to them, and nothing else is.
 */
export function refusal(path: string, purpose: ProposedChange['purpose'], state: StudyState): string | null {
  if (isSecretPath(path)) return `${path} is of the kind that holds keys`;
  if (purpose === 'ablate' && (path === state.study?.planPath || path === state.study?.trackerPath))
    return null;
  if (isLocked(path, lockedPaths(state)))
    return `${path} is not an agent’s to change: plan, tracker, data, results and evaluation are locked`;
  return null;
}

/** A pattern of outputs locks the folder in which it begins; one that begins at the root locks nothing more than itself. */
function fixedPart(pattern: string): string[] {
  const at = pattern.search(/[*?[{]/);
  if (at < 0) return [pattern];
  const folder = pattern.slice(0, pattern.lastIndexOf('/', at) + 1).replace(/\/+$/, '');
  return folder === '' ? [] : [folder];
}

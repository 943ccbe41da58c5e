import type { Manifest } from '../core/manifest/model';
import type { StudyState } from '../core/run/state';
import { lockedPaths } from '../engine/agents/lockedPaths';
import { inputPlaces } from '../engine/inputs';
import type { Locks } from './refusals';

/** What no agent changes here, by what it is. `manifest`: as it stands now; it names what evaluates. */
export function locksOf(state: StudyState, manifest: Manifest | null): Locks {
  const { study, agents } = state;
  const script = manifest?.evaluation?.script ?? null;
  const outputs = (manifest?.jobs ?? []).flatMap((job) => job.metrics.map(({ file }) => file));
  const named = (...paths: (string | null | undefined)[]) => paths.filter((path) => path != null);
  return {
    evaluator: [...Object.keys(agents.evaluator?.files ?? {}), ...named(script)],
    tracker: [...inputPlaces.tracker, ...named(study?.trackerPath)],
    plan: [...inputPlaces.plan, ...inputPlaces.proposal, ...named(study?.planPath)],
    others: [...lockedPaths(state), ...outputs],
  };
}

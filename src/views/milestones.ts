import type { StudyState } from '../core/run/state';
import type { MilestoneProgress } from '../protocol/view';
import type { RunStatus } from '../protocol/runs';
import { studyIndex, type MilestoneRuns } from './studyIndex';

/** Progress of every milestone in run order; runs of no milestone come last. */
export function milestoneProgress(state: StudyState): readonly MilestoneProgress[] {
  return [...studyIndex(state).byMilestone].flatMap(([id, runs]) => {
    const milestone = state.milestones.get(id);
    if (!milestone && runs.entries.length === 0) return [];
    const failedGate = milestone?.gate?.verdict === 'failed';
    return [progress(id, milestone?.milestone.name ?? id, runs, failedGate)];
  });
}

function progress(
  id: string,
  name: string,
  { entries, counts, cut }: MilestoneRuns,
  failedGate: boolean,
): MilestoneProgress {
  const count = (...statuses: readonly RunStatus[]) =>
    statuses.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0);
  const completed = count('completed');
  const failed = count('failed', 'stuck');
  const running = count('running', 'unreachable');
  const open = count('pending', 'paused') + running;
  const total = entries.length - cut;
  const state =
    total === 0
      ? 'empty'
      : running > 0
        ? 'running'
        : failedGate || (open === 0 && failed > 0)
          ? 'failed'
          : open === 0
            ? 'done'
            : 'waiting';
  return { id, name, state, completed, failed, running, total };
}

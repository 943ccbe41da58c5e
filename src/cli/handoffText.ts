import { handoffCounts } from '../core/run/handoffCounts';
import { renderHandoff } from '../core/results/report/renderHandoff';
import { studyResult } from '../core/run/studyResult';
import type { StudyState } from '../core/run/state';

/** The final summary of a plan's study; for a queue, how its runs ended. */
export function handoffText(state: StudyState, now: number): string {
  const { study } = state;
  if (!study) return '';
  const jobs = [...state.jobs.values()].filter((job) => !job.obsolete);
  const ended = (kind: string) => jobs.filter((job) => job.phase.kind === kind).length;
  if (study.kind === 'queue') {
    const parts = (['completed', 'failed', 'skipped', 'cancelled'] as const)
      .map((kind) => [kind, ended(kind)] as const)
      .filter(([, count]) => count > 0);
    return `${jobs.length} runs: ${parts.map(([kind, count]) => `${count} ${kind}`).join(', ')}.`;
  }
  const result = studyResult(state, now);
  if (!result) return '';
  return renderHandoff(result, handoffCounts(state), study.options.language);
}

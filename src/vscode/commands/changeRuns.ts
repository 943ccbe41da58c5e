import * as vscode from 'vscode';
import type { RunRow } from '../../protocol/runs';
import { askForTrust } from '../trust';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { namedRunsOrGroups, pickRuns } from './pickRuns';

export type RunChange = 'cancel' | 'retry' | 'pause' | 'resume';

/** "Bridge: Cancel Run" and its three siblings: on the runs that are named, or on those the person picks. */
export async function changeRuns(
  study: Study,
  change: RunChange,
  argument: unknown,
  others: unknown,
): Promise<void> {
  if (!vscode.workspace.isTrusted) return askForTrust();
  const selected = namedRunsOrGroups(study, others, fits[change]);
  const named = selected.length > 0 ? selected : namedRunsOrGroups(study, argument, fits[change]);
  const runs = named.length > 0 ? named : await pickRuns(study, fits[change], words(change));
  if (runs === undefined || runs.length === 0) return;
  if (change === 'cancel' && !(await confirmCancel(study, runs))) return;
  await study.send({ type: `run.${change}`, runs: [...runs] });
}

const fits: Readonly<Record<RunChange, (run: RunRow) => boolean>> = {
  cancel: ({ canCancel }) => canCancel,
  retry: ({ canRetry }) => canRetry,
  pause: ({ canPause }) => canPause,
  resume: ({ canResume }) => canResume,
};

function words(change: RunChange): { title: string; none: string; many: boolean } {
  switch (change) {
    case 'cancel':
      return { title: t('Runs to cancel'), none: t('No run can be cancelled now.'), many: true };
    case 'retry':
      return { title: t('Runs to try again'), none: t('No run has failed or was stopped.'), many: true };
    case 'pause':
      return { title: t('Waiting runs to pause'), none: t('No run waits that could be paused.'), many: true };
    case 'resume':
      return { title: t('Paused runs to resume'), none: t('No run is paused.'), many: true };
  }
}

/** Cancelling what runs throws its work away: asked once. What only waits is cancelled without a question. */
async function confirmCancel(study: Study, runs: readonly string[]): Promise<boolean> {
  const running = runs.filter((run) => study.state.jobs.get(run)?.phase.kind === 'running');
  if (running.length === 0) return true;
  const yes = t('Cancel Run');
  const question =
    running.length === 1
      ? t('Cancel {0}? It is running; what it has computed so far is lost.', running[0]!)
      : t('Cancel {0} running runs? What they have computed so far is lost.', running.length);
  return (await vscode.window.showWarningMessage(question, { modal: true }, yes)) === yes;
}

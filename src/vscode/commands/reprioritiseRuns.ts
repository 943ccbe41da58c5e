import * as vscode from 'vscode';
import type { RunRow } from '../../protocol/runs';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { askForTrust } from '../trust';
import { namedRunsOrGroups, pickRuns } from './pickRuns';

interface PriorityItem extends vscode.QuickPickItem {
  readonly priority: number;
}

/** "Bridge: Change Priority of Run": runs that wait start before or after the others that wait. */
export async function reprioritiseRuns(study: Study, argument: unknown, others: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) return askForTrust();
  const waits = ({ canPause, canResume }: RunRow) => canPause || canResume;
  const selected = namedRunsOrGroups(study, others, waits);
  const named = selected.length > 0 ? selected : namedRunsOrGroups(study, argument, waits);
  const words = { title: t('Waiting runs to start earlier or later'), none: t('No run waits.'), many: true };
  const runs = named.length > 0 ? named : await pickRuns(study, waits, words);
  if (runs === undefined || runs.length === 0) return;
  const title = runs.length === 1 ? t('When {0} starts', runs[0]!) : t('When {0} runs start', runs.length);
  const chosen = await vscode.window.showQuickPick(choices(study, new Set(runs)), { title });
  if (chosen) await study.send({ type: 'run.reprioritise', runs: [...runs], priority: chosen.priority });
}

/** Relative to the others that wait: nobody should have to know their numbers. */
function choices(study: Study, runs: ReadonlySet<string>): PriorityItem[] {
  let highest = 0;
  let lowest = 0;
  for (const [id, { phase, priority }] of study.state.jobs) {
    if (runs.has(id) || (phase.kind !== 'pending' && phase.kind !== 'paused')) continue;
    highest = Math.max(highest, priority);
    lowest = Math.min(lowest, priority);
  }
  return [
    { label: t('Before all others that wait'), priority: highest + 1 },
    { label: t('In the order of the run manifest'), priority: 0 },
    { label: t('After all others that wait'), priority: lowest - 1 },
  ].map((item) => ({ ...item, description: t('priority {0}', item.priority) }));
}

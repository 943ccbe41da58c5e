import * as vscode from 'vscode';
import { studyIndex } from '../../views/studyIndex';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { askForTrust } from '../trust';

/** "Bridge: Stop": cancels what runs and what waits, after one question. */
export async function stop(study: Study): Promise<void> {
  if (!vscode.workspace.isTrusted) return askForTrust();
  const index = studyIndex(study.state);
  const waiting = (index.counts.get('pending') ?? 0) + (index.counts.get('paused') ?? 0);
  if (index.running.length + waiting === 0) {
    void vscode.window.showInformationMessage(t('Nothing runs and nothing waits.'));
    return;
  }
  const yes = t('Stop');
  const answer = await vscode.window.showWarningMessage(
    t('Stop this study?'),
    {
      modal: true,
      detail: t(
        '{0} running and {1} waiting runs are cancelled. What has ended stays.',
        index.running.length,
        waiting,
      ),
    },
    yes,
  );
  if (answer === yes) await study.send({ type: 'stop' });
}

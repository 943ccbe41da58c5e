import * as vscode from 'vscode';
import type { CheckpointView } from '../../protocol/view';
import { visibleText } from '../../protocol/visibleText';
import { needs } from '../../views/needs';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { askForTrust } from '../trust';

/** "Bridge: Approve Checkpoint": the checkpoint in a dialog, for all of it or for the milestones that the person picks. */
export async function approveCheckpoint(study: Study): Promise<void> {
  if (!vscode.workspace.isTrusted) return askForTrust();
  const need = needs(study.viewInput()).find((each) => each.kind === 'checkpoint');
  if (!need) {
    void vscode.window.showInformationMessage(t('Nothing waits for your approval.'));
    return;
  }
  const { checkpoint } = need;
  const [all, some, panel] = [t('Approve All'), t('Approve Some…'), t('Open Control Panel')];
  const buttons = checkpoint.milestones.length > 1 ? [all, some, panel] : [all, panel];
  const options = { modal: true, detail: visibleText(describe(checkpoint)) };
  const answer = await vscode.window.showInformationMessage(checkpoint.title, options, ...buttons);
  if (answer === panel) await vscode.commands.executeCommand('bridge.openPanel', 'needs');
  const milestones = answer === all ? null : answer === some ? await pickMilestones(checkpoint) : undefined;
  if (milestones === undefined) return;
  await study.send({ type: 'checkpoint.approve', hash: checkpoint.hash, milestones });
}

async function pickMilestones(checkpoint: CheckpointView): Promise<string[] | undefined> {
  const items = checkpoint.milestones.map(({ id, name, runs, estimate }) => ({
    ...{ id, label: id, picked: true },
    description: name === id ? '' : name,
    detail: `${runs === 1 ? t('1 run') : t('{0} runs', runs)} · ${estimate}`,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    title: t('Milestones to approve'),
  });
  return picked === undefined || picked.length === 0 ? undefined : picked.map(({ id }) => id);
}

function describe(checkpoint: CheckpointView): string {
  const { milestones, changes, notes, unjudgedGates } = checkpoint;
  return [
    t('{0} · {1} · on {2}', checkpoint.total, checkpoint.cost, checkpoint.target),
    checkpoint.sanity.sentence,
    checkpoint.review,
    checkpoint.groundTruth,
    '',
    ...milestones.map(
      ({ id, runs, estimate }) => `${id}: ${runs === 1 ? t('1 run') : t('{0} runs', runs)} · ${estimate}`,
    ),
    ...unjudgedGates.map(({ milestone, text }) =>
      t('No program can judge the gate of {0}: {1}', milestone, text),
    ),
    ...(changes.length === 0 ? [] : ['', t('Changed since your last approval:'), ...changes.slice(0, 8)]),
    ...(notes.length === 0 ? [] : ['', ...notes.slice(0, 8)]),
  ]
    .filter((line, at, all) => line !== '' || all[at - 1] !== '')
    .join('\n');
}

import * as vscode from 'vscode';
import { writeFirstPlan } from '../../core/plan/firstPlan';
import type { Study } from '../study';
import { translate as t } from '../translate';

/** Says where a plan was looked for and offers the ways to one. Gives the answer where it is none of the usual ones. */
export async function offerPlan(
  study: Study,
  lookedFor: readonly string[],
  other?: string,
): Promise<string | undefined> {
  const [create, example, folder] = [t('New Experiment Plan'), t('Try the Example'), t('Open Folder')];
  const message =
    lookedFor.length === 0
      ? t('No folder is open. Open the folder of a study, or try the example.')
      : t('There is no experiment plan here. Bridge looked for {0}.', lookedFor.join(', '));
  const buttons =
    lookedFor.length === 0 ? [folder, example] : [create, ...(other === undefined ? [] : [other]), example];
  const answer = await vscode.window.showInformationMessage(message, ...buttons);
  if (answer === create) await newPlan(study);
  else if (answer === example) await vscode.commands.executeCommand('bridge.tryExample');
  else if (answer === folder) await vscode.commands.executeCommand('vscode.openFolder');
  else return answer;
  return undefined;
}

/**
 * "Bridge: New Experiment Plan": a few questions, then plan, tracker and manifest that fit each other, and never over what
 * is there. Escape at the first question leaves; Enter takes what is suggested.
 */
export async function newPlan(study: Study): Promise<void> {
  if (study.folder === null) return void (await offerPlan(study, []));
  const { askForFirstPlan } = await import('./askForFirstPlan');
  const answers = await askForFirstPlan(study.folder);
  if (answers === undefined) return;
  const { plan, tracker, manifest } = writeFirstPlan(answers);
  const folder = vscode.Uri.joinPath(study.folder.uri, 'refine-logs');
  const files = [
    ['EXPERIMENT_PLAN.md', plan],
    ['EXPERIMENT_TRACKER.md', tracker],
    ['experiments.yaml', manifest],
  ] as const;
  const edit = new vscode.WorkspaceEdit();
  for (const [name, text] of files)
    edit.createFile(vscode.Uri.joinPath(folder, name), {
      ignoreIfExists: true,
      contents: new TextEncoder().encode(text),
    });
  if (!(await vscode.workspace.applyEdit(edit))) {
    void vscode.window.showErrorMessage(t('The plan could not be written to {0}.', folder.fsPath));
    return;
  }
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, 'EXPERIMENT_PLAN.md'));
}

import * as vscode from 'vscode';
import type { Study } from '../study';
import { translate as t } from '../translate';

/** "Bridge: Filter Runs": the sidebar lists only runs that have all of the words, while they are typed. */
export async function filterTree(study: Study): Promise<void> {
  const before = study.treeFilter;
  const box = vscode.window.createInputBox();
  box.title = t('Filter the runs of the sidebar');
  box.placeholder = t('id, system, seed, command or status, e.g. "failed momentum"');
  box.value = before;
  const accepted = await new Promise<boolean>((resolve) => {
    box.onDidChangeValue((words) => (study.treeFilter = words));
    box.onDidAccept(() => resolve(true));
    box.onDidHide(() => resolve(false));
    box.show();
  });
  if (!accepted) study.treeFilter = before;
  box.dispose();
}

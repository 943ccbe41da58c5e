import * as vscode from 'vscode';
import type { Study } from '../study';
import { translate as t } from '../translate';

/** "Bridge: Try the Example": copies the bundled study into a folder that the person picks, and opens it. */
export async function tryExample(study: Study, into: unknown): Promise<void> {
  const parent = into instanceof vscode.Uri ? into : await askForFolder();
  if (parent === undefined) return;
  const source = vscode.Uri.joinPath(study.parts.extensionUri, 'examples', 'digits');
  const folder = await freeName(parent, 'bridge-digits');
  try {
    await vscode.workspace.fs.copy(source, folder);
  } catch (error) {
    study.log.error(error as Error);
    void vscode.window.showErrorMessage(
      t('The example could not be copied to {0}: {1}', folder.fsPath, (error as Error).message),
    );
    return;
  }
  await vscode.commands.executeCommand('vscode.openFolder', folder, {
    forceNewWindow: vscode.workspace.workspaceFolders !== undefined,
  });
}

async function askForFolder(): Promise<vscode.Uri | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      ...{ canSelectFiles: false, canSelectFolders: true, canSelectMany: false },
      title: t('Where should the example go?'),
      openLabel: t('Copy Here'),
    })) ?? [];
  return folder;
}

async function freeName(parent: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let n = 1; ; n++) {
    const uri = vscode.Uri.joinPath(parent, n === 1 ? name : `${name}-${n}`);
    try {
      await vscode.workspace.fs.stat(uri);
    } catch {
      return uri;
    }
  }
}

import * as vscode from 'vscode';
import { translate as t } from './translate';

/** Says why nothing starts in Restricted Mode, and offers the way out. */
export async function askForTrust(): Promise<void> {
  const manage = t('Manage Workspace Trust');
  const answer = await vscode.window.showWarningMessage(
    t('This workspace is in Restricted Mode: everything can be read, nothing can be started.'),
    manage,
  );
  if (answer === manage) await vscode.commands.executeCommand('workbench.trust.manage');
}

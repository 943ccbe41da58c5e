import * as vscode from 'vscode';
import { translate as t } from './translate';

const prefix = 'bridge.key.';

/** Keys that Bridge knows what to do with, by the variable that would hold them. */
const knownKeys = [
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'GEMINI_API_KEY',
  'VAST_API_KEY',
  'BRIDGE_NOTIFY_WEBHOOK',
];

export async function readSecret(secrets: vscode.SecretStorage, name: string): Promise<string | null> {
  return (await secrets.get(prefix + name)) ?? null;
}

/** "Bridge: Set API Key": kept by VS Code in the system's keyring, never in settings, files or logs. */
export async function setApiKey(secrets: vscode.SecretStorage): Promise<void> {
  const configured = vscode.workspace.getConfiguration('bridge').get<string>('openai.keyVariable', '');
  const other = t('Another one…');
  const names = [...new Set([...(configured === '' ? [] : [configured]), ...knownKeys])];
  const items = await Promise.all(
    names.map(async (label) => ({
      label,
      description: (await readSecret(secrets, label)) === null ? '' : t('is set'),
    })),
  );
  const title = t('Set API Key');
  const picked = await vscode.window.showQuickPick([...items, { label: other, description: '' }], {
    ...{ title, placeHolder: t('Which key? It is named like the environment variable that would hold it.') },
  });
  const name = picked?.label === other ? await askForName(title) : picked?.label;
  if (name === undefined) return;
  const key = await vscode.window.showInputBox({
    ...{ title: name, password: true, ignoreFocusOut: true },
    prompt: t('Kept by VS Code in the keyring of this system. Leave it empty to forget the key.'),
  });
  if (key === undefined) return;
  if (key.trim() === '') await secrets.delete(prefix + name);
  else {
    await secrets.store(prefix + name, key.trim());
    // Some systems without a keyring keep nothing and do not say so.
    if ((await readSecret(secrets, name)) !== key.trim()) {
      void vscode.window.showWarningMessage(
        t('This system keeps no secrets, so {0} is forgotten. Set it in the environment instead.', name),
      );
      return;
    }
  }
  void vscode.window.showInformationMessage(
    key.trim() === '' ? t('{0} is forgotten.', name) : t('{0} is set.', name),
  );
}

function askForName(title: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    ...{ title, prompt: t('Name of the environment variable, such as OPENAI_API_KEY') },
    validateInput: (name) =>
      /^[A-Z][A-Z0-9_]{0,99}$/.test(name) ? null : t('Capital letters, digits and underscores.'),
  });
}

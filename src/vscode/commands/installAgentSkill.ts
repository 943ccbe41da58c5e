import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { runCli } from '../runCli';
import type { Study } from '../study';
import { translate as t } from '../translate';

interface Skill {
  readonly agent: string;
  readonly file: string;
  readonly standing: 'absent' | 'current' | 'older' | 'edited' | 'foreign';
}

/** "Bridge: Install Agent Skill": for the agents found here; another skill of that name only with consent. */
export async function installAgentSkill(study: Study): Promise<void> {
  const cli = vscode.Uri.joinPath(study.parts.extensionUri, 'dist', 'cli.js').fsPath;
  const call = async (...args: string[]) =>
    (JSON.parse(await runCli(cli, ['skill', ...args, '--json'], homedir())) as { skills: readonly Skill[] })
      .skills;
  const found = await call('status');
  const theirs = found.filter(({ standing }) => standing === 'foreign' || standing === 'edited');
  if (theirs.length > 0) {
    const replace = t('Keep It Elsewhere and Replace It');
    const detail = theirs.map(({ agent, file }) => `${agent}: ${file}`).join('\n');
    const answer = await vscode.window.showWarningMessage(
      t('Another skill of this name is there, or somebody edited it.'),
      { modal: true, detail },
      replace,
    );
    if (answer !== replace) return;
  }
  const installed = await call('install', ...(theirs.length > 0 ? ['--force'] : []));
  const names = installed.map(({ agent }) => agent).join(', ');
  const open = t('Open It');
  const answer = await vscode.window.showInformationMessage(
    t('/experiment-bridge is installed for {0}.', names),
    open,
  );
  const file = installed[0]?.file;
  if (answer === open && file !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(file));
}

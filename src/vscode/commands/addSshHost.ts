import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { driverEnvironment } from '../driver';
import { translate as t } from '../translate';

/**
 * "Bridge: Add SSH Host": reaches a machine of the person's ssh configuration, shows the fingerprint of a key that is not
 * known, and makes the machine the target of new studies. The key is written down only after the person said so.
 */
export async function addSshHost(cli: string): Promise<void> {
  if (!vscode.workspace.isTrusted) return;
  const host = await pickHost();
  if (host === undefined) return;
  const look = (...more: string[]) =>
    vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: t('Reaching {0}…', host), cancellable: true },
      (_progress, token) => callHost(cli, host, more, token),
    );
  let found = await look();
  const print = /is not known here: \S+ (SHA256:\S+?)\./.exec(found.said)?.[1];
  if (print !== undefined) {
    const accept = t('Accept This Key');
    const detail = [
      print,
      t('Compare it with what the machine’s owner says. Accepting adds it to your known hosts.'),
    ].join('\n\n');
    const question = t('The key of {0} is not known here. Is it the key of that machine?', host);
    const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, accept);
    if (answer !== accept) return;
    found = await look('--fingerprint', print);
  }
  if (found.cancelled) return;
  if (found.code !== 0) return void vscode.window.showErrorMessage(found.said.replace(/^bridge: /, ''));
  const use = t('Use for New Studies');
  const sentence = t('{0} can be used.', host);
  if ((await vscode.window.showInformationMessage(sentence, use)) !== use) return;
  const target = `ssh:${host}`;
  await vscode.workspace
    .getConfiguration('bridge')
    .update('target', target, vscode.ConfigurationTarget.Global);
}

/** A host of the configuration, or one that is typed. */
async function pickHost(): Promise<string | undefined> {
  const own = vscode.workspace.getConfiguration('bridge').inspect<string>('ssh.config')?.globalValue;
  const type = { label: `$(edit) ${t('Type a Host…')}`, host: null };
  const items = [
    ...hostsOf(own || join(homedir(), '.ssh', 'config')).map((host) => ({ label: host, host })),
    type,
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Add SSH Host'),
    placeHolder: t('A machine of your ssh configuration'),
  });
  if (picked !== type) return picked?.host ?? undefined;
  return vscode.window.showInputBox({
    title: t('Add SSH Host'),
    prompt: t('A name of your ssh configuration, or user@host'),
    validateInput: (text) => (/^(?!-)[\w.@:[\]-]+$/.test(text) ? null : t('One word, as ssh takes it.')),
  });
}

/** Names after `Host`, without patterns. */
function hostsOf(path: string): string[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').matchAll(/^\s*Host\s+(.+)$/gim);
  const names = [...lines].flatMap(([, names]) => names!.trim().split(/\s+/));
  return [...new Set(names.filter((name) => /^[\w.@:-]+$/.test(name)))];
}

interface Called {
  readonly code: number | null;
  /** What it said to the person. */
  readonly said: string;
  readonly cancelled: boolean;
}

function callHost(
  cli: string,
  host: string,
  more: readonly string[],
  token: vscode.CancellationToken,
): Promise<Called> {
  const own = vscode.workspace.getConfiguration('bridge').inspect<string>('ssh.config')?.globalValue;
  const config = own ? ['--set', `bridge.ssh.config=${JSON.stringify(own)}`] : [];
  return new Promise((resolve) => {
    const call = spawn(process.execPath, [cli, 'host', host, ...config, ...more], {
      cwd: homedir(),
      stdio: ['ignore', 'ignore', 'pipe'],
      env: driverEnvironment(process.env),
    });
    let said = '';
    call.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    token.onCancellationRequested(() => call.kill());
    call.on('error', (error) => resolve({ code: null, said: error.message, cancelled: false }));
    call.on('close', (code) =>
      resolve({ code, said: said.trim(), cancelled: token.isCancellationRequested }),
    );
  });
}

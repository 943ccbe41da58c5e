import * as vscode from 'vscode';
import type { PermissionAnswer, PermissionRequest } from '../../core/agents/author';
import { activeWorks, openPermissions, type Permission } from '../../core/run/agents';
import { permissionTitle, workSentence } from '../../views/agents';
import type { Study } from '../study';
import { translate as t } from '../translate';

/** Characters of a command that a notification shows; a longer one is looked at in a dialog. */
export const shownCommand = 400;

/** "Answer an Agent's Request": the exact command or diff, and once, for this run, or no. */
export async function answerPermission(study: Study, argument: unknown): Promise<void> {
  const permission = await pickPermission(study, argument);
  if (permission === null) return;
  const request = study.client?.readAsk(permission.id) ?? null;
  const [once, run, no, diff] = [t('Once'), t('This Run'), t('No'), t('Show Diff')];
  const hasDiff = (request?.diffs.length ?? 0) > 0;
  const answer = await vscode.window.showWarningMessage(
    permissionTitle(permission, study.state, t),
    { modal: true, detail: detailOf(permission, request) },
    ...(hasDiff ? [diff] : []),
    ...[once, run, no],
  );
  if (answer === diff && request !== null) return showDiffs(request);
  const given: PermissionAnswer | undefined =
    answer === once ? 'once' : answer === run ? 'run' : answer === no ? 'deny' : undefined;
  if (given !== undefined) await sendAnswer(study, permission.id, given);
}

export async function sendAnswer(study: Study, permission: string, answer: PermissionAnswer): Promise<void> {
  // The question may have stayed on after it was answered elsewhere.
  if (study.state.agents.permissions.get(permission)?.answer !== null)
    return void vscode.window.showInformationMessage(t('This request was answered already.'));
  await study.send({ type: 'permission.answer', permission, answer });
}

/** "Cancel an Agent's Work". */
export async function cancelWork(study: Study, argument: unknown): Promise<void> {
  const active = activeWorks(study.state.agents);
  const named = typeof argument === 'string' ? argument : (argument as { name?: string } | undefined)?.name;
  const only = active.length === 1 ? active[0] : undefined;
  const work = active.find(({ id }) => id === named) ?? only ?? (await pickWork(study));
  if (work !== undefined) await study.send({ type: 'work.cancel', work: work.id });
}

async function pickWork(study: Study) {
  const active = activeWorks(study.state.agents);
  if (active.length === 0) return void vscode.window.showInformationMessage(t('No agent is at work.'));
  const items = active.map((work) => ({ label: workSentence(work, t), work }));
  return (await vscode.window.showQuickPick(items, { title: t('Cancel which work?') }))?.work;
}

async function pickPermission(study: Study, argument: unknown): Promise<Permission | null> {
  const open = openPermissions(study.state.agents);
  const named = typeof argument === 'string' ? argument : (argument as { name?: string } | undefined)?.name;
  const found = open.find(({ id }) => id === named);
  if (found !== undefined || open.length <= 1) {
    if (open.length === 0) void vscode.window.showInformationMessage(t('No agent asks for anything.'));
    return found ?? open[0] ?? null;
  }
  const items = open.map((each) => ({ label: permissionTitle(each, study.state, t), each }));
  return (await vscode.window.showQuickPick(items, { title: t('Requests of agents') }))?.each ?? null;
}

function detailOf(permission: Permission, request: PermissionRequest | null): string {
  const command = request?.command ?? permission.command;
  const paths = request?.paths ?? permission.paths;
  return [...(command === null ? [] : [command]), ...(paths.length === 0 ? [] : ['', ...paths])].join('\n');
}

async function showDiffs(request: PermissionRequest): Promise<void> {
  for (const { path, before, after } of request.diffs) {
    const open = (content: string) => vscode.workspace.openTextDocument({ content });
    const [left, right] = await Promise.all([open(before ?? ''), open(after)]);
    await vscode.commands.executeCommand('vscode.diff', left.uri, right.uri, path, { preview: false });
  }
}

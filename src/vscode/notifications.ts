import * as vscode from 'vscode';
import { shownState } from '../views/input';
import { needs } from '../views/needs';
import { describeEnd } from '../views/describeEvent';
import { describeList } from '../views/words';
import type { Study } from './study';
import { agentNews, tellAgentNews } from './agents/agentNotifications';
import { translate as t } from './translate';

/** What has been told in this workspace, oldest first; the newest this many are remembered. */
const memoryKey = 'told';
const mostRemembered = 500;
/** Failures that come together are told together. */
const gatherMs = 1500;

/**
 * Tells the person of approvals, failures and the end, each once, also across reloads. A message cannot be taken back
 * once it is shown, so what a panel in view says already (`panelVisible`, in a window that has the focus) is not
 * said again beside it.
 */
export function notifyPerson(study: Study, panelVisible: () => boolean): vscode.Disposable {
  const told = new Set(study.parts.memory.get<readonly string[]>(memoryKey, []));
  let timer: NodeJS.Timeout | null = null;

  const tell = () => {
    timer = null;
    const wanted = vscode.workspace.getConfiguration('bridge').get<string>('notifications', 'all');
    const news = newsOf(study).filter(({ key }) => !told.has(key));
    const ofAgents = agentNews(shownState(study.viewInput())).filter(({ key }) => !told.has(key));
    if (news.length + ofAgents.length === 0) return;
    for (const { key } of [...news, ...ofAgents]) told.add(key);
    void study.parts.memory.update(memoryKey, [...told].slice(-mostRemembered));
    if (wanted === 'none') return;
    for (const { kind, text } of news) if (kind === 'refused') void vscode.window.showWarningMessage(text);
    if (panelVisible() && vscode.window.state.focused) return;
    for (const each of ofAgents) void tellAgentNews(study, each);
    const needed = news.find(({ kind }) => kind === 'approval');
    if (needed) void askForApproval(study, needed);
    if (wanted === 'needed') return;
    const failed = news.filter(({ kind }) => kind === 'failed');
    if (failed.length > 0) void tellFailures(study, failed);
    for (const { kind, text } of news) if (kind === 'ended') void tellEnd(text);
  };

  const soon = () => (timer ??= setTimeout(tell, gatherMs));
  return vscode.Disposable.from(study.onDidChange(soon), {
    dispose: () => {
      if (timer !== null) clearTimeout(timer);
    },
  });
}

interface News {
  readonly key: string;
  readonly kind: 'approval' | 'failed' | 'refused' | 'ended';
  readonly text: string;
  readonly run?: string;
}

function newsOf(study: Study): readonly News[] {
  const input = study.viewInput();
  const state = shownState(input);
  const news: News[] = [];
  for (const need of needs(input)) {
    if (need.kind === 'checkpoint')
      news.push({ key: need.id, kind: 'approval', text: need.checkpoint.title });
    if (need.kind === 'failure')
      news.push({ key: need.id, kind: 'failed', text: need.sentence, run: need.run });
  }
  for (const { at, event } of state.timeline.slice(-50))
    if (event.type === 'intent.refused')
      news.push({ key: `refused:${at}`, kind: 'refused', text: event.why });
  if (state.ended !== null)
    news.push({
      key: `ended:${state.ended.at}`,
      kind: 'ended',
      text: describeEnd(state.ended.outcome, state.ended.note, t),
    });
  return news;
}

async function askForApproval(study: Study, { key, text: title }: News): Promise<void> {
  const [look, approve] = [t('Look at It'), t('Approve…')];
  const answer = await vscode.window.showInformationMessage(
    t('Bridge needs your approval: {0}', title),
    look,
    approve,
  );
  // The message may have stayed on after the answer was given elsewhere.
  const open = needs(study.viewInput()).some(({ id }) => id === key);
  if (answer !== undefined && !open) return void (await vscode.commands.executeCommand('bridge.openPanel'));
  if (answer === look) await vscode.commands.executeCommand('bridge.openPanel', 'needs');
  if (answer === approve) await vscode.commands.executeCommand('bridge.approveCheckpoint');
}

async function tellFailures(study: Study, failed: readonly News[]): Promise<void> {
  const runs = failed.flatMap(({ run }) => run ?? []);
  const [log, why, retry] = [t('Open Log'), t('Why?'), t('Retry')];
  const one = runs.length === 1;
  const text = one ? failed[0]!.text : t('{0} runs failed: {1}', runs.length, describeList(runs, t, 5));
  const answer = await vscode.window.showErrorMessage(text, ...(one ? [log, why, retry] : [why, retry]));
  if (answer === log) await vscode.commands.executeCommand('bridge.openLog', runs[0]);
  if (answer === why) await vscode.commands.executeCommand('bridge.openPanel', 'needs');
  if (answer === retry) await study.send({ type: 'run.retry', runs });
}

async function tellEnd(text: string): Promise<void> {
  const results = t('Show Results');
  const answer = await vscode.window.showInformationMessage(text, results);
  if (answer === results) await vscode.commands.executeCommand('bridge.showResults');
}

import * as vscode from 'vscode';
import type { CurvesQuery } from '../../protocol/curves';
import type { ToPanel } from '../../protocol/view';
import type { PanelIntent } from '../../protocol/panelIntent';
import { agentActions } from './agentActions';
import { openFile, openPlanLine } from '../commands/openFiles';
import type { Study } from '../study';
import type { ComparisonFeed } from './comparisonFeed';
import { translate as t } from '../translate';

/** What a panel's own state does with an intent; everything else goes to the study or the editor. */
export interface PanelState {
  ready(): void;
  look(intent: Extract<PanelIntent, { type: 'look' }>): void;
  follow(run: string | null): void;
  readonly comparison: ComparisonFeed;
  lookAtCurves(query: CurvesQuery | null): void;
  post(message: ToPanel): void;
}

type Handlers = {
  readonly [Type in PanelIntent['type']]: (intent: Extract<PanelIntent, { type: Type }>) => unknown;
};

/** One handler for each thing that can be done in the panel; the type makes the table complete. */
export function panelActions(study: Study, panel: PanelState): Handlers {
  const command = (name: string, ...args: unknown[]) =>
    vscode.commands.executeCommand(`bridge.${name}`, ...args);
  const whenTrusted = async (act: () => Promise<unknown>) => {
    if (vscode.workspace.isTrusted) return act();
    panel.post({
      type: 'refused',
      sentence: t('This workspace is in Restricted Mode: everything can be read, nothing can be started.'),
    });
    return undefined;
  };
  return {
    ...agentActions(study, whenTrusted),
    ready: () => panel.ready(),
    look: (intent) => panel.look(intent),
    'plan.deploy': () => whenTrusted(async () => command('deployPlan', { quick: true })),
    'plan.open': ({ line }) => openPlanLine(study, line ?? undefined),
    'example.try': () => command('tryExample'),
    'plan.new': () => command('newPlan'),
    'checkpoint.approve': ({ hash, milestones }) =>
      whenTrusted(() =>
        study.send({
          type: 'checkpoint.approve',
          hash,
          milestones: milestones === null ? null : [...milestones],
        }),
      ),
    'checkpoint.reject': ({ hash, reason }) =>
      whenTrusted(() => study.send({ type: 'checkpoint.reject', hash, reason })),
    'checkpoint.diff': () => showChanges(study),
    'runs.cancel': ({ runs }) => command('cancelRun', runs),
    'runs.retry': ({ runs }) => command('retryRun', runs),
    'runs.pause': ({ runs }) => command('pauseRun', runs),
    'runs.resume': ({ runs }) => command('resumeRun', runs),
    'file.open': ({ file, line }) => openFile(study, file, line),
    'log.follow': ({ run }) => panel.follow(run),
    'curves.look': ({ curves }) => panel.lookAtCurves(curves),
    'comparison.look': ({ runs }) => panel.comparison.look(runs),
    'comparison.file': ({ runs, path }) => panel.comparison.openFile(runs, path),
    'comparison.logs': ({ runs }) => panel.comparison.openLogs(runs),
    'doctor.again': () => study.doctor.look(true),
    'doctor.fix': ({ check }) => study.doctor.fix(check),
    'file.save': ({ name, bytes }) => saveFile(study, name, bytes),
    'text.copy': ({ text }) => vscode.env.clipboard.writeText(text),
    'trust.manage': () => vscode.commands.executeCommand('workbench.trust.manage'),
  };
}

/** Saves what the panel made (a picture, a table) where the person says. */
async function saveFile(study: Study, name: string, bytes: Uint8Array): Promise<void> {
  const folder = study.folder?.uri;
  const uri = await vscode.window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
    title: t('Save the curves'),
  });
  if (uri !== undefined) await vscode.workspace.fs.writeFile(uri, bytes);
}

/** The files that an approval is bound to: each opens with git's own comparison where there is one. */
async function showChanges(study: Study): Promise<void> {
  const { checkpoint } = study.state;
  if (checkpoint.kind === 'none') return;
  const { changes, files } = checkpoint.checkpoint;
  const changed = (path: string) => changes.find((change) => change.startsWith(`${path} `));
  const items = Object.keys(files)
    .map((path) => ({ path, label: path, description: changed(path)?.slice(path.length + 1) ?? '' }))
    .sort((a, b) => Number(b.description !== '') - Number(a.description !== ''));
  const picked = await vscode.window.showQuickPick(items, {
    title:
      changes.length === 0 ? t('Files that the approval is bound to') : t('Changed since your last approval'),
  });
  const uri = picked === undefined ? null : study.resolve(picked.path);
  if (uri === null) return;
  try {
    await vscode.commands.executeCommand('git.openChange', uri);
  } catch {
    // No git here: the file as it stands.
  }
  if (vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff) return;
  await vscode.window.showTextDocument(uri, { preview: true });
}

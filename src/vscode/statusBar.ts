import * as vscode from 'vscode';
import { statusBarView } from '../views/statusBar';
import type { Study } from './study';

/** How it is going, in the status bar; a click opens the panel. */
export function showStatusBar(study: Study): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('bridge.status', vscode.StatusBarAlignment.Left, 5);
  item.name = 'Bridge';
  item.command = 'bridge.openPanel';
  const update = () => {
    const view = statusBarView(study.viewInput());
    if (view.text === null) return item.hide();
    item.text = view.text;
    item.tooltip = view.tooltip;
    item.accessibilityInformation = { label: view.label, role: 'button' };
    item.backgroundColor =
      view.tone === 'ask' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.show();
  };
  return vscode.Disposable.from(item, study.onDidChange(update));
}

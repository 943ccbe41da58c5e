import * as vscode from 'vscode';
import type { Study } from '../study';

/** Settings that the driver takes from this editor. None of them is a key. */
const names = [
  ...['author', 'lm.authorModel', 'reviewers', 'reviewModel', 'reviewEffort', 'lm.reviewModel'],
  ...['review.sameFamily', 'review.deadlineMinutes', 'codex.path', 'codex.config', 'codex.mcpCommand'],
  ...['openai.baseUrl', 'openai.keyVariable', 'openai.model', 'openai.api', 'traces'],
  ...['agents.permissionMinutes', 'agents.stallMinutes', 'agents.workMinutes'],
  ...['notify.command', 'notify.events'],
];

/** What the person set for themselves; what a workspace sets is not theirs. */
function agentSettingsOf(configuration: vscode.WorkspaceConfiguration): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const own = configuration.inspect(name)?.globalValue;
      return own === undefined ? [] : [[name, own]];
    }),
  );
}

/** Keeps what the driver reads in step with this editor's settings, in a trusted workspace. */
export function keepDriverSettings(study: Study): vscode.Disposable {
  const keep = () => {
    if (study.root === null || !vscode.workspace.isTrusted) return;
    try {
      study.parts.agents.keepSettings(
        study.root,
        agentSettingsOf(vscode.workspace.getConfiguration('bridge')),
      );
    } catch (error) {
      study.log.error(error as Error);
    }
  };
  void study.whenLoaded.then(keep);
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('bridge') && keep()),
    vscode.workspace.onDidGrantWorkspaceTrust(keep),
  );
}

import * as vscode from 'vscode';
import { isUnsettled, shownFindings, type ShownFinding } from '../../views/findings';
import { patchedText } from '../../core/agents/patchedText';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { findingSources } from './findingDiagnostics';

/** The reviewer's own patch as a quick fix, where it still fits; and the ways to settle a finding otherwise. */
export function provideFindingFixes(study: Study): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    { scheme: 'file' },
    {
      provideCodeActions: (document, _, { diagnostics }) => {
        const ids = new Set(
          diagnostics
            .filter(({ source }) => Object.values<string | undefined>(findingSources).includes(source))
            .map(({ code }) => code),
        );
        const actions = shownFindings(study.state, study.contentHash)
          .filter((finding) => ids.has(finding.id) && isUnsettled(finding))
          .flatMap((finding) => actionsFor(document, finding, diagnostics));
        return actions;
      },
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

function actionsFor(
  document: vscode.TextDocument,
  finding: ShownFinding,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction[] {
  const own = diagnostics.filter(({ code }) => code === finding.id);
  const fix =
    finding.patch === undefined ? null : patchedText(document.getText(), finding.file, finding.patch);
  const actions: vscode.CodeAction[] = [];
  if (fix !== null) {
    const action = new vscode.CodeAction(
      t('Apply the reviewer’s fix: {0}', finding.title),
      vscode.CodeActionKind.QuickFix,
    );
    action.edit = new vscode.WorkspaceEdit();
    action.edit.replace(document.uri, new vscode.Range(fix.from, 0, fix.to, 0), fix.text);
    action.isPreferred = true;
    actions.push(action);
  }
  const command = (title: string, name: string) => {
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.command = { command: `bridge.${name}`, title, arguments: [finding.id] };
    actions.push(action);
  };
  command(t('Waive this finding…'), 'waiveFinding');
  command(t('Dispute this finding…'), 'disputeFinding');
  command(t('This finding is resolved'), 'resolveFinding');
  for (const each of actions) each.diagnostics = own;
  return actions;
}

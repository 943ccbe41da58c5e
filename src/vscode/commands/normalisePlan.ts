import * as vscode from 'vscode';
import { judgeProposal, planGaps, type PlanProposer } from '../../core/plan/proposal';
import type { Study } from '../study';
import { translate as t } from '../translate';

const scheme = 'bridge-proposal';
/** What is proposed for each plan, by the path of the document that shows it. */
const proposed = new Map<string, string>();

/** Shows proposals beside the plan, as documents that cannot be changed. */
export function provideProposals(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: ({ path }) => proposed.get(path) ?? '',
  });
}

/**
 * "Bridge: Fill the Gaps of the Plan": asks the author agent for facts that the reader did not find, shows them as a
 * diff with the lines they are taken from, and writes them when the person says so. Offered only where an author agent
 * is configured.
 */
export async function normalisePlan(study: Study, proposer: PlanProposer | null): Promise<void> {
  const { planPath, plan } = study.inputs;
  const uri = planPath === null ? null : study.resolve(planPath);
  if (proposer === null || uri === null || plan === null) {
    void vscode.window.showInformationMessage(t('No author agent is configured, or there is no plan.'));
    return;
  }
  const gaps = planGaps(plan);
  if (gaps.length === 0) {
    void vscode.window.showInformationMessage(t('Bridge finds no gap in this plan.'));
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const text = document.getText();
  const facts = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: t('{0} looks for {1} facts in the plan', proposer.name, gaps.length),
    },
    (_progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      return proposer.propose({ text, gaps }, stop.signal);
    },
  );
  const { text: wanted, kept, refused } = judgeProposal(text, facts);
  if (kept.length === 0) {
    void vscode.window.showInformationMessage(
      t(
        '{0} proposed nothing that stands in the plan ({1} proposals left out).',
        proposer.name,
        refused.length,
      ),
    );
    return;
  }
  const shown = vscode.Uri.from({ scheme, path: uri.path });
  proposed.set(shown.path, wanted);
  await vscode.commands.executeCommand(
    'vscode.diff',
    uri,
    shown,
    t('{0} facts proposed by {1}', kept.length, proposer.name),
  );
  const sources = kept.map(
    ({ markdown, source }) =>
      `${markdown.trim()}\n    ${t('from line {0}: “{1}”', source.first, source.quote.trim())}`,
  );
  const use = t('Use Them');
  const answer = await vscode.window.showInformationMessage(
    t('Use the {0} proposed facts?', kept.length),
    { modal: true, detail: sources.join('\n\n') },
    use,
  );
  proposed.delete(shown.path);
  if (answer !== use || document.getText() !== text) return;
  const edit = new vscode.WorkspaceEdit();
  const end = document.positionAt(text.length);
  edit.replace(uri, new vscode.Range(new vscode.Position(0, 0), end), wanted);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}

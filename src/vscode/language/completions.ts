import * as vscode from 'vscode';
import type { CompletionProposal } from '../../core/links/completion';
import type { Study } from '../study';
import { schemaIsShownByOthers } from './hovers';
import { freshPath, manifestFiles, rangeIn, relativePath } from './studyFiles';

const kinds: Readonly<Record<CompletionProposal['kind'], vscode.CompletionItemKind>> = {
  key: vscode.CompletionItemKind.Property,
  run: vscode.CompletionItemKind.Event,
  milestone: vscode.CompletionItemKind.Module,
  phase: vscode.CompletionItemKind.Module,
  metric: vscode.CompletionItemKind.Field,
  system: vscode.CompletionItemKind.Class,
  word: vscode.CompletionItemKind.EnumMember,
};
const scripts = '**/*.{py,sh,jl,R}';
const leaveOut = '{**/node_modules/**,**/.bridge/**,**/.venv/**,**/venv/**,**/site-packages/**,**/.git/**}';

/** Keys, ids, milestones, phases, metrics and scripts, as one types in experiments.yaml. */
export function provideCompletions(study: Study): vscode.Disposable {
  return vscode.languages.registerCompletionItemProvider(
    manifestFiles,
    {
      provideCompletionItems: async (document, position, token) => {
        const file = await freshPath(study, document, token);
        if (file === null) return [];
        const found = await study.reader.ask('complete', { file, offset: document.offsetAt(position) });
        if (found === null) return [];
        const range = rangeIn(document, found);
        const others = schemaIsShownByOthers();
        const items = found.proposals
          .filter(({ kind }) => !others || (kind !== 'key' && kind !== 'word'))
          .map((proposal, index) => itemOf(proposal, range, index));
        return found.wantsScripts ? [...items, ...(await scriptItems(study, range))] : items;
      },
    },
    ...[' ', ':', '[', '{', ',', '-', '/', '"', "'"],
  );
}

function itemOf(
  { kind, label, insert, detail }: CompletionProposal,
  range: vscode.Range,
  index: number,
): vscode.CompletionItem {
  const item = new vscode.CompletionItem(
    { label, ...(kind === 'key' ? {} : { description: detail }) },
    kinds[kind],
  );
  item.insertText = kind === 'key' || insert.includes('$0') ? new vscode.SnippetString(insert) : insert;
  if (kind === 'key') item.documentation = detail;
  item.range = range;
  item.sortText = String(index).padStart(6, '0');
  // What follows a key is completed at once.
  if (kind === 'key') item.command = { title: '', command: 'editor.action.triggerSuggest' };
  return item;
}

async function scriptItems(study: Study, range: vscode.Range): Promise<vscode.CompletionItem[]> {
  if (study.folder === null) return [];
  const found = await vscode.workspace.findFiles(
    new vscode.RelativePattern(study.folder, scripts),
    leaveOut,
    500,
  );
  return found.map((uri) => {
    const path = relativePath(study, uri) ?? uri.path;
    const item = new vscode.CompletionItem(path, vscode.CompletionItemKind.File);
    item.range = range;
    item.sortText = `1${path}`;
    return item;
  });
}

import * as vscode from 'vscode';
import type { Fix, FixableProblem } from '../../core/links/fixes';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { workspaceEdit } from './renames';
import { freshPath, studyFiles } from './studyFiles';

/** Internal: creates the manifest entry of the run whose row stands on a line. */
export const createEntriesCommand = '_bridge.createEntry';
const noEntry = 'tracker.no-job';

/** Mends for the problems that Bridge shows, and an entry for a row that has none. */
export function provideQuickFixes(study: Study): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions: async (document, range, context, token) => {
      const file = await freshPath(study, document, token);
      if (file === null) return [];
      const shown = context.diagnostics.filter(({ source }) => source === 'Bridge');
      const problems = shown.map((diagnostic) => problemOf(document, diagnostic));
      const found = await study.reader.ask('fixes', { file, problems });
      const actions = await Promise.all(
        found.flatMap((fixes, index) => fixes.map((fix) => actionOf(study, fix, shown[index]!))),
      );
      if (shown.some(({ code }) => code === noEntry)) return actions;
      // Without a manifest there is no problem yet that an entry is missing.
      const own = await fixesOfLine(study, file, document, range.start.line);
      return [...actions, ...(await Promise.all(own.map((fix) => actionOf(study, fix, null))))];
    },
  };
  return vscode.Disposable.from(
    vscode.languages.registerCodeActionsProvider(studyFiles, provider, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    vscode.commands.registerCommand(createEntriesCommand, async (uri: vscode.Uri, line: number) => {
      const document = await vscode.workspace.openTextDocument(uri);
      const file = await freshPath(study, document, new vscode.CancellationTokenSource().token);
      const [fix] = file === null ? [] : await fixesOfLine(study, file, document, line - 1);
      if (!fix) return;
      await vscode.workspace.applyEdit(await editOf(study, fix));
      const target = study.resolve(fix.create?.file ?? fix.edits[0]?.file ?? '');
      if (target !== null) await vscode.window.showTextDocument(target);
    }),
  );
}

async function fixesOfLine(
  study: Study,
  file: string,
  document: vscode.TextDocument,
  line: number,
): Promise<readonly Fix[]> {
  const anchors = await study.reader.ask('anchors', { file });
  const row = anchors.find((anchor) => anchor.kind === 'runs' && anchor.line === line + 1);
  if (row?.kind !== 'runs' || row.runs.length !== 1) return [];
  const places = await study.reader.ask('run', { id: row.runs[0]! });
  if (places === null || places.entry !== null) return [];
  const text = document.lineAt(line);
  const from = text.range.start.translate(0, text.firstNonWhitespaceCharacterIndex);
  const [fixes = []] = await study.reader.ask('fixes', {
    file,
    problems: [{ code: noEntry, span: spanOf(document, new vscode.Range(from, text.range.end)) }],
  });
  return fixes;
}

function problemOf(document: vscode.TextDocument, { code, range }: vscode.Diagnostic): FixableProblem {
  return { code: typeof code === 'string' ? code : '', span: spanOf(document, range) };
}

function spanOf(
  document: vscode.TextDocument,
  { start, end }: vscode.Range,
): NonNullable<FixableProblem['span']> {
  const at = (position: vscode.Position) => ({
    offset: document.offsetAt(position),
    line: position.line + 1,
    column: position.character + 1,
  });
  return { start: at(start), end: at(end) };
}

async function actionOf(
  study: Study,
  fix: Fix,
  diagnostic: vscode.Diagnostic | null,
): Promise<vscode.CodeAction> {
  const action = new vscode.CodeAction(describeFix(fix), vscode.CodeActionKind.QuickFix);
  action.edit = await editOf(study, fix);
  action.isPreferred = fix.preferred;
  if (diagnostic !== null) action.diagnostics = [diagnostic];
  return action;
}

async function editOf(study: Study, fix: Fix): Promise<vscode.WorkspaceEdit> {
  const edit = await workspaceEdit(study, fix.edits);
  const created = fix.create === null ? null : study.resolve(fix.create.file);
  if (created !== null)
    edit.createFile(created, { ignoreIfExists: true, contents: new TextEncoder().encode(fix.create!.text) });
  return edit;
}

function describeFix({ kind, subject }: Fix): string {
  const many = /^\d+$/.test(subject);
  switch (kind) {
    case 'seedLine':
      return t('Add a line of seeds to {0}', subject);
    case 'status':
      return t('Write the status {0}', subject);
    case 'createRows':
      return many
        ? t('Create the tracker rows of {0} runs', subject)
        : t('Create the tracker row of {0}', subject);
    case 'createEntries':
      return many
        ? t('Create the manifest entries of all {0} runs that lack one', subject)
        : t('Create the manifest entry of {0}', subject);
    case 'quotePlaceholders':
      return t('Put the placeholders in quotes');
    case 'list':
      return t('Write it as a list: [{0}]', subject);
    case 'shellPlaceholder':
      return t('Hand {0} to the shell', `\${${subject}}`);
    case 'tableDelimiter':
      return t('Make the line of dashes fit the header');
    case 'useId':
      return t('Write it as {0}', subject);
    case 'useKey':
      return t('Change it to "{0}"', subject);
  }
}

import * as vscode from 'vscode';
import type { Anchor } from '../../core/links/anchors';
import { hasNews, lacksEntry, lensesFor } from '../../views/lenses';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { createEntriesCommand } from './quickFixes';
import { freshPath, studyFiles } from './studyFiles';

/** Rows of a document that each get a line of their own; of more, only those that have something new to say. */
const mostRows = 300;
/** How often lenses are drawn anew while runs go on. */
const pauseMs = 1000;

/** Status and verbs over milestones, blocks, rows and entries. */
export function provideCodeLenses(study: Study): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let timer: NodeJS.Timeout | null = null;
  const soon = () =>
    (timer ??= setTimeout(() => {
      timer = null;
      changed.fire();
    }, pauseMs));
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: async (document, token) => {
      const file = await freshPath(study, document, token);
      if (file === null) return [];
      const anchors = await study.reader.ask('anchors', { file });
      return token.isCancellationRequested ? [] : lensesOf(study, anchors, document);
    },
  };
  return vscode.Disposable.from(
    changed,
    study.onDidChange(soon),
    vscode.languages.registerCodeLensProvider(studyFiles, provider),
    { dispose: () => timer !== null && clearTimeout(timer) },
  );
}

function lensesOf(
  study: Study,
  anchors: readonly Anchor[],
  document: vscode.TextDocument,
): vscode.CodeLens[] {
  const input = study.viewInput();
  const many = anchors.length > mostRows;
  return anchors.flatMap((anchor) => {
    if (many && anchor.kind === 'runs' && !anchor.runs.some((run) => hasNews(run, input))) return [];
    const line = Math.min(anchor.line - 1, document.lineCount - 1);
    const range = new vscode.Range(line, 0, line, 0);
    const lenses = lensesFor(anchor, input).map(
      ({ title, command, arguments: args }) =>
        new vscode.CodeLens(range, { title, command: command ?? '', arguments: [...args] }),
    );
    const missing = anchor.kind === 'runs' && anchor.runs.length === 1 && lacksEntry(anchor.runs[0]!, input);
    return missing
      ? [
          ...lenses,
          new vscode.CodeLens(range, {
            title: t('Create its entry'),
            command: createEntriesCommand,
            arguments: [document.uri, anchor.line],
          }),
        ]
      : lenses;
  });
}

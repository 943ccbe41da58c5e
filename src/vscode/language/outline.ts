import * as vscode from 'vscode';
import type { DocumentSymbol } from '../../core/links/symbols';
import type { Study } from '../study';
import { freshPath, rangeIn, studyFiles } from './studyFiles';

const kinds: Readonly<Record<DocumentSymbol['kind'], vscode.SymbolKind>> = {
  milestone: vscode.SymbolKind.Namespace,
  block: vscode.SymbolKind.Class,
  claim: vscode.SymbolKind.Interface,
  run: vscode.SymbolKind.Event,
  phase: vscode.SymbolKind.Module,
  template: vscode.SymbolKind.Function,
};

/** Outline and folding of plan, tracker and manifest. */
export function provideOutline(study: Study): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerDocumentSymbolProvider(
      studyFiles,
      {
        provideDocumentSymbols: async (document, token) => {
          const file = await freshPath(study, document, token);
          if (file === null) return [];
          const symbols = await study.reader.ask('symbols', { file });
          return symbols.map((symbol) => shown(document, symbol));
        },
      },
      { label: 'Bridge' },
    ),
    vscode.languages.registerFoldingRangeProvider(studyFiles, {
      provideFoldingRanges: async (document, _context, token) => {
        const file = await freshPath(study, document, token);
        if (file === null) return [];
        const folds = await study.reader.ask('folds', { file });
        return folds.map(({ start, end }) => new vscode.FoldingRange(start - 1, end - 1));
      },
    }),
  );
}

function shown(document: vscode.TextDocument, symbol: DocumentSymbol): vscode.DocumentSymbol {
  const range = rangeIn(document, symbol);
  const first = document.lineAt(range.start.line).range.end;
  const selection = new vscode.Range(range.start, first.isBefore(range.end) ? first : range.end);
  const made = new vscode.DocumentSymbol(symbol.name, symbol.detail, kinds[symbol.kind], range, selection);
  made.children = symbol.children.map((child) => shown(document, child));
  return made;
}

import * as vscode from 'vscode';
import { sayRecorded } from '../core/text/recorded';
import type { Problem, Severity } from '../core/text/span';
import type { Study } from './study';

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

/** Shows what is wrong with plan, tracker and manifest where it stands. */
export function showDiagnostics(study: Study): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('bridge');
  const update = () => {
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const problem of study.inputs.problems) {
      if (problem.file === null) continue;
      const list = byFile.get(problem.file);
      if (list) list.push(diagnostic(problem));
      else byFile.set(problem.file, [diagnostic(problem)]);
    }
    collection.clear();
    for (const [file, diagnostics] of byFile) {
      const uri = study.resolve(file);
      if (uri !== null) collection.set(uri, diagnostics);
    }
  };
  return vscode.Disposable.from(collection, study.onDidChangeInputs(update));
}

function diagnostic(problem: Problem): vscode.Diagnostic {
  const message = sayRecorded(problem.message, vscode.l10n.t);
  const shown = new vscode.Diagnostic(rangeOf(problem), message, severities[problem.severity]);
  shown.source = 'Bridge';
  shown.code = problem.code;
  return shown;
}

function rangeOf({ span }: Problem): vscode.Range {
  if (span === null) return new vscode.Range(0, 0, 0, 0);
  const { start, end } = span;
  return new vscode.Range(start.line - 1, start.column - 1, end.line - 1, end.column - 1);
}

import * as vscode from 'vscode';
import { findingMessage, isUnsettled, shownFindings, type ShownFinding } from '../../views/findings';
import type { Study } from '../study';
import { translate as t } from '../translate';
import type { FindingPlaces } from './findingPlaces';

const severities = {
  CRITICAL: vscode.DiagnosticSeverity.Error,
  MAJOR: vscode.DiagnosticSeverity.Warning,
  MINOR: vscode.DiagnosticSeverity.Information,
} as const;

export const findingSources = { review: 'Bridge review', check: 'Bridge check' } as const;

/** Findings of reviewer and check in the Problems panel, where they stand, until somebody settled them. */
export function showFindingDiagnostics(study: Study, places: FindingPlaces): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('bridge.findings');
  let last = '';
  const update = () => {
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const finding of shownFindings(study.state, study.contentHash)) {
      if (finding.place !== 'found' || !isUnsettled(finding)) continue;
      const list = byFile.get(finding.file) ?? [];
      list.push(diagnostic(finding, places));
      byFile.set(finding.file, list);
    }
    const mark = JSON.stringify([...byFile]);
    if (mark === last) return;
    last = mark;
    collection.clear();
    for (const [file, diagnostics] of byFile) {
      const uri = study.resolve(file);
      if (uri !== null) collection.set(uri, diagnostics);
    }
  };
  return vscode.Disposable.from(
    collection,
    study.onDidChange(update),
    places.onDidMove(update),
    places.onDidRestore(update),
  );
}

function diagnostic(finding: ShownFinding, places: FindingPlaces): vscode.Diagnostic {
  const range = places.rangeOf(finding);
  const shown = new vscode.Diagnostic(range, findingMessage(finding, t), severities[finding.severity]);
  shown.source = findingSources[finding.origin];
  shown.code = finding.id;
  return shown;
}

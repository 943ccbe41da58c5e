import * as vscode from 'vscode';
import type { Study } from '../study';
import { provideChangeTexts } from './changeTexts';
import { keepDriverSettings } from './driverSettings';
import { showFindingDiagnostics } from './findingDiagnostics';
import { provideFindingFixes } from './findingFixes';
import { FindingPlaces } from './findingPlaces';
import { showFindingThreads } from './findingThreads';
import { serveDriver } from './serveDriver';
import { watchContent } from './watchContent';

/** Everything that makes agents visible in the editor, and the editor reachable for them. */
export function showAgents(study: Study): vscode.Disposable {
  const places = new FindingPlaces((path) => study.resolve(path));
  return vscode.Disposable.from(
    places,
    keepDriverSettings(study),
    serveDriver(study),
    watchContent(study),
    showFindingDiagnostics(study, places),
    showFindingThreads(study, places),
    provideFindingFixes(study),
    provideChangeTexts(study),
  );
}

import * as vscode from 'vscode';
import { resultsPath } from '../../core/run/studyResult';
import { shownState } from '../../views/input';
import { metricOf } from '../../views/runRow';
import { studyIndex } from '../../views/studyIndex';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { namedRuns } from './pickRuns';

/** Opens a file of the workspace at a 1-based line. Paths that leave the workspace are refused. */
export async function openFile(study: Study, path: string, line: number | null): Promise<void> {
  const uri = study.resolve(path);
  if (uri === null) {
    void vscode.window.showErrorMessage(t('{0} does not lie in this workspace.', path));
    return;
  }
  const at = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
  try {
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at), preview: true });
  } catch (error) {
    void vscode.window.showErrorMessage(t('{0} cannot be opened: {1}', path, (error as Error).message));
  }
}

/** "Bridge: Show Results": the report as Markdown shows it, or what there is so far in the panel. */
export async function showResults(study: Study): Promise<void> {
  const uri = study.resolve(resultsPath);
  if (uri !== null && (await exists(uri))) {
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      await vscode.window.showTextDocument(uri);
    }
    return;
  }
  await vscode.commands.executeCommand('bridge.openPanel', 'results');
}

/** A milestone's line in the plan, or a run's in the tracker. */
export async function openPlanLine(study: Study, argument: unknown): Promise<void> {
  const input = study.viewInput();
  const { planPath, trackerPath } = input.inputs;
  const [run] = namedRuns(argument);
  if (run !== undefined) {
    const declared = studyIndex(shownState(input)).find(run)?.declared ?? null;
    const path = trackerPath ?? planPath;
    if (path !== null) await openFile(study, path, declared?.line ?? null);
    return;
  }
  const { kind, name } = (argument ?? {}) as { kind?: unknown; name?: unknown };
  const milestone = kind === 'milestone' && typeof name === 'string' ? name : null;
  const line = input.inputs.plan?.milestones.find(({ id }) => id === milestone)?.span.start.line ?? null;
  const path = planPath ?? trackerPath;
  if (path !== null) await openFile(study, path, typeof argument === 'number' ? argument : line);
}

/** The file that a run's number stands in, at its line. */
export async function openResult(study: Study, argument: unknown): Promise<void> {
  const [run] = namedRuns(argument);
  const state = shownState(study.viewInput());
  const entry = run === undefined ? null : studyIndex(state).find(run);
  const metric = entry === null ? null : metricOf(state, entry);
  if (metric !== null) await openFile(study, metric.file, metric.line);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

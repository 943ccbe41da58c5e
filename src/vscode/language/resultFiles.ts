import * as vscode from 'vscode';
import { provenanceNumbers, type ProvenanceNumber } from '../../core/links/provenanceNumbers';
import type { RunPlaces } from '../../core/links/questions';
import { provenancePath } from '../../core/results/report/provenance';
import { shownState } from '../../views/input';
import { metricOf } from '../../views/runRow';
import { studyIndex } from '../../views/studyIndex';
import type { Study } from '../study';

/** Files of one pattern that are shown at most. */
const mostFiles = 50;

let kept: {
  readonly path: string;
  readonly mtime: number;
  readonly numbers: readonly ProvenanceNumber[];
} | null = null;

/** The numbers of results/provenance.json, read again when the file has changed. */
export async function readProvenance(study: Study): Promise<readonly ProvenanceNumber[]> {
  const uri = study.resolve(provenancePath);
  if (uri === null) return [];
  try {
    const { mtime } = await vscode.workspace.fs.stat(uri);
    if (kept?.path !== uri.path || kept.mtime !== mtime) {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      kept = { path: uri.path, mtime, numbers: provenanceNumbers(text) };
    }
    return kept.numbers;
  } catch {
    // Nothing was collected yet.
    return [];
  }
}

/** A file as a path of a document means it: relative to the workspace, or to the folder that commands run in. */
export async function filesAt(study: Study, path: string, cwd = '.'): Promise<readonly vscode.Uri[]> {
  if (study.folder === null) return [];
  const candidates = [...new Set([path, joined(cwd, path)])].filter(
    (each) => each !== '' && !each.startsWith('..'),
  );
  for (const candidate of candidates) {
    if (/[*]|\$\{/.test(candidate)) {
      const pattern = candidate.replace(/\$\{\w+\}/g, '*');
      const found = await vscode.workspace.findFiles(
        new vscode.RelativePattern(study.folder, pattern),
        null,
        mostFiles,
      );
      if (found.length > 0) return found.sort((one, other) => (one.path < other.path ? -1 : 1));
      continue;
    }
    const uri = study.resolve(candidate);
    if (uri !== null && (await isFile(uri))) return [uri];
  }
  return [];
}

/** What a run left: the place of its number, its output files, and its newest log. */
export async function leftBy(
  study: Study,
  run: string,
  places: RunPlaces | null,
): Promise<vscode.Location[]> {
  const found: vscode.Location[] = [];
  const state = shownState(study.viewInput());
  const entry = studyIndex(state).find(run);
  const metric = entry === null ? null : metricOf(state, entry);
  const uri = metric === null ? null : study.resolve(metric.file);
  if (metric !== null && uri !== null && (await isFile(uri))) found.push(atLine(uri, metric.line));
  for (const output of places?.outputs ?? [])
    for (const each of await filesAt(study, output, places?.cwd))
      if (!found.some((other) => other.uri.path === each.path)) found.push(atLine(each, null));
  const log = study.client?.logPath(run) ?? null;
  if (log !== null && (await isFile(vscode.Uri.file(log)))) found.push(atLine(vscode.Uri.file(log), null));
  return found;
}

export function atLine(uri: vscode.Uri, line: number | null): vscode.Location {
  return new vscode.Location(uri, new vscode.Position(Math.max(0, (line ?? 1) - 1), 0));
}

function joined(folder: string, path: string): string {
  return folder === '.' || folder === '' || path.startsWith('/')
    ? path
    : `${folder.replace(/\/$/, '')}/${path}`;
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type !== vscode.FileType.Directory;
  } catch {
    return false;
  }
}

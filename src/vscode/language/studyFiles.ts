import * as vscode from 'vscode';
import type { FileRange } from '../../core/links/model';
import type { Study } from '../study';

/** Plan and tracker, wherever in the workspace they lie. */
export const markdownFiles: vscode.DocumentSelector = [
  { scheme: 'file', pattern: '**/EXPERIMENT_PLAN.md' },
  { scheme: 'file', pattern: '**/EXPERIMENT_TRACKER.md' },
];
export const manifestFiles: vscode.DocumentSelector = [
  { scheme: 'file', pattern: '**/experiments.{yaml,yml}' },
];
export const reportFiles: vscode.DocumentSelector = [
  { scheme: 'file', pattern: '**/EXPERIMENT_RESULTS*.md' },
  { scheme: 'file', pattern: '**/EXPERIMENT_LOG.md' },
];
export const studyFiles: vscode.DocumentSelector = [
  ...markdownFiles,
  ...manifestFiles,
] as vscode.DocumentFilter[];

/** Path of a document relative to the study's folder; null where it lies elsewhere. */
export function relativePath(study: Study, uri: vscode.Uri): string | null {
  const root = study.folder?.uri.path;
  return root !== undefined && uri.path.startsWith(`${root}/`) ? uri.path.slice(root.length + 1) : null;
}

/** The document's path once the study has been read as it stands in the editors; null for none of the study's. */
export async function freshPath(
  study: Study,
  document: vscode.TextDocument,
  token: vscode.CancellationToken,
): Promise<string | null> {
  const path = relativePath(study, document.uri);
  if (path === null) return null;
  const { version } = document;
  await study.fresh();
  // What was read is another text by now; the editor asks again.
  if (token.isCancellationRequested || document.version !== version) return null;
  const { planPath, trackerPath, manifestPath } = study.inputs;
  return [planPath, trackerPath, manifestPath].includes(path) ? path : null;
}

export function rangeIn(
  document: vscode.TextDocument,
  { from, to }: { readonly from: number; readonly to: number },
): vscode.Range {
  return new vscode.Range(document.positionAt(from), document.positionAt(to));
}

/** Pieces of files of the workspace as places that the editor can show. A file that is gone has none. */
export async function locations(study: Study, ranges: readonly FileRange[]): Promise<vscode.Location[]> {
  const documents = new Map<string, Promise<vscode.TextDocument | null>>();
  const open = (file: string) => {
    let opening = documents.get(file);
    if (!opening) {
      const uri = study.resolve(file);
      opening =
        uri === null
          ? Promise.resolve(null)
          : Promise.resolve(vscode.workspace.openTextDocument(uri)).catch(() => null);
      documents.set(file, opening);
    }
    return opening;
  };
  const found = await Promise.all(
    ranges.map(async (range) => {
      const document = await open(range.file);
      return document && new vscode.Location(document.uri, rangeIn(document, range));
    }),
  );
  return found.filter((each) => each !== null);
}

import * as vscode from 'vscode';
import { hunkAt, hunksOf } from '../../core/agents/change';
import type { ProposedChange } from '../../core/run/agents';
import type { Study } from '../study';
import { translate as t } from '../translate';

/** Texts of proposed changes: `bridge-change:/ID/before/path`. */
const scheme = 'bridge-change';

/** Serves both sides of a proposed change to diff editors; they follow when a part of it was taken. */
export function provideChangeTexts(study: Study): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (uri) => {
        const { change, side, path } = partsOf(uri);
        const files = (await study.client?.readChange(change)) ?? [];
        return files.find((file) => file.path === path)?.[side] ?? '';
      },
    }),
    study.onDidChange(() => {
      for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === scheme) changed.fire(uri);
    }),
  );
}

/** The change whose text an editor shows; null: it shows something else. */
export function changeOf(uri: vscode.Uri): string | null {
  return uri.scheme === scheme ? partsOf(uri).change : null;
}

/** Opens a change beside what is there: one file as a diff, several in one editor. */
export async function openChange(study: Study, change: ProposedChange): Promise<void> {
  const files = (await study.client?.readChange(change.id)) ?? [];
  const uri = (side: 'before' | 'after', path: string) =>
    vscode.Uri.from({ scheme, path: `/${change.id}/${side}/${path}` });
  const title = t('Proposed: {0}', change.title);
  if (files.length === 0)
    return void vscode.window.showInformationMessage(t('Nothing of "{0}" waits any more.', change.title));
  if (files.length === 1) {
    const { path } = files[0]!;
    await vscode.commands.executeCommand(
      'vscode.diff',
      uri('before', path),
      uri('after', path),
      `${path} (${title})`,
    );
    return;
  }
  await vscode.commands.executeCommand(
    'vscode.changes',
    title,
    files.map(({ path, before, after }) => [
      study.resolve(path) ?? uri('after', path),
      before === null ? undefined : uri('before', path),
      after === null ? undefined : uri('after', path),
    ]),
  );
}

/**
 * The place of a change that the cursor of a diff editor is in. null: the editor shows something else; `hunk` null: the
 * cursor is between places.
 */
export async function placeAt(
  study: Study,
  { document, selection }: vscode.TextEditor,
): Promise<{ readonly change: string; readonly path: string; readonly hunk: number | null } | null> {
  if (document.uri.scheme !== scheme) return null;
  const { change, side, path } = partsOf(document.uri);
  const files = (await study.client?.readChange(change)) ?? [];
  const file = files.find((each) => each.path === path);
  const hunk = file === undefined ? null : hunkAt(hunksOf(file), side, selection.active.line + 1);
  return { change, path, hunk };
}

export interface HunkItem extends vscode.QuickPickItem {
  readonly path: string;
  readonly index: number;
}

/** Every place of a change, to choose from. */
export async function hunkItems(study: Study, change: string): Promise<readonly HunkItem[]> {
  const files = (await study.client?.readChange(change)) ?? [];
  return files.flatMap((file) =>
    hunksOf(file).map((hunk, index) => {
      const changes = hunk.lines.filter((line) => line.startsWith('+') || line.startsWith('-'));
      return {
        ...{ path: file.path, index, picked: true },
        label: `${file.path}:${hunk.newStart}`,
        description: t('{0} lines', changes.length),
        detail: changes.slice(0, 3).join('  ').slice(0, 200),
      };
    }),
  );
}

function partsOf(uri: vscode.Uri): { change: string; side: 'before' | 'after'; path: string } {
  const [, change = '', side, ...path] = uri.path.split('/');
  return { change, side: side === 'before' ? side : 'after', path: path.join('/') };
}

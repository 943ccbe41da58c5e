import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeDurably } from '../util/durableFile';
import { sha256 } from '../util/sha256';
import { readSettings, userSettingsPath } from './settings';

/**
 * What a person chose in VS Code for a workspace: agents, reviewers, where their programs are. It lies beside their own
 * settings, where no workspace can bring it along, and stays when the editor is closed. Keys are not among it.
 */
export function writeEditorSettings(root: string, values: Readonly<Record<string, unknown>>): void {
  const before = readSettings(editorSettingsPath(root));
  if (JSON.stringify(before) === JSON.stringify(values)) return;
  const named = Object.fromEntries(Object.entries(values).map(([name, value]) => [`bridge.${name}`, value]));
  writeDurably(editorSettingsPath(root), `${JSON.stringify(named, null, 2)}\n`);
}

/** The person's own settings, for this workspace: what they chose in VS Code counts more than the headless file. */
export function readUserSettings(root: string): Record<string, unknown> {
  return { ...readSettings(userSettingsPath()), ...readSettings(editorSettingsPath(root)) };
}

function editorSettingsPath(root: string): string {
  const name = `${sha256(realpathSync(root)).slice(0, 16)}.json`;
  return join(dirname(userSettingsPath()), 'workspaces', name);
}

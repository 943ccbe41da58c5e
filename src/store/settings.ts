import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { evaluate, parse } from '@humanwhocodes/momoa';

/** `bridge.*` of a settings file, without the prefix. A file that is not there has none. */
export function readSettings(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return {};
  }
  let value: unknown;
  try {
    value = evaluate(parse(text, { mode: 'jsonc', allowTrailingCommas: true }));
  } catch (error) {
    throw new Error(`${path} is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) =>
      name.startsWith('bridge.') ? [[name.slice('bridge.'.length), each as unknown]] : [],
    ),
  );
}

/** The person's own settings for the headless host. */
export function userSettingsPath(): string {
  return join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'bridge', 'settings.json');
}

export function workspaceSettingsPath(root: string): string {
  return join(root, '.vscode', 'settings.json');
}

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { evaluate, parse } from '@humanwhocodes/momoa';

/**
 * `bridge.*` of a settings file, without the prefix. A file that is not there has none; one that is no JSON, or cannot
 * be read, throws with its place. `auto` is the same as saying nothing.
 */
export function readSettings(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return {};
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  let value: unknown;
  try {
    value = text.trim() === '' ? {} : evaluate(parse(text, { mode: 'jsonc', allowTrailingCommas: true }));
  } catch (error) {
    const { message, line = 1, column = 1 } = error as Error & { line?: number; column?: number };
    const said = message.replace(/ \(\d+:\d+\)$/, '');
    throw new Error(`${path}:${line}:${column}: not valid JSON: ${said}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) =>
      name.startsWith('bridge.') && each !== 'auto' ? [[name.slice('bridge.'.length), each as unknown]] : [],
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

import { unifiedDiff } from '../core/agents/change';
import type { WorkspaceFiles } from '../core/ports';
import type { CodeStore } from './codeKeeper';

/** Characters of a diff that stand in the record; the rest is said to be missing. */
const maxChars = 200_000;

/** The code that changed since it was approved, as a unified diff; a file whose old text was not kept is named. */
export async function codeDiff(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  store: CodeStore,
  files: WorkspaceFiles,
): Promise<string> {
  let diff = '';
  for (const path of [...new Set([...Object.keys(before), ...Object.keys(now)])].sort()) {
    if (before[path] === now[path]) continue;
    const old = path in before ? await store.text(before[path]!) : null;
    if (path in before && old === null) diff += `The text of ${path} as it was approved was not kept.\n`;
    else diff += unifiedDiff({ path, before: old, after: path in now ? await files.read(path) : null });
    if (diff.length > maxChars) return `${diff.slice(0, maxChars)}\n[cut here: the diff is longer]\n`;
  }
  return diff;
}

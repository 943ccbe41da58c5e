import { anchorOf } from './findingAnchor';
import type { Finding, RawFinding } from './reviewDocument';

/** A file of the workspace; null: there is no such file. */
export type ReadText = (path: string) => Promise<string | null>;

/**
 * Ties findings to the files they name. Absolute paths inside the workspace become relative; one that leaves it, or
 * names a file or line that is not there, is kept as it came and marked, so that nothing opens what it points to. What
 * stands at the others is kept as hashes, so that they are found again once the file was edited.
 */
export async function placeFindings(
  findings: readonly RawFinding[],
  folder: string,
  read: ReadText,
  hash: (text: string) => string,
): Promise<Finding[]> {
  const seen = new Map<string, number>();
  const placed: Finding[] = [];
  for (const { patch, ...raw } of findings) {
    const path = relativePath(raw.file, folder);
    const base = hash(JSON.stringify([path ?? raw.file, raw.check, raw.title])).slice(0, 8);
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    const text = path === null ? null : await read(path);
    const lines = text === null ? null : text.replace(/\n$/, '').split('\n');
    const place =
      path === null
        ? 'outside'
        : lines === null
          ? 'no-such-file'
          : raw.line > lines.length
            ? 'no-such-line'
            : 'found';
    const endLine = Math.max(raw.line, raw.endLine ?? raw.line);
    const anchor = place === 'found' ? anchorOf(lines!, raw.line, hash) : null;
    placed.push({
      ...raw,
      id: count === 1 ? base : `${base}-${count}`,
      file: path ?? raw.file,
      endLine: place === 'found' ? Math.min(endLine, lines!.length) : endLine,
      place,
      ...(patch === null ? {} : { patch }),
      ...(anchor === null ? {} : { anchor }),
    });
  }
  return placed;
}

/** Path relative to the workspace with `/`, or null where it leaves it. `a/eval.py:12` loses its line. */
export function relativePath(file: string, folder: string): string | null {
  const path = file
    .trim()
    .replaceAll('\\', '/')
    .replace(/^file:\/\//, '')
    .replace(/(:\d+)+$/, '');
  const root = folder.replaceAll('\\', '/').replace(/\/+$/, '');
  const inside = path === root ? '' : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  if (inside === '' || inside.startsWith('/') || inside.startsWith('~') || /^[a-z]+:/i.test(inside))
    return null;
  const parts: string[] = [];
  for (const part of inside.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : parts.join('/');
}

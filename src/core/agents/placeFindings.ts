import type { Finding, RawFinding } from './reviewDocument';

/** Lines of a file of the workspace; null: there is no such file. */
export type LineCount = (path: string) => Promise<number | null>;

/**
 * Ties findings to the files they name. Absolute paths inside the workspace become relative; one that leaves it, or
 * names a file or line that is not there, is kept as it came and marked, so that nothing opens what it points to.
 */
export async function placeFindings(
  findings: readonly RawFinding[],
  folder: string,
  lines: LineCount,
  hash: (text: string) => string,
): Promise<Finding[]> {
  const seen = new Map<string, number>();
  const placed: Finding[] = [];
  for (const { patch, ...raw } of findings) {
    const path = relativePath(raw.file, folder);
    const base = hash(JSON.stringify([path ?? raw.file, raw.check, raw.title])).slice(0, 8);
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    const length = path === null ? null : await lines(path);
    const place =
      path === null
        ? 'outside'
        : length === null
          ? 'no-such-file'
          : raw.line > length
            ? 'no-such-line'
            : 'found';
    const endLine = Math.max(raw.line, raw.endLine ?? raw.line);
    placed.push({
      ...raw,
      id: count === 1 ? base : `${base}-${count}`,
      file: path ?? raw.file,
      endLine: place === 'found' ? Math.min(endLine, length!) : endLine,
      place,
      ...(patch === null ? {} : { patch }),
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

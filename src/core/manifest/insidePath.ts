import type { Node } from 'yaml';
import type { YamlReader } from './yamlReader';

/** A path relative to `folder` that stays inside the workspace; `a/../b` is fine, more `..` than folders is not. */
export function insidePath(read: YamlReader, path: string, key: string, node: Node, folder = '.'): string {
  const parts: string[] = [];
  let up = 0;
  for (const part of path.split(/[/\\]/)) {
    if (part === '..' && parts.pop() === undefined) up++;
    else if (part !== '.' && part !== '' && part !== '..') parts.push(part);
  }
  const depth = folder.startsWith('/') || folder === '.' ? 0 : folder.split('/').length;
  const absolute = path.startsWith('/') || path.startsWith('~') || /^[A-Za-z]:[\\/]/.test(path);
  if (absolute || path.includes('\0') || up > depth)
    read.report(
      'manifest.path',
      `"${key}" is ${JSON.stringify(path)}, which leaves the workspace. Use a path inside it.`,
      node,
    );
  return [...Array<string>(up).fill('..'), ...parts].join('/') || '.';
}

import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { CliError, exitCode } from './io';

/**
 * A file of the workspace as the person named it, relative to the root; null stays null. One that leaves the workspace,
 * by `..`, by an absolute path or by a link, is refused: what is run there could not be seen from here.
 */
export function workspacePath(root: string, given: string | null, what: string): string | null {
  if (given === null) return null;
  const absolute = resolve(root, given);
  for (const path of existsSync(absolute) ? [absolute, realpathSync(absolute)] : [absolute]) {
    const way = relative(root, path);
    if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
      throw new CliError(
        `the ${what} ${given} leaves the workspace ${root}. Give a file inside it, or another --workspace.`,
        exitCode.wrongInput,
      );
  }
  return relative(root, absolute) || '.';
}

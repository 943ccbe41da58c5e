import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import type { Host } from '../../core/ports';

/** Of data and inputs that are not on the target: more is the person's to bring. */
const mostBytes = 64 << 20;

/** Paths of a folder or a file, relative to the workspace. */
async function filesBelow(root: string, path: string): Promise<string[]> {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (stat?.isFile()) return [path];
  if (!stat?.isDirectory()) return [];
  const found = await glob('**', {
    cwd: join(root, path),
    dot: true,
    onlyFiles: true,
    followSymbolicLinks: false,
  });
  return found.map((each) => `${path}/${each}`);
}

/**
 * Data that runs read stays where it is. What the target does not have is brought there once where it is small; where it
 * is not, a sentence says where to put it.
 */
export async function lendData(
  host: Host,
  root: string,
  work: string,
  data: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const missing: string[] = [];
  for (const path of data) {
    if (path.startsWith('/') || path.split('/').includes('..')) continue;
    const target = `${work}/${path}`;
    const there = await host.exec(['test', '-e', target], { timeoutMs: 20_000, signal });
    if (there.code === 0) continue;
    const files = await filesBelow(root, path);
    const bytes = files.reduce((sum, each) => sum + statSync(join(root, each)).size, 0);
    if (files.length === 0 || bytes > mostBytes) {
      const size = files.length === 0 ? '' : ` (${Math.round(bytes / 2 ** 20)} MiB here)`;
      missing.push(`${path}, which runs read${size}, is not there. Put it at ${target}.`);
      continue;
    }
    // Whole or not at all: a part of it would count as all of it the next time.
    const arriving = `${work}/.bridge-arriving`;
    for (const each of files) await host.write(`${arriving}/${each}`, readFileSync(join(root, each)));
    const place = 'mkdir -p "$(dirname "$2")" && { [ -e "$2" ] || mv "$1" "$2"; }';
    await host.exec(['sh', '-c', place, 'sh', `${arriving}/${path}`, target], { timeoutMs: 60_000, signal });
  }
  return missing;
}

/** What earlier runs wrote on another machine and is home by now goes where the next run needs it. */
export async function lendInputs(
  host: Host,
  root: string,
  tree: string,
  inputs: readonly string[],
): Promise<void> {
  for (const pattern of new Set(inputs)) {
    if (pattern.startsWith('/') || (await host.glob(tree, [pattern])).length > 0) continue;
    const found = await glob([pattern], { cwd: root, dot: true, onlyFiles: true, expandDirectories: false });
    for (const path of found) {
      const absolute = join(root, path);
      if (!existsSync(absolute) || statSync(absolute).size > mostBytes) continue;
      await host.write(`${tree}/${path}`, readFileSync(absolute));
    }
  }
}

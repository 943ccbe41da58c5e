import type { LoadRequest, Loaded } from '../engine/stages/parse';
import { loadStudy } from '../engine/stages/parse';
import { optionsFor } from '../cli/callOptions';
import { workspacePath } from '../cli/workspacePath';
import { CliError, type CliIo } from '../cli/io';
import { LocalWorkspaceFiles } from '../store/workspaceFiles';
import { Refused } from './tool';

/** What the command line would say on its way is no part of an answer. */
export const silentIo: CliIo = {
  out: () => undefined,
  note: () => undefined,
  resolve: (path) => path,
};

/** A path of the workspace as an agent named it; one that leaves it is refused. */
export function pathFor(root: string, given: string | undefined, what: string): string | null {
  if (given?.includes('\0')) throw new Refused(`The ${what} is no path: it holds a NUL character.`);
  return sentenced(() => workspacePath(root, given ?? null, what));
}

/** What plan, tracker and manifest say now. Reads only. */
export async function loadFor(
  root: string,
  change: Partial<Pick<LoadRequest, 'plan' | 'manifest' | 'target' | 'options'>> = {},
  files: Pick<LocalWorkspaceFiles, 'read'> = new LocalWorkspaceFiles(root),
): Promise<Loaded> {
  const options = change.options ?? sentenced(() => optionsFor(root, {}, silentIo));
  const usual = { kind: 'plan', plan: null, tracker: null, manifest: null, target: 'local' } as const;
  try {
    return await loadStudy(files, { ...usual, ...change, options });
  } catch (error) {
    throw new Refused(`${(error as Error).message}. Nothing was started.`);
  }
}

/** What ends a verb of the command line ends a tool with the same sentence. */
export function sentenced<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new Refused(`${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}`);
  }
}

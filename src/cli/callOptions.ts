import { type RequestedOptions, resolveOptions } from '../core/run/options';
import { readSettings, userSettingsPath, workspaceSettingsPath } from '../store/settings';
import { CliError, exitCode, type CliIo } from './io';

/** Options for a study, from the person's settings, the workspace's, and what this call says. */
export function optionsFor(
  root: string,
  call: Readonly<Record<string, unknown>>,
  io: CliIo,
): RequestedOptions {
  // What this call says is not guessed at: a value that is none ends it.
  const { problems: wrong } = resolveOptions({ user: {}, workspace: {}, call });
  if (wrong.length > 0) throw new CliError(wrong.join(' '), exitCode.wrongInput);
  try {
    const { options, problems } = resolveOptions({
      user: readSettings(userSettingsPath()),
      workspace: readSettings(workspaceSettingsPath(root)),
      call,
    });
    for (const problem of problems) io.note(problem);
    return options;
  } catch (error) {
    throw new CliError((error as Error).message, exitCode.wrongInput, { cause: error });
  }
}

/** `--set bridge.key=JSON`, as often as it is given. */
export function parseSets(sets: readonly string[] = []): Record<string, unknown> {
  return Object.fromEntries(
    sets.map((set) => {
      const [, key, value] = /^bridge\.([\w.]+)=(.*)$/s.exec(set) ?? [];
      if (key === undefined || value === undefined)
        throw new CliError(`--set takes bridge.KEY=JSON, not ${JSON.stringify(set)}.`, exitCode.wrongInput);
      try {
        return [key, JSON.parse(value) as unknown];
      } catch {
        throw new CliError(
          `--set bridge.${key}: ${value} is not JSON. Text needs quotes: --set 'bridge.${key}="${value}"'.`,
          exitCode.wrongInput,
        );
      }
    }),
  );
}

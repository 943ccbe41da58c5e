import { stringify } from 'yaml';
import type { Plan, Tracker, TrackerRow } from '../plan/model';

export interface DraftInput {
  readonly plan: Plan | null;
  readonly tracker: Tracker | null;
  readonly project: string;
  /** Scripts that are there, relative to the workspace. */
  readonly scripts: readonly string[];
}

export interface Draft {
  /** The manifest's text. */
  readonly text: string;
  /** Runs that nothing says how to start: they stand in the draft as comments. */
  readonly unknown: readonly string[];
}

/** Words of a command that name a file in which its results would be. */
const output =
  /(?:--?(?:out(?:put)?(?:[-_](?:file|path))?|save|results?)[= ])\s*["']?([\w./-]+\.(?:json|csv|jsonl))/;

/**
 * A run manifest from what plan and tracker say: a run is started by the command that names it, or by its milestone's
 * only command. What a command does not say is left for the person, as a comment. Null: no command was found at all.
 */
export function draftManifest({ plan, tracker, project, scripts }: DraftInput): Draft | null {
  const rows = new Map<string, TrackerRow | null>();
  for (const milestone of plan?.milestones ?? []) for (const run of milestone.runs) rows.set(run, null);
  for (const row of [...(plan?.runs ?? []), ...(tracker?.rows ?? [])]) rows.set(row.id, row);
  const jobs: Record<string, unknown>[] = [];
  const unknown: string[] = [];
  for (const [id, row] of rows) {
    if (row?.status === 'done' || row?.status === 'cancelled') continue;
    const milestone =
      plan?.milestones.find((each) => each.runs.includes(id)) ??
      plan?.milestones.find((each) => each.id.toLowerCase() === row?.milestone?.toLowerCase());
    const command = commandFor(
      id,
      row,
      milestone?.commands.map(({ text }) => text) ?? [],
      milestone?.runs.length ?? 0,
    );
    if (command === null || !scriptsExist(command, scripts)) {
      unknown.push(id);
      continue;
    }
    const file = output.exec(command)?.[1];
    jobs.push({
      id,
      ...(milestone || row?.milestone ? { milestone: milestone?.id ?? row?.milestone } : {}),
      cmd: command,
      ...(file === undefined ? {} : { expected_output: file }),
      ...(row?.system ? { system: row.system } : {}),
    });
  }
  if (jobs.length === 0) return null;
  const todo = unknown.map((id) => `#  - id: ${id}   # nothing says how this run is started\n`).join('');
  return { text: `${stringify({ project, jobs })}${todo}`, unknown };
}

function commandFor(
  id: string,
  row: TrackerRow | null,
  commands: readonly string[],
  runs: number,
): string | null {
  const inRow = [row?.purpose, row?.notesCell?.text]
    .flatMap((text) => [...(text ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1]!))
    .find((text) => /\.(py|sh|jl|R)\b/.test(text));
  if (inRow !== undefined) return inRow;
  const word = new RegExp(`(^|[^\\w-])${id.replaceAll(/[^\w]/g, '\\$&')}($|[^\\w-])`);
  const own = commands.find((command) => word.test(command));
  if (own !== undefined) return own;
  return commands.length === 1 && runs === 1 ? commands[0]! : null;
}

/** Whether every script that a command names by a relative path is there. */
function scriptsExist(command: string, scripts: readonly string[]): boolean {
  const named = [...command.matchAll(/(?:^|\s)((?:[\w.-]+\/)*[\w.-]+\.(?:py|sh|jl|R))(?=\s|$)/g)].map(
    (match) => match[1]!.replace(/^\.\//, ''),
  );
  return named.every((path) => scripts.includes(path));
}

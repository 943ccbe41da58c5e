import type { RunRow, RunsLine } from '../../../src/protocol/runs';

export interface RunAbilities {
  readonly cancel: boolean;
  readonly retry: boolean;
  readonly pause: boolean;
  readonly resume: boolean;
}

export type RunAction = keyof RunAbilities;
export const runActions: readonly RunAction[] = ['pause', 'resume', 'retry', 'cancel'];

export type Selection = ReadonlyMap<string, RunAbilities>;

export function abilitiesOf(run: RunRow): RunAbilities {
  return { cancel: run.canCancel, retry: run.canRetry, pause: run.canPause, resume: run.canResume };
}

/** Ticks or unticks one run. */
export function toggleRun(selection: Selection, run: RunRow): Selection {
  const next = new Map(selection);
  if (!next.delete(run.id)) next.set(run.id, abilitiesOf(run));
  return next;
}

/** Ticks every run between two lines, both included, of those at hand (`lines` begin at index `start`). */
export function selectBetween(
  selection: Selection,
  lines: readonly RunsLine[],
  start: number,
  from: number,
  to: number,
): Selection {
  const next = new Map(selection);
  const first = Math.max(0, Math.min(from, to) - start);
  for (const line of lines.slice(first, Math.max(from, to) - start + 1)) {
    if (line.kind === 'run') next.set(line.run.id, abilitiesOf(line.run));
  }
  return next;
}

/** The selected runs to which `action` can be done, as last seen. */
export function runsThatCan(selection: Selection, action: RunAction): readonly string[] {
  return [...selection].filter(([, abilities]) => abilities[action]).map(([run]) => run);
}

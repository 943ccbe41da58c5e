import * as vscode from 'vscode';
import type { RunRow } from '../../protocol/runs';
import { shownState } from '../../views/input';
import { runRow } from '../../views/runRow';
import { studyIndex } from '../../views/studyIndex';
import { describeStatus, statusLook } from '../../views/words';
import type { Study } from '../study';
import { translate as t } from '../translate';

type Fits = (run: RunRow) => boolean;

/** Runs that a command was called on: from the tree, from the panel, or none named. */
export function namedRuns(argument: unknown): readonly string[] {
  return named(argument, () => []);
}

/** The same; a milestone or phase stands for those of its runs that fit. */
export function namedRunsOrGroups(study: Study, argument: unknown, fits: Fits): readonly string[] {
  return named(argument, (milestone) => {
    const input = study.viewInput();
    const state = shownState(input);
    const entries = studyIndex(state).byMilestone.get(milestone)?.entries ?? [];
    return entries.filter((entry) => fits(runRow(state, entry, input))).map(({ id }) => id);
  });
}

function named(argument: unknown, runsOf: (milestone: string) => readonly string[]): readonly string[] {
  if (typeof argument === 'string') return [argument];
  if (Array.isArray(argument)) return argument.flatMap((each) => named(each, runsOf));
  if (typeof argument !== 'object' || argument === null) return [];
  const { kind, name } = argument as { kind?: unknown; name?: unknown };
  if (typeof name !== 'string') return [];
  return kind === 'run' ? [name] : kind === 'milestone' ? runsOf(name) : [];
}

interface RunItem extends vscode.QuickPickItem {
  readonly run: string;
}

/** Asks which of the runs that fit; says so where none does. Undefined: the person left. */
export async function pickRuns(
  study: Study,
  fits: Fits,
  words: { readonly title: string; readonly none: string; readonly many: boolean },
): Promise<readonly string[] | undefined> {
  const input = study.viewInput();
  const state = shownState(input);
  const items = studyIndex(state)
    .entries.map((entry) => runRow(state, entry, input))
    .filter(fits)
    .map((run): RunItem => ({
      run: run.id,
      label: `$(${statusLook(run.status).icon}) ${run.id}`,
      description: [run.system, describeStatus(run.status, t)].filter((part) => part !== null).join(' · '),
      ...(run.why === null ? {} : { detail: run.why }),
    }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(words.none);
    return undefined;
  }
  const options = { title: words.title, matchOnDescription: true, matchOnDetail: true };
  if (!words.many) {
    const one = await vscode.window.showQuickPick(items, options);
    return one === undefined ? undefined : [one.run];
  }
  const several = await vscode.window.showQuickPick(items, { ...options, canPickMany: true });
  return several === undefined || several.length === 0 ? undefined : several.map(({ run }) => run);
}

import type { RunResult, StudyResult } from './model';
import type { Language } from './report/messages';
import { messagesOf } from './report/messagesOf';

/** How much of the plan is done, and whether the next workflow may start. */
export interface Completion {
  readonly mustRun: { readonly done: number; readonly all: number };
  readonly niceToHave: { readonly done: number; readonly all: number };
  /** Sanity passed and every must-run run has ended. */
  readonly ready: boolean;
  /** Why not, as sentences; empty when ready. */
  readonly reasons: readonly string[];
}

/** Counts runs by priority; one whose priority nobody wrote counts as must-run, so that nothing is ready too early. */
export function completionOf(study: Pick<StudyResult, 'milestones'>, language: Language = 'en'): Completion {
  const words = messagesOf(language).summary;
  const runs = study.milestones.flatMap((milestone) => milestone.runs);
  const mustRun = runs.filter(({ priority }) => priority !== 'nice-to-have');
  const niceToHave = runs.filter(({ priority }) => priority === 'nice-to-have');
  const open = mustRun.filter(
    ({ status }) => status === 'TODO' || status === 'RUNNING' || status === 'BLOCKED',
  );
  const sanity = study.milestones.filter(({ kind }) => kind === 'sanity');
  const reasons = [
    ...(runs.length === 0 ? [words.nothingRan] : []),
    ...(sanity.every(({ gateVerdict }) => gateVerdict?.verdict === 'passed') ? [] : [words.sanityNotPassed]),
    ...(open.length === 0 ? [] : [words.notEnded(open.map(({ id }) => id))]),
  ];
  return { mustRun: count(mustRun), niceToHave: count(niceToHave), ready: reasons.length === 0, reasons };
}

function count(runs: readonly RunResult[]): { done: number; all: number } {
  return { done: runs.filter(({ status }) => status === 'DONE').length, all: runs.length };
}

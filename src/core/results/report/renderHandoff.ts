import { completionOf } from '../completion';
import { mainResult } from '../mainResult';
import type { StudyResult } from '../model';
import { oneLine } from './markdown';
import type { Language } from './messages';
import { messagesOf } from './messagesOf';
import { nextCommand } from './nextCommand';

/** What the study itself doesn't know about its making. */
export interface HandoffCounts {
  /** Experiment scripts that were written or changed for the study. */
  readonly written: number;
  /** Those that were there before and are used as they are. */
  readonly found: number;
  /** Runs that were started. */
  readonly deployed: number;
  readonly gpus: number;
}

/** The final status for a terminal or a message: plain text, a few lines. */
export function renderHandoff(study: StudyResult, counts: HandoffCounts, language: Language): string {
  const words = messagesOf(language).handoff;
  const { mustRun, niceToHave, ready, reasons } = completionOf(study, language);
  const main = mainResult(study, language);
  const lines = [
    words.title,
    `- ${words.implemented(counts.written, counts.found)}`,
    `- ${words.deployed(counts.deployed, counts.gpus)}`,
    `- ${words.completed(mustRun.done, mustRun.all, niceToHave.done, niceToHave.all)}`,
    `- ${words.mainResult(`${main.verdict}. ${main.sentence}`)}`,
    '',
    `${words.results} ${study.resultsPath}`,
    ...(study.trackerPath === '' ? [] : [`${words.tracker} ${study.trackerPath}`]),
    '',
    ready ? words.ready : words.notReady(reasons),
    `→ ${nextCommand(study.topic)}`,
  ];
  return `${lines.map(oneLine).join('\n')}\n`;
}

import * as vscode from 'vscode';
import { shownFindings } from '../../views/findings';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { findingOf } from './findingThreads';

export type FindingAct = 'reply' | 'dispute' | 'waive' | 'resolve' | 'reopen';

/**
 * What a person says about a finding, from its thread, the tree, a quick fix or the panel: `argument` is the thread, its
 * reply, or the finding's id. What needs words and has none is asked for; a waiver without a reason is none.
 */
export async function answerFinding(study: Study, act: FindingAct, argument: unknown): Promise<void> {
  const { finding, text } = read(argument);
  if (finding === null) return;
  if (act === 'reopen') return void (await study.send({ type: 'finding.reopen', finding }));
  if (act === 'resolve') return void (await study.send({ type: 'finding.resolve', finding, note: text }));
  const words = text !== '' ? text : await askFor(act, titleOf(study, finding));
  if (words === undefined || words.trim() === '') return;
  if (act === 'reply') await study.send({ type: 'finding.reply', finding, text: words });
  else if (act === 'dispute') await study.send({ type: 'finding.dispute', finding, reason: words });
  else await study.send({ type: 'finding.waive', finding, reason: words });
}

function read(argument: unknown): { finding: string | null; text: string } {
  if (typeof argument === 'string') return { finding: argument, text: '' };
  if (typeof argument !== 'object' || argument === null) return { finding: null, text: '' };
  const { thread, text, name } = argument as { thread?: unknown; text?: unknown; name?: unknown };
  if (typeof name === 'string') return { finding: name, text: '' };
  const of = (thread ?? argument) as vscode.CommentThread;
  return { finding: findingOf(of), text: typeof text === 'string' ? text.trim() : '' };
}

function titleOf(study: Study, id: string): string {
  return shownFindings(study.state, null).find((each) => each.id === id)?.title ?? id;
}

function askFor(act: 'reply' | 'dispute' | 'waive', title: string): Thenable<string | undefined> {
  const prompt = {
    reply: t('Your reply'),
    dispute: t('Why is this finding wrong? The author and the next review read it.'),
    waive: t('Why can it stay? The results repeat this reason.'),
  }[act];
  return vscode.window.showInputBox({
    ...{ title, prompt, ignoreFocusOut: true },
    validateInput: (text) => (text.trim() === '' ? t('A reason is needed.') : null),
  });
}

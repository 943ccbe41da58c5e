import * as vscode from 'vscode';
import type { PermissionAnswer } from '../../core/agents/author';
import { activeWorks } from '../../core/run/agents';
import type { StudyState } from '../../core/run/state';
import { changeNeeds, permissionNeeds, workSentence } from '../../views/agents';
import { fileCount } from '../../views/words';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { sendAnswer, shownCommand } from './answerPermission';

/** Something about agents that the person is told once. */
export interface AgentNews {
  readonly key: string;
  readonly kind: 'permission' | 'change' | 'stalled';
  /** Of the request, change or work. */
  readonly about: string;
  readonly text: string;
}

export function agentNews(state: StudyState): readonly AgentNews[] {
  return [
    ...permissionNeeds(state, t).map(({ id, permission, title, command }): AgentNews => {
      const text = command === null ? title : `${title}: ${command}`;
      return { key: id, kind: 'permission', about: permission, text };
    }),
    ...changeNeeds(state, t).map(({ id, change, title, files }): AgentNews => {
      const text = t('A change waits for you: {0} ({1})', title, fileCount(files.length, t));
      return { key: id, kind: 'change', about: change, text };
    }),
    ...activeWorks(state.agents)
      .filter(({ silentMinutes }) => silentMinutes !== null)
      .map((work): AgentNews => {
        const minutes = Math.round(work.silentMinutes!);
        return {
          ...{ key: `stalled:${work.id}:${work.lastSignAt}`, kind: 'stalled', about: work.id },
          text: t('{0}: has said nothing for {1} minutes', workSentence(work, t), minutes),
        };
      }),
  ];
}

export async function tellAgentNews(study: Study, news: AgentNews): Promise<void> {
  const open = (command: string) => vscode.commands.executeCommand(`bridge.${command}`, news.about);
  switch (news.kind) {
    case 'permission': {
      const [once, run, no, look] = [t('Once'), t('This Run'), t('No'), t('Look at It')];
      // A notification cuts long texts off; what is not seen whole is not allowed from there.
      const whole = news.text.length <= shownCommand && !news.text.includes('\n');
      const buttons = whole ? [once, run, no] : [look, no];
      const answer = await vscode.window.showWarningMessage(news.text.slice(0, shownCommand), ...buttons);
      const given: Readonly<Record<string, PermissionAnswer>> = {
        [once]: 'once',
        [run]: 'run',
        [no]: 'deny',
      };
      if (answer === look) await open('answerPermission');
      else if (answer !== undefined) await sendAnswer(study, news.about, given[answer]!);
      return;
    }
    case 'change': {
      const [look, take] = [t('Look at It'), t('Take…')];
      const answer = await vscode.window.showInformationMessage(news.text, look, take);
      if (answer === look) await open('showChange');
      if (answer === take) await open('takeChange');
      return;
    }
    case 'stalled': {
      const cancel = t('Cancel Its Work');
      if ((await vscode.window.showWarningMessage(news.text, cancel)) === cancel) await open('cancelWork');
    }
  }
}

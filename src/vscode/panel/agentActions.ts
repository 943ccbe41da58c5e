import * as vscode from 'vscode';
import type { AgentPanelIntent } from '../../protocol/agents';
import { sendAnswer } from '../agents/answerPermission';
import type { Study } from '../study';

type AgentHandlers = {
  readonly [Type in AgentPanelIntent['type']]: (intent: Extract<AgentPanelIntent, { type: Type }>) => unknown;
};

/** What the person decides about agents in the panel. What needs a diff editor or a list goes on in the editor. */
export function agentActions(
  study: Study,
  whenTrusted: (act: () => Promise<unknown>) => Promise<unknown>,
): AgentHandlers {
  const command = (name: string, ...args: unknown[]) =>
    vscode.commands.executeCommand(`bridge.${name}`, ...args);
  const send = (intent: Parameters<Study['send']>[0]) => whenTrusted(() => study.send(intent));
  return {
    'permission.answer': ({ permission, answer }) => whenTrusted(() => sendAnswer(study, permission, answer)),
    'permission.look': ({ permission }) => command('answerPermission', permission),
    'change.look': ({ change }) => command('showChange', change),
    'change.take': ({ change, files }) =>
      send({ type: 'change.take', change, files: files === null ? null : [...files], hunks: null }),
    'change.choose': ({ change }) => whenTrusted(async () => command('takeChange', change)),
    'change.reject': ({ change, reason }) => send({ type: 'change.reject', change, reason }),
    'finding.waive': ({ finding, reason }) => send({ type: 'finding.waive', finding, reason }),
    'finding.dispute': ({ finding, reason }) => send({ type: 'finding.dispute', finding, reason }),
    'finding.reply': ({ finding, text }) => send({ type: 'finding.reply', finding, text }),
    'finding.resolve': ({ finding }) => send({ type: 'finding.resolve', finding, note: '' }),
    'work.cancel': ({ work }) => send({ type: 'work.cancel', work }),
    'agents.choose': () => command('chooseAgents'),
  };
}

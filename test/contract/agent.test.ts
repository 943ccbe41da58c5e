import { describe } from 'vitest';
import { AcpAgent } from '../../src/agents/acp/agent';
import { ChatModelAgent } from '../../src/agents/chatModel/agent';
import { systemClock } from '../../src/store/systemClock';
import { scriptedAcp } from '../fakes/scriptedAcp';
import { ScriptedChatModel } from '../fakes/scriptedChatModel';
import { describeAgent, type Deed } from './agentContract';

/** What a deed is in the tools of a bare model. */
function callOf(deed: Exclude<Deed, 'hang'>): readonly [string, unknown] {
  switch (deed.do) {
    case 'write':
      return ['write_file', { path: deed.path, text: deed.text }];
    case 'read':
      return ['read_file', { path: deed.path }];
    case 'run':
      return ['run_command', { command: deed.command }];
  }
}

describe('an author', () => {
  describeAgent({
    name: 'a bare language model with tools',
    make: (deeds, { home }) =>
      new ChatModelAgent(
        new ScriptedChatModel((n) => {
          const deed = deeds[n - 1];
          if (deed === undefined) return { text: 'Done.' };
          return deed === 'hang' ? deed : { text: 'Next.', calls: [callOf(deed)] };
        }),
        systemClock,
        { maxRounds: 20, maxTokens: 100_000, environment: { PATH: process.env.PATH ?? '', HOME: home } },
      ),
  });

  describeAgent({
    name: 'a program that speaks ACP',
    make: (deeds, { home }) =>
      new AcpAgent(
        {
          argv: scriptedAcp(deeds),
          environment: { PATH: process.env.PATH ?? '', HOME: home },
        },
        systemClock,
      ),
  });
});

import { AcpAgent } from '../agents/acp/agent';
import { ChatModelAgent } from '../agents/chatModel/agent';
import { EditorChatModel } from '../agents/chatModel/editorModel';
import type { AuthorChoice } from '../core/agents/agentSettings';
import type { Agent } from '../core/agents/author';
import { systemClock } from '../store/systemClock';
import { cleanEnvironment } from '../util/cleanEnvironment';
import type { EditorReach } from './editorReach';

/** A bare model is stopped after so many answers, and tokens. */
const limits = { maxRounds: 200, maxTokens: 5_000_000 };
/** What agents' programs are known to need beside the usual. */
const agentVariables = [
  ...['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CONFIG_DIR'],
  ...['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'CODEX_HOME', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  ...['GOOGLE_CLOUD_PROJECT', 'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC'],
];

/** The author that a person chose. null: nobody. */
export function authorFor(choice: AuthorChoice, reach: EditorReach): Agent | null {
  switch (choice.kind) {
    case 'none':
      return null;
    case 'acp': {
      const environment = cleanEnvironment(process.env, agentVariables);
      return new AcpAgent({ argv: choice.argv, environment }, systemClock);
    }
    case 'vscode-lm': {
      const wanted = { named: choice.model, preferred: null, avoid: 'unknown' } as const;
      const model = new EditorChatModel(reach.line, wanted, { purpose: 'author', patient: reach.patient });
      // Commands that a person allowed get no key of ours.
      return new ChatModelAgent(model, systemClock, {
        ...limits,
        environment: cleanEnvironment(process.env, []),
      });
    }
  }
}

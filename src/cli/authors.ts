import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AcpAgent } from '../agents/acp/agent';
import { ChatModelAgent } from '../agents/chatModel/agent';
import { EditorChatModel } from '../agents/chatModel/editorModel';
import type { AuthorChoice } from '../core/agents/agentSettings';
import type { Agent } from '../core/agents/author';
import { systemClock } from '../store/systemClock';
import { cleanEnvironment } from '../util/cleanEnvironment';
import { codexHome } from '../util/codexSetting';
import type { EditorReach } from './editorReach';

/** A bare model is stopped after so many answers, and tokens. */
const limits = { maxRounds: 200, maxTokens: 5_000_000 };
/** The author that a person chose. null: nobody. */
export function authorFor(choice: AuthorChoice, reach: EditorReach): Agent | null {
  switch (choice.kind) {
    case 'none':
      return null;
    case 'acp': {
      const environment = authorEnvironment(process.env, choice.argv);
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

/** Variables of model providers, which an author's client signs in with. */
const ofProviders =
  /^(ANTHROPIC|CLAUDE|OPENAI|CODEX|GEMINI|GOOGLE|MISTRAL|OPENROUTER|OPENCODE|AZURE_OPENAI|AWS_BEARER_TOKEN_BEDROCK)/;
const likeKeys = /(^|_)(api_?key|key|token|secret|passw(or)?d|credentials?|auth)(_|$)/i;

/**
 * The person's environment, which commands of the agent need to run like the person's own, without anything that is
 * named like a key, save those of model providers and those that Codex's configuration names.
 */
export function authorEnvironment(
  environment: NodeJS.ProcessEnv,
  argv: readonly string[],
): Record<string, string> {
  const config = join(codexHome(environment), 'config.toml');
  const text = `${argv.join('\n')}\n${existsSync(config) ? readFileSync(config, 'utf8') : ''}`;
  const named = new Set([...text.matchAll(/\benv_key\s*=\s*["']?(\w+)/g)].map((match) => match[1]!));
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && (!likeKeys.test(name) || ofProviders.test(name) || named.has(name))
        ? [[name, value]]
        : [],
    ),
  );
}

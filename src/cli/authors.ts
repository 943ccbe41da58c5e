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

/** Variables of model providers, which an author's client signs in with, and of the environment that its commands run in. */
const ofClients =
  /^(ANTHROPIC_\w+|CLAUDE_CONFIG_DIR|CLAUDE_CODE_(USE|DISABLE|MAX)_\w+|OPENAI_\w+|CODEX_(HOME|API_KEY)|GEMINI_\w+|GOOGLE_(API_KEY|CLOUD_\w+)|MISTRAL_\w+|OPENROUTER_\w+|OPENCODE_\w+|AZURE_OPENAI_\w+|AWS_(BEARER_TOKEN_BEDROCK|REGION|PROFILE)|CONDA_(PREFIX|DEFAULT_ENV|EXE)|VIRTUAL_ENV|PYTHONPATH|CUDA_\w+|NVIDIA_VISIBLE_DEVICES|LD_LIBRARY_PATH)$/;

/**
 * A clean environment and what an author needs: its provider's variables, those that Codex's configuration or the
 * command itself names as its key, and what makes Python and CUDA found. Nothing else of the person's travels, above all
 * nothing that tells a client that it may do as it likes (`IS_SANDBOX`).
 */
export function authorEnvironment(
  environment: NodeJS.ProcessEnv,
  argv: readonly string[],
): Record<string, string> {
  const config = join(codexHome(environment), 'config.toml');
  const text = `${argv.join('\n')}\n${existsSync(config) ? readFileSync(config, 'utf8') : ''}`;
  const named = [...text.matchAll(/\benv_key\s*=\s*["']?(\w+)/g)].map((match) => match[1]!);
  const theirs = Object.keys(environment).filter((name) => ofClients.test(name));
  return cleanEnvironment(environment, [...named, ...theirs]);
}

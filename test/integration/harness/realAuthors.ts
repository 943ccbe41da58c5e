import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientHome } from '../../fakes/agentsClients';
import { says, type ScriptedModel, type Step } from '../../fakes/scriptedModel';
import { realClients } from '../agentsInstall';

/** What a model does with a client's own tools. */
export interface Hand {
  write(path: string, text: string): Step;
  shell(command: string): Step;
  end(text: string): Step;
}

/** A real ACP adapter, and the hand of the model behind it. */
export interface RealAuthor {
  readonly name: 'Claude' | 'Codex';
  readonly program: string;
  readonly hand: Hand;
}

const claude: Hand = {
  write: (path, content) => ({
    items: [{ type: 'tool_use', name: 'Write', input: { file_path: path, content } }],
  }),
  shell: (command) => ({
    items: [{ type: 'tool_use', name: 'Bash', input: { command, description: 'as it says' } }],
  }),
  end: (text) => ({ items: [{ type: 'text', text }] }),
};
const codex: Hand = {
  write: (path, text) => codex.shell(`cat > '${path}' <<'END_OF_FILE'\n${text}\nEND_OF_FILE`),
  shell: (cmd) => ({
    items: [
      {
        ...{ type: 'function_call', call_id: `call-${cmd.length}`, name: 'exec_command' },
        arguments: JSON.stringify({ cmd, sandbox_permissions: 'require_escalated', justification: 'needed' }),
      },
    ],
  }),
  end: says,
};

/** The adapters of this machine; empty: they cannot be had here, which is printed. */
export function realAuthors(): readonly RealAuthor[] {
  const programs = realClients('claude-acp', 'codex-acp');
  if (programs === null) return [];
  return [
    { name: 'Claude', program: programs['claude-acp'], hand: claude },
    { name: 'Codex', program: programs['codex-acp'], hand: codex },
  ];
}

/** Points the Codex of a home to a scripted model, which it asks once for each answer. */
export function configureCodex(home: ClientHome, model: ScriptedModel): void {
  writeFileSync(
    join(home.codexHome, 'config.toml'),
    `model = "gpt-5.4"\nmodel_provider = "mock"\n[model_providers.mock]\nname = "mock"\nbase_url = "${model.url}"\nenv_key = "MOCK_KEY"\nwire_api = "responses"\nrequest_max_retries = 0\nstream_max_retries = 0\n`,
  );
}

/** What an adapter needs to sign in at a scripted model. */
export function signIn(
  name: RealAuthor['name'],
  home: ClientHome,
  model: ScriptedModel,
): Record<string, string> {
  const shared = { PATH: process.env.PATH ?? '', HOME: home.path };
  if (name === 'Codex') return { ...shared, CODEX_HOME: home.codexHome, MOCK_KEY: 'dummy' };
  return {
    ...shared,
    ...{ CLAUDE_CONFIG_DIR: join(home.path, 'claude'), ANTHROPIC_API_KEY: 'dummy' },
    ...{ ANTHROPIC_BASE_URL: model.url.replace(/\/v1$/, '') },
    ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', CLAUDE_CODE_MAX_RETRIES: '1' },
  };
}

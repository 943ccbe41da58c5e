import { modelFamily } from '../../core/agents/modelFamily';
import type {
  Conversation,
  ConversationSetting,
  Reviewer,
  ReviewerAnswer,
  ReviewerCard,
} from '../../core/agents/ports';
import {
  codexConfig,
  codexEnvironment,
  codexModel,
  type CodexSetting,
  forgetfulState,
  forgetThread,
  quietFlags,
  unbiasedFlags,
} from '../../util/codexSetting';
import { CodexMcpClient } from './client';

export interface McpSetting extends CodexSetting {
  /** Argument list of another server with a tool `codex`; empty: Codex itself. */
  readonly command: readonly string[];
}

/** A reviewer behind the MCP tool `codex`: Codex up to 0.153, or any server that offers such a tool. */
export class McpReviewer implements Reviewer {
  readonly id = 'codex-mcp';

  constructor(private readonly setting: McpSetting) {}

  async greet(signal: AbortSignal): Promise<ReviewerCard> {
    const client = await this.connect([], signal);
    try {
      const model = codexModel(this.setting);
      return { client: client.server, model, family: modelFamily(model), carrier: 'codex mcp' };
    } finally {
      await client.close();
    }
  }

  async converse(setting: ConversationSetting, signal: AbortSignal): Promise<Conversation> {
    const state = setting.keepNothing ? forgetfulState() : null;
    const client = await this.connect(state?.flags ?? [], signal).catch((error: unknown) => {
      state?.dispose();
      throw error;
    });
    let thread: string | null = null;
    const first = (prompt: string) => ({
      ...{ prompt, model: codexModel(this.setting), cwd: setting.folder },
      ...{ sandbox: 'read-only', 'approval-policy': 'never' },
      config: {
        ...codexConfig(this.setting),
        ...(setting.keepNothing ? { history: { persistence: 'none' } } : {}),
      },
    });
    let firstPrompt = '';
    return {
      ask: async (prompt, turn): Promise<ReviewerAnswer> => {
        setting.alive(`${client.server} is reading`);
        const reply = thread !== null && client.canReply;
        // A server without memory is asked the whole question again, with what was wrong.
        const whole = firstPrompt === '' ? prompt : `${firstPrompt}\n\n${prompt}`;
        if (firstPrompt === '') firstPrompt = prompt;
        const answer = reply
          ? await client.call('codex-reply', { prompt, threadId: thread }, turn)
          : await client.call('codex', first(whole), turn);
        thread = answer.threadId ?? thread;
        setting.alive(`${client.server} answered`);
        return { text: answer.text, threadId: thread, usage: null };
      },
      close: async () => {
        await client.close();
        state?.dispose();
        if (setting.keepNothing && thread !== null) forgetThread(this.setting.environment, thread);
      },
    };
  }

  private connect(flags: readonly string[], signal: AbortSignal): Promise<CodexMcpClient> {
    const { command, path } = this.setting;
    const argv =
      command.length > 0 ? command : [path, 'mcp-server', ...quietFlags, ...unbiasedFlags, ...flags];
    return CodexMcpClient.connect(argv, codexEnvironment(this.setting), signal);
  }
}

import { abortFailure } from '../../src/core/agents/failureKind';
import {
  ReviewerFailure,
  type ChatModel,
  type ChatReply,
  type ChatRequest,
  type ReviewerFailureKind,
  type ToolCall,
} from '../../src/core/agents/ports';

/** What a scripted model does with its n-th question, counted from 1. */
export type ChatStep =
  | { readonly text?: string; readonly calls?: readonly (readonly [name: string, input: unknown])[] }
  | { readonly fails: ReviewerFailureKind }
  /** Never answers. */
  | 'hang';

export type ChatScript = (n: number, sent: string) => ChatStep;

/** A language model that says what a script tells it. */
export class ScriptedChatModel implements ChatModel {
  readonly id = 'vscode-lm';
  readonly takesTools = true;
  readonly requests: ChatRequest[] = [];

  constructor(
    private readonly script: ChatScript,
    readonly verbatimLimit = 100_000,
  ) {}

  async describe() {
    return { client: 'scripted 1', model: 'gpt-5.4', family: 'openai', carrier: 'script' } as const;
  }

  async send(request: ChatRequest, signal: AbortSignal): Promise<ChatReply> {
    this.requests.push({ ...request, messages: [...request.messages] });
    const n = this.requests.length;
    const step = this.script(n, JSON.stringify(request.messages));
    if (step === 'hang')
      return new Promise((_, reject) => {
        if (signal.aborted) reject(abortFailure(signal));
        signal.addEventListener('abort', () => reject(abortFailure(signal)), { once: true });
      });
    if ('fails' in step) throw new ReviewerFailure(step.fails, `scripted: ${step.fails}`);
    return {
      text: step.text ?? '',
      toolCalls: (step.calls ?? []).map(([name, input], index): ToolCall => ({
        id: `c${n}_${index}`,
        name,
        input,
      })),
      model: 'gpt-5.4',
      usage: { inputTokens: 10, outputTokens: 5 },
    };
  }
}

import type { EditorLine, ModelChoice } from '../../core/agents/editorService';
import {
  ReviewerFailure,
  type ChatModel,
  type ChatReply,
  type ChatRequest,
  type ReviewerCard,
} from '../../core/agents/ports';
import { timeoutSignal } from '../../util/timeoutSignal';

/** Characters of a token, on the safe side for code. */
const charactersPerToken = 3;
/** Share of what a model takes at once that files may fill; the rest is for the question and the answer. */
const filesShare = 0.6;

/**
 * A language model of VS Code, asked from another process through whichever editor of the workspace is open. `patient`:
 * an editor that is not there is waited for; otherwise somebody else is asked.
 */
export class EditorChatModel implements ChatModel {
  readonly id = 'vscode-lm';
  readonly takesTools = true;
  private inputTokens = 30_000;

  constructor(
    private readonly line: EditorLine,
    private readonly choice: ModelChoice,
    private readonly options: { readonly purpose: 'reviewer' | 'author'; readonly patient: boolean },
  ) {}

  get verbatimLimit(): number {
    return Math.floor(this.inputTokens * charactersPerToken * filesShare);
  }

  absence(): string | null {
    if (!this.options.patient || this.line.attached) return null;
    return `waits for VS Code to be open: the ${this.options.purpose} is VS Code’s own language model`;
  }

  async ready(signal: AbortSignal): Promise<void> {
    if (this.options.patient) await this.line.ready(signal);
  }

  async describe(signal: AbortSignal): Promise<ReviewerCard> {
    await this.meet(signal);
    const { maxInputTokens, ...card } = await this.line.describeModel(this.choice, signal);
    this.inputTokens = maxInputTokens;
    return card;
  }

  async send(request: ChatRequest, signal: AbortSignal): Promise<ChatReply> {
    await this.meet(signal);
    return this.line.sendToModel(this.choice, request, signal);
  }

  private async meet(signal: AbortSignal): Promise<void> {
    if (this.options.patient) return this.line.ready(signal);
    const brief = AbortSignal.any([signal, timeoutSignal(briefMs)]);
    try {
      await this.line.ready(brief);
    } catch (cause) {
      if (signal.aborted || !brief.aborted) throw cause;
      throw new ReviewerFailure(
        'missing',
        'VS Code’s language models can be asked only while it is open on this folder, and it is not. Open it, or name another one.',
        { cause },
      );
    }
  }
}

/** Time for an editor that is open to notice that it is asked. */
const briefMs = 4000;

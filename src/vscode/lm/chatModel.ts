import * as vscode from 'vscode';
import { chooseModel, familyOf, modelLabel } from '../../core/agents/chooseModel';
import type { EditorModelCard, ModelChoice } from '../../core/agents/editorService';
import { abortFailure, kindOfText } from '../../core/agents/failureKind';
import {
  ReviewerFailure,
  type ChatMessage,
  type ChatModel,
  type ChatReply,
  type ChatRequest,
  type ReviewerFailureKind,
  type ToolCall,
} from '../../core/agents/ports';
import { translate as t } from '../translate';

/** A language model of VS Code's own, as the person chose it. */
export class EditorLanguageModel implements ChatModel {
  readonly id = 'vscode-lm';
  readonly verbatimLimit = 60_000;
  readonly takesTools = true;

  constructor(private readonly choice: ModelChoice) {}

  async describe(): Promise<EditorModelCard> {
    const model = await this.find();
    return {
      client: `VS Code ${vscode.version}, ${model.vendor}`,
      model: model.id,
      family: familyOf(model),
      carrier: 'VS Code',
      maxInputTokens: model.maxInputTokens,
    };
  }

  async send(request: ChatRequest, signal: AbortSignal): Promise<ChatReply> {
    const model = await this.find();
    const cancel = new vscode.CancellationTokenSource();
    const aborted = () => cancel.cancel();
    signal.addEventListener('abort', aborted, { once: true });
    try {
      if (signal.aborted) throw abortFailure(signal);
      const inputTokens = await this.countInput(model, request, cancel.token);
      const response = await model.sendRequest(
        toMessages(request.messages),
        {
          justification: t('Bridge has this model write or judge the code of your experiment.'),
          tools: request.tools.map(({ name, description, input }) => ({
            ...{ name, description, inputSchema: input },
          })),
        },
        cancel.token,
      );
      let text = '';
      const toolCalls: ToolCall[] = [];
      for await (const part of response.stream) {
        if (part instanceof vscode.LanguageModelTextPart) text += part.value;
        else if (part instanceof vscode.LanguageModelToolCallPart)
          toolCalls.push({ id: part.callId, name: part.name, input: part.input });
      }
      // A stream that is cancelled may end without an error.
      if (signal.aborted) throw abortFailure(signal);
      const outputTokens = await model.countTokens(text, cancel.token);
      return { text, toolCalls, model: model.id, usage: { inputTokens, outputTokens } };
    } catch (error) {
      throw failureOf(error, model, signal);
    } finally {
      signal.removeEventListener('abort', aborted);
      cancel.dispose();
    }
  }

  private async find(): Promise<vscode.LanguageModelChat> {
    const models = await vscode.lm.selectChatModels();
    const found = chooseModel(models, this.choice);
    if (found !== null) return found;
    const there = models.map(modelLabel);
    throw new ReviewerFailure(
      'missing',
      there.length === 0
        ? 'VS Code has no language model here: no extension brings one, or nobody is signed in.'
        : `VS Code has no language model ${this.choice.named ?? ''}; it has ${there.slice(0, 8).join(', ')}.`,
    );
  }

  /** What is too long is not sent: some models cut it silently. */
  private async countInput(
    model: vscode.LanguageModelChat,
    { messages }: ChatRequest,
    token: vscode.CancellationToken,
  ): Promise<number> {
    const tokens = await model.countTokens(messages.map(({ text }) => text).join('\n'), token);
    if (tokens > model.maxInputTokens)
      throw new ReviewerFailure(
        'too-large',
        `${model.id} takes ${model.maxInputTokens} tokens at once, and this question has ${tokens}.`,
      );
    return tokens;
  }
}

/** The API has no system messages; answers of tools that belong to one message go back in one. */
function toMessages(messages: readonly ChatMessage[]): vscode.LanguageModelChatMessage[] {
  const Message = vscode.LanguageModelChatMessage;
  const made: vscode.LanguageModelChatMessage[] = [];
  let results: vscode.LanguageModelToolResultPart[] = [];
  const flush = () => {
    if (results.length > 0) made.push(Message.User(results));
    results = [];
  };
  for (const message of messages) {
    if (message.role === 'tool') {
      const part = new vscode.LanguageModelTextPart(message.text);
      results.push(new vscode.LanguageModelToolResultPart(message.callId, [part]));
      continue;
    }
    flush();
    if (message.role !== 'assistant') made.push(Message.User(message.text));
    else
      made.push(
        Message.Assistant([
          ...(message.text === '' ? [] : [new vscode.LanguageModelTextPart(message.text)]),
          ...message.toolCalls.map(
            ({ id, name, input }) => new vscode.LanguageModelToolCallPart(id, name, input ?? {}),
          ),
        ]),
      );
  }
  flush();
  return made;
}

const kinds: Readonly<Record<string, ReviewerFailureKind>> = {
  [vscode.LanguageModelError.NoPermissions.name]: 'refused',
  [vscode.LanguageModelError.Blocked.name]: 'busy',
  [vscode.LanguageModelError.NotFound.name]: 'missing',
};

function failureOf(error: unknown, model: vscode.LanguageModelChat, signal: AbortSignal): ReviewerFailure {
  if (error instanceof ReviewerFailure) return error;
  if (signal.aborted) return abortFailure(signal);
  const { message, cause } = error as Error;
  const words = cause instanceof Error ? `${message} (${cause.message})` : message;
  const named = error instanceof vscode.LanguageModelError ? kinds[error.code] : undefined;
  const kind = named ?? kindOfText(words);
  const advice =
    kind === 'refused'
      ? ' Let Bridge use it: "Manage Language Model Access" of the extension that brings it.'
      : '';
  return new ReviewerFailure(kind, `${model.name} of VS Code did not answer: ${words}.${advice}`, {
    cause: error,
  });
}

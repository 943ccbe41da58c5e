import type { ChatReply, ChatRequest, ModelFamily, ReviewerCard } from './ports';

/** Which of the editor's language models is meant. */
export interface ModelChoice {
  /** `vendor/id`, id, family or name, and no other one will do; null: none is named. */
  readonly named: string | null;
  /** Taken where it is there and none is named. */
  readonly preferred: string | null;
  /** Passed over where another one is there and none is named. */
  readonly avoid: ModelFamily;
}

export interface EditorModelCard extends ReviewerCard {
  /** Tokens that one request may hold. */
  readonly maxInputTokens: number;
}

/**
 * What only an open editor can do for a driver, which is a process of its own. What passes is kept nowhere on the way.
 * Everything throws `ReviewerFailure`.
 */
export interface EditorService {
  /** Whether the model is there; sends it nothing. */
  describeModel(choice: ModelChoice, signal: AbortSignal): Promise<EditorModelCard>;
  sendToModel(choice: ModelChoice, request: ChatRequest, signal: AbortSignal): Promise<ChatReply>;
  /** A key that the person gave the editor to keep; null: there is none of that name. */
  secret(name: string, signal: AbortSignal): Promise<string | null>;
}

/** The same from the driver's side, where editors come and go. */
export interface EditorLine extends EditorService {
  /** Whether an editor is there right now. */
  readonly attached: boolean;
  /** Resolves when one is. */
  ready(signal: AbortSignal): Promise<void>;
}

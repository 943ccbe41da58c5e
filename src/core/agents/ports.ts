/** A JSON schema as it is sent to a model: strict (every property required, nothing besides). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The ways by which a reviewer can be reached, as `bridge.reviewers` names them. */
export type ReviewerId = 'codex-mcp' | 'codex-exec' | 'vscode-lm' | 'openai';

/** Who makes a model; `unknown` where the name does not tell. */
export type ModelFamily = 'openai' | 'anthropic' | 'google' | 'other' | 'unknown';

/** Who a reviewer turned out to be, known before anything of the workspace is sent. */
export interface ReviewerCard {
  /** The client by its own name and version: `codex-mcp-server 0.153.4`. */
  readonly client: string;
  readonly model: string;
  readonly family: ModelFamily;
  /** How it is reached, for a person: `codex mcp`. */
  readonly carrier: string;
}

/** Why no answer came. The sentence of the error says what was tried and what to do. */
export type ReviewerFailureKind =
  /** The client is not on this machine, or is one that cannot review. */
  | 'missing'
  /** 401 or 403: the key is wrong, expired or not there. */
  | 'refused'
  /** 429. */
  | 'busy'
  /** The endpoint answered with an error of its own, or with nonsense. */
  | 'broken'
  /** The endpoint cannot be reached. */
  | 'unreachable'
  /** The client ended before it answered. */
  | 'died'
  | 'too-large'
  | 'deadline'
  | 'cancelled';

/** Thrown by adapters: no answer came, and nothing of the client is left running. */
export class ReviewerFailure extends Error {
  constructor(
    readonly kind: ReviewerFailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ReviewerFailure';
  }
}

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface ReviewerAnswer {
  /** Verbatim. */
  readonly text: string;
  /** The conversation's id at the carrier; null where it has none. */
  readonly threadId: string | null;
  readonly usage: TokenUsage | null;
}

/** Files that a carrier without eyes of its own may be shown: those of the workspace that hold no secrets. */
export interface ReadableFiles {
  /** Paths relative to the workspace. */
  list(): Promise<readonly string[]>;
  /** null: no such file, or one that may not be read. */
  read(path: string): Promise<string | null>;
}

export interface ConversationSetting {
  /** The workspace, absolute. */
  readonly folder: string;
  readonly schema: JsonSchema;
  readonly files: ReadableFiles;
  /** Paths that the question names, most important first. */
  readonly named: readonly string[];
  /** Nothing of the conversation may be kept on the disk by a client that can help it. */
  readonly keepNothing: boolean;
  /** Called at each sign of life. */
  readonly alive: (what: string) => void;
}

/** A question, and questions about its answer. `close` leaves no process behind, whatever happened before. */
export interface Conversation {
  ask(prompt: string, signal: AbortSignal): Promise<ReviewerAnswer>;
  close(): Promise<void>;
}

/** Somebody who may have to be waited for, however long that takes: no deadline counts meanwhile. */
export interface Awaited {
  /** Why it cannot be asked now and is waited for, in a sentence; null: it can be asked. */
  absence?(): string | null;
  /** Resolves when it can be asked. */
  ready?(signal: AbortSignal): Promise<void>;
}

/**
 * A model that judges: code, a failure's cause, a curve, a result. It reads what it is pointed to and changes nothing.
 * Everything throws `ReviewerFailure`.
 */
export interface Reviewer extends Awaited {
  readonly id: ReviewerId;
  /** Finds the client and shakes hands; sends nothing of the workspace. */
  greet(signal: AbortSignal): Promise<ReviewerCard>;
  converse(setting: ConversationSetting, signal: AbortSignal): Promise<Conversation>;
}

export interface ToolDeclaration {
  readonly name: string;
  readonly description: string;
  readonly input: JsonSchema;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

export type ChatMessage =
  | { readonly role: 'system' | 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly toolCalls: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly callId: string; readonly text: string };

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolDeclaration[];
  /** null: free text. A model that cannot be held to a schema ignores it; the prompt says it too. */
  readonly schema: JsonSchema | null;
}

export interface ChatReply {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  /** The model that answered, by its own word. */
  readonly model: string;
  readonly usage: TokenUsage | null;
}

/** A language model without a client around it: an endpoint, or `vscode.lm`. Everything throws `ReviewerFailure`. */
export interface ChatModel extends Awaited {
  readonly id: 'openai' | 'vscode-lm';
  /** How much text it is given at once before it gets tools to read with instead, in characters. */
  readonly verbatimLimit: number;
  readonly takesTools: boolean;
  /** Whether it is there, and which model it is; sends nothing of the workspace. */
  describe(signal: AbortSignal): Promise<ReviewerCard>;
  send(request: ChatRequest, signal: AbortSignal): Promise<ChatReply>;
}

/** How much of what was said to and by a model is kept. off: nothing of the content is on the disk. */
export type TraceMode = 'full' | 'meta' | 'off';

export interface TraceEntry {
  /** `review-round-1`, `second-opinion`: part of the file's name. */
  readonly purpose: string;
  readonly request: unknown;
  /** Verbatim; what a failure said where no answer came. */
  readonly response: string;
  /** False: an author's work, which is no line of `events.jsonl`. Default true. */
  readonly isReview?: boolean;
  readonly meta: {
    readonly threadId: string | null;
    readonly reviewer: string;
    readonly model: string;
    readonly startedAt: number;
    readonly durationMs: number;
    readonly status: 'ok' | 'unfit' | ReviewerFailureKind;
    readonly usage: TokenUsage | null;
  };
}

/** Where traces go. Keeping one never fails a review: what could not be written is told by `complain`. */
export interface Traces {
  readonly mode: TraceMode;
  /** Path of the trace relative to the workspace; null: none is kept. */
  record(entry: TraceEntry): Promise<string | null>;
}

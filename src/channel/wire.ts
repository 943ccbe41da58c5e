import * as v from 'valibot';
import { ResponseError } from 'vscode-jsonrpc/node';
import type { EditorModelCard, ModelChoice } from '../core/agents/editorService';
import {
  ReviewerFailure,
  type ChatMessage,
  type ChatReply,
  type ChatRequest,
  type ReviewerFailureKind,
} from '../core/agents/ports';

/** Names of the calls. `attach` comes from an editor, the others from the driver. */
export const calls = {
  attach: 'bridge/attach',
  describeModel: 'bridge/model.describe',
  sendToModel: 'bridge/model.send',
  secret: 'bridge/secret',
} as const;

const families = ['openai', 'anthropic', 'google', 'other', 'unknown'] as const;
const object = v.record(v.string(), v.unknown());
const toolCalls = v.array(v.object({ id: v.string(), name: v.string(), input: v.unknown() }));

const choiceSchema: v.GenericSchema<unknown, ModelChoice> = v.object({
  named: v.nullable(v.string()),
  preferred: v.nullable(v.string()),
  avoid: v.picklist(families),
});

const messageSchema: v.GenericSchema<unknown, ChatMessage> = v.variant('role', [
  v.object({ role: v.picklist(['system', 'user']), text: v.string() }),
  v.object({ role: v.literal('assistant'), text: v.string(), toolCalls }),
  v.object({ role: v.literal('tool'), callId: v.string(), text: v.string() }),
]);

const requestSchema: v.GenericSchema<unknown, ChatRequest> = v.object({
  messages: v.array(messageSchema),
  tools: v.array(v.object({ name: v.string(), description: v.string(), input: object })),
  schema: v.nullable(object),
});

export const attachSchema = v.object({ token: v.string(), editor: v.string() });
export type Introduction = v.InferOutput<typeof attachSchema>;
export const describeSchema = v.object({ choice: choiceSchema });
export const sendSchema = v.object({ choice: choiceSchema, request: requestSchema });
export const secretSchema = v.object({ name: v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]{0,99}$/)) });

export const cardSchema: v.GenericSchema<unknown, EditorModelCard> = v.object({
  client: v.string(),
  model: v.string(),
  family: v.picklist(families),
  carrier: v.string(),
  maxInputTokens: v.number(),
});
export const replySchema: v.GenericSchema<unknown, ChatReply> = v.object({
  text: v.string(),
  toolCalls,
  model: v.string(),
  usage: v.nullable(v.object({ inputTokens: v.number(), outputTokens: v.number() })),
});
export const secretAnswerSchema = v.nullable(v.string());

const kinds: readonly ReviewerFailureKind[] = [
  ...(['missing', 'refused', 'busy', 'broken', 'unreachable'] as const),
  ...(['died', 'too-large', 'deadline', 'cancelled'] as const),
];
const failureSchema = v.object({
  kind: v.picklist(kinds),
  message: v.string(),
});

/** Code of an answer that is a failure of the model; JSON-RPC leaves this range to applications. */
const failureCode = -31_000;

/** A failure as it crosses the wire. */
export function toWire(error: unknown): ResponseError<unknown> {
  const message = error instanceof Error ? error.message : String(error);
  const kind = error instanceof ReviewerFailure ? error.kind : 'broken';
  return new ResponseError(failureCode, message, { kind, message });
}

/** What was thrown at the other end. */
export function fromWire(error: unknown): ReviewerFailure {
  const parsed = v.safeParse(failureSchema, (error as { data?: unknown } | null)?.data);
  if (parsed.success) return new ReviewerFailure(parsed.output.kind, parsed.output.message, { cause: error });
  return new ReviewerFailure('broken', `VS Code could not answer: ${(error as Error).message}`, {
    cause: error,
  });
}

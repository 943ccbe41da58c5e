import * as v from 'valibot';
import type { TokenUsage } from '../../core/agents/ports';

const count = v.optional(v.number(), 0);
const eventSchema = v.looseObject({
  type: v.string(),
  thread_id: v.optional(v.string()),
  item: v.optional(v.looseObject({ type: v.optional(v.string()), text: v.optional(v.string()) })),
  usage: v.optional(v.looseObject({ input_tokens: count, output_tokens: count })),
  error: v.optional(v.looseObject({ message: v.optional(v.string()) })),
  message: v.optional(v.string()),
});

/** A line of `codex exec --json`, as far as a reviewer needs it. */
export type ExecEvent =
  | { readonly kind: 'thread'; readonly id: string }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'activity'; readonly what: string }
  | { readonly kind: 'done'; readonly usage: TokenUsage | null }
  | { readonly kind: 'failed'; readonly message: string };

/** null: not an event, such as a warning that some version prints between them. */
export function parseExecEvent(line: string): ExecEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = v.safeParse(eventSchema, value);
  if (!parsed.success) return null;
  const { type, thread_id: id, item, usage, error, message } = parsed.output;
  switch (type) {
    case 'thread.started':
      return id === undefined ? null : { kind: 'thread', id };
    case 'item.completed':
      if (item?.type === 'agent_message' && item.text !== undefined)
        return { kind: 'message', text: item.text };
      return { kind: 'activity', what: item?.type ?? 'item' };
    case 'turn.completed':
      return {
        kind: 'done',
        usage: usage ? { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens } : null,
      };
    case 'turn.failed':
      return { kind: 'failed', message: error?.message ?? 'the turn failed' };
    case 'error':
      // Codex tells of its own retries this way; only `turn.failed` is final.
      return { kind: 'activity', what: `error: ${message ?? ''}` };
    default:
      return { kind: 'activity', what: type };
  }
}

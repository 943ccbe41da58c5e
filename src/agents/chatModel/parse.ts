import * as v from 'valibot';
import type { ChatMessage, ChatReply, ChatRequest, JsonSchema } from '../../core/agents/ports';

const number = v.optional(v.number(), 0);

const chatSchema = v.looseObject({
  model: v.optional(v.string(), ''),
  choices: v.pipe(
    v.array(
      v.looseObject({
        message: v.looseObject({
          content: v.optional(v.nullable(v.string()), null),
          refusal: v.optional(v.nullable(v.string()), null),
          tool_calls: v.optional(
            v.nullable(
              v.array(
                v.looseObject({
                  id: v.string(),
                  function: v.looseObject({ name: v.string(), arguments: v.string() }),
                }),
              ),
            ),
            null,
          ),
        }),
      }),
    ),
    v.minLength(1),
  ),
  usage: v.optional(v.nullable(v.looseObject({ prompt_tokens: number, completion_tokens: number })), null),
});

const responsesSchema = v.looseObject({
  model: v.optional(v.string(), ''),
  output: v.array(
    v.looseObject({
      type: v.string(),
      call_id: v.optional(v.string(), ''),
      name: v.optional(v.string(), ''),
      arguments: v.optional(v.string(), ''),
      content: v.optional(v.array(v.looseObject({ type: v.string(), text: v.optional(v.string()) }))),
    }),
  ),
  usage: v.optional(v.nullable(v.looseObject({ input_tokens: number, output_tokens: number })), null),
});

/** The two dialects of an OpenAI-compatible endpoint: what is sent, and how its answer is read (null: not one). */
export interface Dialect {
  readonly path: string;
  body(request: ChatRequest, model: string, effort: string | null): Record<string, unknown>;
  parse(answer: unknown): ChatReply | null;
}

export const chatDialect: Dialect = {
  path: '/chat/completions',
  body: ({ messages, tools, schema }, model, effort) => ({
    model,
    messages: messages.map(chatMessage),
    ...(tools.length > 0
      ? {
          tools: tools.map(({ name, description, input }) => ({
            type: 'function',
            function: { name, description, parameters: input },
          })),
        }
      : {}),
    ...(schema ? { response_format: { type: 'json_schema', json_schema: namedSchema(schema) } } : {}),
    ...(effort === null ? {} : { reasoning_effort: effort }),
  }),
  parse: (answer) => {
    const parsed = v.safeParse(chatSchema, answer);
    if (!parsed.success) return null;
    const { model, choices, usage } = parsed.output;
    const { content, refusal, tool_calls: calls } = choices[0]!.message;
    return {
      text: content ?? refusal ?? '',
      toolCalls: (calls ?? []).map((call) => ({
        id: call.id,
        name: call.function.name,
        input: parseInput(call.function.arguments),
      })),
      model,
      usage: usage && { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens },
    };
  },
};

export const responsesDialect: Dialect = {
  path: '/responses',
  body: ({ messages, tools, schema }, model, effort) => ({
    model,
    input: messages.flatMap(responsesItems),
    // The endpoint is asked to keep nothing.
    store: false,
    ...(tools.length > 0
      ? {
          tools: tools.map(({ name, description, input }) => ({
            ...{ type: 'function', name, description, parameters: input, strict: false },
          })),
        }
      : {}),
    ...(schema ? { text: { format: { type: 'json_schema', ...namedSchema(schema) } } } : {}),
    ...(effort === null ? {} : { reasoning: { effort } }),
  }),
  parse: (answer) => {
    const parsed = v.safeParse(responsesSchema, answer);
    if (!parsed.success) return null;
    const { model, output, usage } = parsed.output;
    return {
      text: output
        .filter((item) => item.type === 'message')
        .flatMap((item) => item.content ?? [])
        .map((part) => part.text ?? '')
        .join(''),
      toolCalls: output
        .filter((item) => item.type === 'function_call')
        .map((item) => ({ id: item.call_id, name: item.name, input: parseInput(item.arguments) })),
      model,
      usage: usage && { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens },
    };
  },
};

function namedSchema(schema: JsonSchema) {
  return { name: 'answer', strict: true, schema };
}

function chatMessage(message: ChatMessage): Record<string, unknown> {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.callId, content: message.text };
  if (message.role !== 'assistant') return { role: message.role, content: message.text };
  return {
    role: 'assistant',
    content: message.text,
    ...(message.toolCalls.length > 0
      ? {
          tool_calls: message.toolCalls.map(({ id, name, input }) => ({
            ...{ id, type: 'function', function: { name, arguments: JSON.stringify(input) } },
          })),
        }
      : {}),
  };
}

function responsesItems(message: ChatMessage): Record<string, unknown>[] {
  if (message.role === 'tool')
    return [{ type: 'function_call_output', call_id: message.callId, output: message.text }];
  const calls =
    message.role === 'assistant'
      ? message.toolCalls.map(({ id, name, input }) => ({
          ...{ type: 'function_call', call_id: id, name, arguments: JSON.stringify(input) },
        }))
      : [];
  const said = message.text === '' ? [] : [{ role: message.role, content: message.text }];
  return [...said, ...calls];
}

/** Arguments that are not JSON reach the tool as they are, which then says what it wants. */
function parseInput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

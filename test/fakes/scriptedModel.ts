import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the endpoint does with a request. An item is one of the Responses API, a block one of the Messages API. */
export type Step =
  | { readonly items: readonly Readonly<Record<string, unknown>>[] }
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }
  /** Sends half of an answer and hangs up. */
  | { readonly cut: string }
  /** Never answers. */
  | 'hang';

export interface ModelRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  /** Tools that were used since the last thing a person said. */
  readonly toolsUsed: number;
  /** How many questions to the model came before. */
  readonly before: number;
}

export interface ScriptedModel {
  /** With `/v1`. */
  readonly url: string;
  readonly requests: readonly ModelRequest[];
  /** Everything that was sent, as one text. */
  sent(): string;
  /** Resolves with the n-th question to the model, counted from 1. */
  question(n: number): Promise<ModelRequest>;
  close(): Promise<void>;
}

/**
 * A model on loopback that says what a script tells it: OpenAI's Responses API (streamed, and whole), chat completions,
 * and Anthropic's Messages API. The real clients cannot tell it from the real thing.
 */
export async function startScriptedModel(script: (request: ModelRequest) => Step): Promise<ScriptedModel> {
  const requests: ModelRequest[] = [];
  const waiting: { n: number; resolve: (request: ModelRequest) => void }[] = [];
  const questions: ModelRequest[] = [];
  const server = createServer((incoming, response) => {
    void readText(incoming).then((text) => {
      const path = (incoming.url ?? '').split('?')[0]!;
      const body = parseObject(text);
      const { method = '', headers } = incoming;
      const request = { method, path, headers, body, toolsUsed: toolsUsed(body), before: questions.length };
      requests.push(request);
      if (method === 'GET' && path === '/v1/models')
        return json(response, 200, { data: [{ id: 'gpt-5.4' }, { id: 'claude-sonnet-4-5' }] });
      if (path === '/v1/messages/count_tokens') return json(response, 200, { input_tokens: 10 });
      const speak = speakers[path];
      if (method !== 'POST' || speak === undefined) return json(response, 404, {});
      questions.push(request);
      for (const each of waiting) if (questions.length >= each.n) each.resolve(questions[each.n - 1]!);
      const step = script(request);
      if (step === 'hang') return;
      if ('status' in step) {
        response.writeHead(step.status, { 'content-type': 'application/json', ...step.headers });
        return void response.end(
          step.body ?? JSON.stringify({ error: { message: `scripted ${step.status}`, type: 'error' } }),
        );
      }
      if ('cut' in step) {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000000' });
        return void response.write(step.cut, () => response.destroy());
      }
      speak(response, request, step.items);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    sent: () => JSON.stringify(requests.map((request) => request.body)),
    question: (n) =>
      new Promise((resolve) => {
        if (questions.length >= n) resolve(questions[n - 1]!);
        else waiting.push({ n, resolve });
      }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A text that ends the turn. */
export function says(text: string): Step {
  return { items: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }] };
}

type Speaker = (
  response: ServerResponse,
  request: ModelRequest,
  items: readonly Readonly<Record<string, unknown>>[],
) => void;

const speakers: Readonly<Record<string, Speaker>> = {
  '/v1/responses': (response, { body, before }, items) => {
    const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
    const output = items.map((item, index) => ({ id: `item_${before}_${index}`, ...item }));
    const id = `resp_${before}`;
    if (body.stream !== true) return json(response, 200, { id, model: body.model, output, usage });
    const send = events(response);
    send('response.created', { response: { id } });
    for (const [index, item] of output.entries()) {
      send('response.output_item.added', { output_index: index, item });
      send('response.output_item.done', { output_index: index, item });
    }
    send('response.completed', {
      response: {
        id,
        usage: {
          ...usage,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens_details: { reasoning_tokens: 0 },
        },
      },
    });
    response.end();
  },
  '/v1/chat/completions': (response, { body }, items) => {
    const text = items.flatMap((item) =>
      item.type === 'message' ? [(item.content as { text: string }[]).map((part) => part.text).join('')] : [],
    );
    const calls = items.flatMap((item) =>
      item.type === 'function_call'
        ? [{ id: item.call_id, type: 'function', function: { name: item.name, arguments: item.arguments } }]
        : [],
    );
    json(response, 200, {
      model: body.model,
      choices: [
        {
          message: { content: text.join('') || null, ...(calls.length > 0 ? { tool_calls: calls } : {}) },
          finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
        },
      ],
      usage: { prompt_tokens: 10, completion_tokens: 5 },
    });
  },
  '/v1/messages': (response, { body, before }, items) => {
    const usage = { input_tokens: 10, output_tokens: 5 };
    // Requests without tools are the client's own (a title, a summary): any short text will do.
    const hasTools = Array.isArray(body.tools) && body.tools.length > 0;
    const blocks = (hasTools ? items : [{ type: 'text', text: 'ok' }]).map((block, index) =>
      block.type === 'tool_use' ? { id: `toolu_${before}_${index}`, ...block } : block,
    );
    const reason = blocks.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn';
    const message = {
      ...{
        id: `msg_${before}`,
        type: 'message',
        role: 'assistant',
        model: body.model,
        content: [] as unknown[],
      },
      ...{ stop_reason: null as string | null, stop_sequence: null, usage },
    };
    if (body.stream !== true)
      return json(response, 200, { ...message, content: blocks, stop_reason: reason });
    const send = events(response);
    send('message_start', { message });
    for (const [index, block] of blocks.entries()) {
      const isText = block.type === 'text';
      send('content_block_start', {
        index,
        content_block: isText ? { type: 'text', text: '' } : { ...block, input: {} },
      });
      send('content_block_delta', {
        index,
        delta: isText
          ? { type: 'text_delta', text: (block as { text?: unknown }).text }
          : { type: 'input_json_delta', partial_json: JSON.stringify((block as { input?: unknown }).input) },
      });
      send('content_block_stop', { index });
    }
    send('message_delta', { delta: { stop_reason: reason, stop_sequence: null }, usage });
    send('message_stop', {});
    response.end();
  },
};

function events(response: ServerResponse): (type: string, data: Record<string, unknown>) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  return (type, data) =>
    void response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** In the Responses API outputs after the last user message; in the others results in the whole conversation. */
function toolsUsed(body: Record<string, unknown>): number {
  if (Array.isArray(body.input)) {
    const input = body.input as { type?: string; role?: string }[];
    const last = input.findLastIndex((item) => item.role === 'user');
    return input.slice(last + 1).filter((item) => item.type?.endsWith('_output')).length;
  }
  const messages = (Array.isArray(body.messages) ? body.messages : []) as {
    role?: string;
    content?: unknown;
  }[];
  return messages.filter(
    (message) =>
      message.role === 'tool' ||
      (Array.isArray(message.content) &&
        (message.content as { type?: string }[]).some((part) => part.type === 'tool_result')),
  ).length;
}

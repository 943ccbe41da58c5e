import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';

/** Bytes of one answer. */
const maxBytes = 16 * 1024 * 1024;

export interface HttpAnswer {
  readonly status: number;
  /** Parsed; the text itself where it is not JSON. */
  readonly body: unknown;
  readonly text: string;
  /** Seconds that the server asks to wait before another try; null: it does not say. */
  readonly retryAfterSeconds: number | null;
}

export interface HttpRequest {
  /** GET without a body and POST with one, unless it is said. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** No answer came. `cancelled`: the signal was aborted; its reason is the cause. */
export class HttpFailure extends Error {
  constructor(
    readonly kind: 'unreachable' | 'too-large' | 'cancelled',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'HttpFailure';
  }
}

/**
 * One request with a JSON answer; every status is an answer. Node's `fetch` gives up when headers take five minutes,
 * which a thinking model may well take; here only the signal ends it. A redirect is not followed: what is sent goes
 * where the person said, and so does the key. Throws `HttpFailure`.
 */
export function httpJson(url: string, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  if (signal.aborted) return Promise.reject(cancelled(url, signal));
  const payload = request.body === undefined ? undefined : JSON.stringify(request.body);
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) =>
      reject(
        signal.aborted
          ? cancelled(url, signal)
          : cause instanceof HttpFailure
            ? cause
            : new HttpFailure('unreachable', `${url} cannot be reached (${describeCause(cause)}).`, {
                cause,
              }),
      );
    const call = send(
      url,
      {
        method: request.method ?? (payload === undefined ? 'GET' : 'POST'),
        headers: {
          accept: 'application/json',
          ...request.headers,
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
        },
        signal,
        // No kept connection: what was asked ends with its answer.
        agent: false,
      },
      (response) => {
        readBody(response, url).then((text) => {
          const after = Number(response.headers['retry-after']);
          resolve({
            status: response.statusCode ?? 0,
            ...{ body: parseOr(text), text },
            retryAfterSeconds: Number.isFinite(after) && after >= 0 ? after : null,
          });
        }, failed);
      },
    );
    call.on('error', failed);
    call.end(payload);
  });
}

function cancelled(url: string, signal: AbortSignal): HttpFailure {
  return new HttpFailure('cancelled', `The request to ${url} was cancelled.`, { cause: signal.reason });
}

async function readBody(response: IncomingMessage, url: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      throw new HttpFailure('too-large', `${url} answers with more than ${maxBytes / 1024 / 1024} MiB.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Node puts several failures (IPv6, then IPv4) under one without a message. */
function describeCause(cause: Error): string {
  const inner = cause instanceof AggregateError ? (cause.errors[0] as Error | undefined) : undefined;
  return inner?.message ?? cause.message ?? String(cause);
}

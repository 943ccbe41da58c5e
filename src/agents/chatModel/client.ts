import * as v from 'valibot';
import { abortFailure, kindOfStatus } from '../../core/agents/failureKind';
import { modelFamily } from '../../core/agents/modelFamily';
import {
  ReviewerFailure,
  type ChatModel,
  type ChatReply,
  type ChatRequest,
  type ReviewerCard,
} from '../../core/agents/ports';
import type { Clock } from '../../core/ports';
import { httpJson, type HttpAnswer, HttpFailure, type HttpRequest } from '../../util/httpJson';
import { chatDialect, type Dialect, responsesDialect } from './parse';

export interface OpenAiSetting {
  /** Without a slash at its end; empty: none is set. */
  readonly baseUrl: string;
  readonly keyVariable: string;
  /** null: the endpoint asks for none (a server on this machine). A function is asked once, before the first question. */
  readonly key: string | null | ((signal: AbortSignal) => Promise<string | null>);
  readonly model: string;
  readonly effort: string | null;
  readonly api: 'chat' | 'responses';
}

/** Tries of one request when the endpoint is busy or broken for a moment. */
const maxTries = 3;
const maxWaitSeconds = 60;
const modelsSchema = v.looseObject({ data: v.array(v.looseObject({ id: v.string() })) });

/** An endpoint that speaks OpenAI's chat completions or responses. */
export class OpenAiChatModel implements ChatModel {
  readonly id = 'openai';
  readonly verbatimLimit = 200_000;
  readonly takesTools = true;
  private readonly dialect: Dialect;
  /** Endpoints that know no schema or no effort say 400; they are asked without, and not offered it again. */
  private plain = false;
  /** undefined: nobody was asked for it yet. */
  private key: string | null | undefined;

  constructor(
    private readonly setting: OpenAiSetting,
    private readonly clock: Clock,
  ) {
    this.dialect = setting.api === 'chat' ? chatDialect : responsesDialect;
  }

  async describe(signal: AbortSignal): Promise<ReviewerCard> {
    const { baseUrl, model } = this.setting;
    if (baseUrl === '')
      throw new ReviewerFailure('missing', 'No endpoint is set: bridge.openai.baseUrl is empty.');
    const url = `${baseUrl}/models`;
    const answer = await ask(url, { headers: await this.headers(signal) }, signal);
    if (answer.status === 401 || answer.status === 403) throw this.failure(url, answer);
    if (answer.status >= 500 || answer.status === 429) throw this.failure(url, answer);
    const offered = v.safeParse(modelsSchema, answer.body);
    // Not every endpoint lists its models; one that does must have ours.
    const names = offered.success ? offered.output.data.map((each) => each.id) : [];
    if (names.length > 0 && !names.includes(model))
      throw new ReviewerFailure(
        'missing',
        `${baseUrl} has no model ${model}; it offers ${names.slice(0, 8).join(', ')}. Name one in bridge.openai.model.`,
      );
    return { client: new URL(baseUrl).host, model, family: modelFamily(model), carrier: 'endpoint' };
  }

  async send(request: ChatRequest, signal: AbortSignal): Promise<ChatReply> {
    const { baseUrl, model, effort } = this.setting;
    const url = `${baseUrl}${this.dialect.path}`;
    for (let tried = 1; ; tried++) {
      const body = this.plain
        ? this.dialect.body({ ...request, schema: null }, model, null)
        : this.dialect.body(request, model, effort);
      const answer = await ask(url, { headers: await this.headers(signal), body }, signal);
      if (answer.status === 400 && !this.plain) {
        this.plain = true;
        continue;
      }
      const momentary = answer.status === 429 || answer.status >= 500;
      if (momentary && tried < maxTries) {
        const wait = Math.min(answer.retryAfterSeconds ?? 2 ** tried, maxWaitSeconds);
        await this.clock.sleep(wait * 1000, signal);
        continue;
      }
      if (answer.status < 200 || answer.status > 299) throw this.failure(url, answer);
      const reply = this.dialect.parse(answer.body);
      if (reply === null)
        throw new ReviewerFailure(
          'broken',
          `${url} answers with something that is no ${this.setting.api} answer: ${answer.text.slice(0, 300)}`,
        );
      return reply;
    }
  }

  private async headers(signal: AbortSignal): Promise<Record<string, string>> {
    const { key } = this.setting;
    this.key ??= typeof key === 'function' ? await key(signal) : key;
    return this.key === null ? {} : { authorization: `Bearer ${this.key}` };
  }

  private failure(url: string, { status, text }: HttpAnswer): ReviewerFailure {
    const kind = kindOfStatus(status);
    const advice =
      kind === 'refused'
        ? ` Look at ${this.setting.keyVariable}${this.key == null ? ', which is not set' : ': the key may be wrong or expired'}.`
        : '';
    return new ReviewerFailure(kind, `${url} answers ${status}: ${text.slice(0, 500)}.${advice}`);
  }
}

/** Throws `ReviewerFailure` where no answer comes. */
async function ask(url: string, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    return await httpJson(url, request, signal);
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    if (error.kind === 'cancelled') throw abortFailure(signal);
    throw new ReviewerFailure(error.kind, error.message, { cause: error });
  }
}

import type { Clock } from '../../core/ports';
import { ProviderFailure } from '../../core/rented/ports';
import { type HttpAnswer, HttpFailure, httpJson, type HttpRequest } from '../../util/httpJson';
import { parseRefusal } from './parse';

/** Where the API is, unless `BRIDGE_VAST_URL` says something else. */
export const vastUrl = 'https://console.vast.ai';

/** Requests of one kind come at least so far apart: the service refuses faster ones. */
const intervalMs = 2000;
/** How often a request is sent again that was refused for coming too soon or broke on the way. */
const maxTries = 5;
const firstWaitMs = 2000;
const longestWaitMs = 30_000;

export interface VastSetting {
  /** Without a slash at its end. */
  readonly url: string;
  /** Asked before each request until there is one; null: none was found. */
  readonly key: (signal: AbortSignal) => Promise<string | null>;
}

/**
 * Speaks to the REST API of Vast.ai (docs.vast.ai/api-reference). The service limits how often each endpoint is asked
 * and does not say for how long to wait (rate-limits-and-errors): so requests of a kind keep a distance, and one that was
 * too early is sent again with growing waits.
 */
export class VastClient {
  /** Kind of request -> when the next one may go, by the monotonic clock. */
  private readonly next = new Map<string, number>();
  private key: string | null = null;

  constructor(
    private readonly setting: VastSetting,
    private readonly clock: Clock,
    /** For tests, whose service refuses nothing for coming too soon. */
    private readonly distanceMs = intervalMs,
  ) {}

  get(path: string, signal: AbortSignal): Promise<HttpAnswer> {
    return this.send('GET', path, undefined, signal);
  }

  /** Reading by another name: sent again like a GET. */
  search(path: string, body: unknown, signal: AbortSignal): Promise<HttpAnswer> {
    return this.send('POST', path, body, signal);
  }

  /**
   * Sent again only when it was refused for coming too soon: of one that broke on the way nobody knows whether it was
   * done, and whoever asked must look first.
   */
  change(method: 'PUT' | 'DELETE', path: string, body: unknown, signal: AbortSignal): Promise<HttpAnswer> {
    return this.send(method, path, body, signal, false);
  }

  private async send(
    method: NonNullable<HttpRequest['method']>,
    path: string,
    body: unknown,
    signal: AbortSignal,
    again = true,
  ): Promise<HttpAnswer> {
    const { url } = this.setting;
    const key = (this.key ??= await this.setting.key(signal));
    if (key === null)
      throw new ProviderFailure(
        'no-key',
        'There is no key for Vast.ai. Make one at https://cloud.vast.ai/manage-keys/ and give it with "Bridge: Set API Key", or as VAST_API_KEY in a terminal.',
      );
    for (let tried = 1; ; tried += 1) {
      await this.keepDistance(`${method} ${path.split('?')[0]!.replace(/\d+/g, 'N')}`, signal);
      const answer = await this.once(method, `${url}${path}`, key, body, signal).catch((error: unknown) => {
        if (error instanceof ProviderFailure && error.kind === 'unreachable' && again && tried < maxTries)
          return null;
        throw error;
      });
      if (answer !== null && answer.status < 400) return answer;
      const early = answer?.status === 429;
      const broke = answer === null || answer.status >= 500;
      if (tried < maxTries && (early || (broke && again))) {
        await this.clock.sleep(Math.min(firstWaitMs * 2 ** (tried - 1), longestWaitMs), signal);
        if (signal.aborted) throw new ProviderFailure('cancelled', 'The request to Vast.ai was cancelled.');
        continue;
      }
      throw failureOf(answer!, `${method} ${path.split('?')[0]}`);
    }
  }

  private async once(
    method: NonNullable<HttpRequest['method']>,
    url: string,
    key: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    try {
      return await httpJson(url, { method, headers: { authorization: `Bearer ${key}` }, body }, signal);
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      const kind = error.kind === 'too-large' ? 'broken' : error.kind;
      throw new ProviderFailure(kind, error.message, { cause: error });
    }
  }

  private async keepDistance(kind: string, signal: AbortSignal): Promise<void> {
    const now = this.clock.monotonic();
    const at = Math.max(now, this.next.get(kind) ?? now);
    this.next.set(kind, at + this.distanceMs);
    if (at > now) await this.clock.sleep(at - now, signal);
    if (signal.aborted) throw new ProviderFailure('cancelled', 'The request to Vast.ai was cancelled.');
  }
}

function failureOf({ status, body }: HttpAnswer, what: string): ProviderFailure {
  const { error, message } = parseRefusal(body);
  const said = message || error || `status ${status}`;
  if (status === 401 || status === 403)
    return new ProviderFailure(
      'refused',
      `Vast.ai does not accept the key (${said}). Look at https://cloud.vast.ai/manage-keys/ whether it is still valid and may manage instances.`,
    );
  if (error === 'no_such_ask' || ((status === 404 || status === 410) && what.includes('/asks/')))
    return new ProviderFailure('offer-gone', `That machine was rented by somebody else (${said}).`);
  if (status === 429)
    return new ProviderFailure(
      'busy',
      `Vast.ai is asked too often (${said}); it was tried ${maxTries} times.`,
    );
  if (status >= 500)
    return new ProviderFailure('broken', `Vast.ai answers ${what} with an error of its own (${said}).`);
  return new ProviderFailure('rejected', `Vast.ai refuses ${what} (${status}: ${said}).`);
}

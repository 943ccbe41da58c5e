import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import {
  answers,
  newsMessage,
  newsOf,
  type News,
  type NewsMessage,
  type NotifySettings,
} from '../core/run/news';
import type { RunEvent } from '../core/run/event';
import { httpJson } from '../util/httpJson';
import { timeoutSignal } from '../util/timeoutSignal';

/** What happens together is one message. */
const gatherMs = 2000;
const timeoutMs = 10_000;

export interface NotifierParts {
  readonly root: string;
  readonly settings: NotifySettings;
  /** Where a message is posted: an address that is a secret. null: nowhere. */
  webhook(): Promise<string | null>;
  study(): string;
  complain(sentence: string): void;
  readonly gatherMs?: number;
}

/**
 * Tells a person who is elsewhere: posts to a webhook, or gives a program the message on its stdin. The driver does it,
 * so that it works with the editor closed. A message that cannot be sent ends nothing and is not sent twice.
 */
export class Notifier {
  private waiting: News[] = [];
  private timer: NodeJS.Timeout | null = null;
  private sending: Promise<void> = Promise.resolve();
  private complained = false;

  constructor(private readonly parts: NotifierParts) {}

  heard(event: RunEvent): void {
    // Answered at once, by --yes or a setting: nobody was needed.
    if (answers(event)) this.waiting = this.waiting.filter(({ kind }) => kind !== 'needs-you');
    const news = newsOf(event);
    if (news === null || !this.parts.settings.events.includes(news.kind)) return;
    this.waiting.push(news);
    this.timer ??= setTimeout(() => this.send(), this.parts.gatherMs ?? gatherMs);
  }

  /** Sends what waits; resolves when everything was sent or given up. */
  async flush(): Promise<void> {
    this.send();
    await this.sending;
  }

  private send(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const news = this.waiting.splice(0);
    if (news.length === 0) return;
    const about = { study: this.parts.study(), host: hostname(), workspace: this.parts.root };
    const message = newsMessage(news, about);
    this.sending = this.sending.then(() => this.deliver(message));
  }

  private async deliver(message: NewsMessage): Promise<void> {
    const { command } = this.parts.settings;
    const webhook = await this.parts.webhook().catch(() => null);
    const failures = await Promise.all([
      webhook === null ? null : post(webhook, message),
      command === null ? null : run(command, message),
    ]);
    const failure = failures.find((each) => each !== null) ?? null;
    if (failure !== null && !this.complained) this.parts.complain(failure);
    this.complained = failure !== null;
  }
}

/** What went wrong, without the address: whoever has it can post as Bridge. */
async function post(webhook: string, message: NewsMessage): Promise<string | null> {
  const advice = 'see BRIDGE_NOTIFY_WEBHOOK';
  if (!/^https?:\/\/[^\s/]+/.test(webhook)) return `The notification webhook is no web address: ${advice}.`;
  try {
    const signal = timeoutSignal(timeoutMs);
    const { status } = await httpJson(webhook, { method: 'POST', headers: {}, body: message }, signal);
    return status < 300 ? null : `The notification webhook answers ${status}: ${advice}.`;
  } catch {
    return `The notification webhook cannot be reached: ${advice}.`;
  }
}

function run([program, ...args]: readonly string[], message: NewsMessage): Promise<string | null> {
  const failed = (why: string) => `bridge.notify.command (${program}) ${why}.`;
  const { BRIDGE_NOTIFY_WEBHOOK: _, ...environment } = process.env;
  return new Promise((resolve) => {
    const child = spawn(program!, args, {
      ...{ cwd: '/', env: environment, signal: timeoutSignal(timeoutMs), killSignal: 'SIGKILL' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.on('error', (error) => resolve(failed(`cannot be started: ${error.message}`)));
    child.on('close', (code) => resolve(code === 0 ? null : failed(`ended with ${code ?? 'a signal'}`)));
    // A program that does not read is no fault of ours.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${JSON.stringify(message)}\n`);
  });
}

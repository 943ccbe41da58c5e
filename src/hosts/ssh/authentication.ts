import { existsSync, readFileSync } from 'node:fs';
import { type AnyAuthMethod, type AuthHandlerMiddleware, type ParsedKey, utils } from 'ssh2';
import type { SshAsk } from './ask';
import type { SshConfig } from './config';

/** How often a person is asked for a passphrase or a password before it counts as wrong. */
const triesAtMost = 3;

/**
 * Ways to say who we are, in ssh's order: keys of the agent, key files (their passphrase is asked for when it is needed
 * and kept nowhere), what the server asks, a password. `tried` is what the sentence of a failure is made from.
 */
export class Authentication {
  readonly tried: string[] = [];
  private readonly keys = new Map<string, ParsedKey>();

  constructor(
    private readonly config: SshConfig,
    private readonly ask: SshAsk,
  ) {}

  /** Handler of one connection: each has its own round of attempts. */
  handler(): AuthHandlerMiddleware {
    const attempts = this.attempts();
    let allowed: readonly string[] | null = null;
    const next = async (): Promise<AnyAuthMethod | null> => {
      for (;;) {
        const attempt = attempts.shift();
        if (!attempt) return null;
        if (allowed !== null && !allowed.includes(attempt.type === 'agent' ? 'publickey' : attempt.type))
          continue;
        const method = await attempt.make();
        if (method) return method;
      }
    };
    return (methods, _partial, done) => {
      allowed = Array.isArray(methods) ? methods : null;
      next().then(
        (method) => done((method ?? false) as unknown as AnyAuthMethod),
        () => done(false as unknown as AnyAuthMethod),
      );
    };
  }

  private attempts(): { type: string; make: () => Promise<AnyAuthMethod | null> }[] {
    const { config } = this;
    const username = config.user;
    const { agent } = config;
    const explicit = config.identityFiles.filter((path) => existsSync(path));
    const agents =
      agent !== null && !config.identitiesOnly
        ? [
            {
              type: 'agent',
              make: async () => {
                this.tried.push('the keys of the agent');
                return { type: 'agent', username, agent } as unknown as AnyAuthMethod;
              },
            },
          ]
        : [];
    return [
      ...agents,
      ...explicit.map((path) => ({ type: 'publickey', make: () => this.keyFile(path) })),
      ...Array.from({ length: triesAtMost }, () => ({
        type: 'keyboard-interactive',
        make: async () => this.answers(),
      })),
      ...Array.from({ length: triesAtMost }, () => ({ type: 'password', make: () => this.password() })),
    ];
  }

  private async keyFile(path: string): Promise<AnyAuthMethod | null> {
    const known = this.keys.get(path) ?? (await this.open(path));
    if (!known) return null;
    this.keys.set(path, known);
    this.tried.push(path);
    return { type: 'publickey', username: this.config.user, key: known } as unknown as AnyAuthMethod;
  }

  private async open(path: string): Promise<ParsedKey | null> {
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      this.tried.push(`${path}, which cannot be read (${(error as Error).message})`);
      return null;
    }
    let parsed = utils.parseKey(bytes);
    for (
      let tries = 0;
      parsed instanceof Error && /encrypted|passphrase|decrypt|bad/i.test(parsed.message);
      tries++
    ) {
      if (tries >= triesAtMost) {
        this.tried.push(`${path}, whose passphrase was wrong`);
        return null;
      }
      const passphrase = await this.ask.secret({
        ...{ host: this.config.alias, kind: 'passphrase', visible: false },
        prompt: path,
      });
      if (passphrase === null) {
        this.tried.push(`${path}, which needs a passphrase that nobody gave`);
        return null;
      }
      parsed = utils.parseKey(bytes, passphrase);
    }
    if (!(parsed instanceof Error)) return Array.isArray(parsed) ? (parsed[0] as ParsedKey) : parsed;
    this.tried.push(`${path}, which cannot be used (${parsed.message})`);
    return null;
  }

  private answers(): AnyAuthMethod {
    const { config, ask } = this;
    return {
      type: 'keyboard-interactive',
      username: config.user,
      prompt: (
        _name: string,
        instructions: string,
        _lang: string,
        prompts: { prompt: string; echo?: boolean }[],
        finish: (answers: string[]) => void,
      ) => {
        const each = async () => {
          const answers: string[] = [];
          for (const { prompt, echo } of prompts) {
            const text = [instructions, prompt].filter((part) => part.trim() !== '').join('\n');
            const question = {
              host: config.alias,
              kind: 'prompt',
              prompt: text,
              visible: echo === true,
            } as const;
            answers.push((await ask.secret(question)) ?? '');
          }
          this.tried.push('what the server asked');
          finish(answers);
        };
        each().catch(() => finish([]));
      },
    } as unknown as AnyAuthMethod;
  }

  private async password(): Promise<AnyAuthMethod | null> {
    const { alias, user } = this.config;
    const password = await this.ask.secret({
      ...{ host: alias, kind: 'password', visible: false },
      prompt: `${user}@${alias}`,
    });
    if (password === null) return null;
    this.tried.push('a password');
    return { type: 'password', username: user, password } as unknown as AnyAuthMethod;
  }
}

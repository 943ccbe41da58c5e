import { randomBytes } from 'node:crypto';
import type { Client, ClientChannel } from 'ssh2';
import { TargetUnreachable } from '../../core/targetUnreachable';
import { agentSource } from './agentSource';
import { SshRefusal } from './refusal';

/** What a machine says of itself when the agent begins. */
export interface Hello {
  readonly home: string;
  readonly boot: string;
  readonly pid: number;
  readonly python: string;
}

/** A request that failed on the machine, with the system's own code (`ENOSPC`). */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';

  constructor(
    message: string,
    readonly code: string | undefined,
  ) {
    super(message);
  }
}

interface Answer {
  readonly ready?: Hello;
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: string;
  readonly code?: string | null;
  readonly path?: string | null;
  readonly watch?: string;
  readonly name?: string | null;
}

export interface ChannelEvents {
  /** Something was heard, whatever it was. */
  heard(): void;
  watched(watch: string, name: string | null): void;
  closed(): void;
}

/** Programs that may be a Python 3, the usual one first. */
const pythons =
  'python3 python /usr/libexec/platform-python "$HOME"/miniconda3/bin/python3 "$HOME"/miniforge3/bin/python3 "$HOME"/anaconda3/bin/python3 /opt/conda/bin/python3';

/**
 * Read by `sh` from its input, so that no login shell has to understand a quotation mark. `mark` is said before
 * anything counts: what a login shell prints by itself is passed over.
 */
const bootScript = (mark: string) => `for python in ${pythons}; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 5))' >/dev/null 2>&1; then
    exec "$python" -u -c 'import sys
sys.stdout.write("${mark}" + "python\\n")
size = int(sys.stdin.buffer.readline())
exec(compile(sys.stdin.buffer.read(size), "bridge", "exec"))'
  fi
done
printf '%s\\n' "${mark}none"
exit
`;

/** The conversation with the agent on one machine: many requests a round trip, answered in any order. */
export class AgentChannel {
  private readonly waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  private next = 1;
  private heardText = '';
  private pending: string[] = [];

  private constructor(
    private readonly stream: ClientChannel,
    private readonly host: string,
    private readonly events: ChannelEvents,
  ) {
    stream.on('data', (bytes: Buffer) => this.hear(bytes.toString('latin1')));
    stream.on('close', () => {
      this.fail(new TargetUnreachable('the connection was closed'));
      events.closed();
    });
    stream.on('error', () => undefined);
  }

  /** Starts the agent in a channel of its own. */
  static async open(
    client: Client,
    name: string,
    events: ChannelEvents,
  ): Promise<{ channel: AgentChannel; hello: Hello }> {
    const stream = await openChannel(client, name);
    const mark = `bridge-${randomBytes(9).toString('hex')}-`;
    const python = await greet(stream, mark, name);
    if (!python)
      throw new SshRefusal(
        'no-python',
        `${name} has no Python 3, with which Bridge watches over runs there. Install it ("apt-get install python3", or a conda in your home), or put it on the PATH of a shell that is not interactive`,
      );
    const source = Buffer.from(agentSource);
    let ready: (hello: Hello) => void = () => undefined;
    const hello = new Promise<Hello>((resolve, reject) => {
      ready = resolve;
      stream.once('close', () => reject(new TargetUnreachable('the connection was closed')));
    });
    const channel = new AgentChannel(stream, name, events);
    channel.ready = ready;
    stream.write(`${source.length}\n`);
    stream.write(source);
    return { channel, hello: await hello };
  }

  private ready: (hello: Hello) => void = () => undefined;

  /** Requests that have no answer yet. */
  get outstanding(): number {
    return this.waiting.size;
  }

  /** Requests of one moment go out together. */
  request<T>(op: string, args: readonly unknown[]): Promise<T> {
    const id = this.next++;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: (value) => resolve(value as T), reject });
      if (this.pending.length === 0) setImmediate(() => this.flush());
      this.pending.push(JSON.stringify({ id, op, args }));
    });
  }

  /** Everybody who waits is told that no answer came. */
  fail(error: Error): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of all) reject(error);
  }

  close(): void {
    this.stream.close();
  }

  private flush(): void {
    const lines = this.pending;
    this.pending = [];
    this.stream.write(`${lines.join('\n')}\n`);
  }

  private hear(text: string): void {
    this.events.heard();
    this.heardText += text;
    const end = this.heardText.lastIndexOf('\n');
    if (end < 0) return;
    const lines = this.heardText.slice(0, end).split('\n');
    this.heardText = this.heardText.slice(end + 1);
    for (const line of lines) if (line !== '') this.take(JSON.parse(line) as Answer);
  }

  private take(answer: Answer): void {
    if (answer.ready) return this.ready(answer.ready);
    if (answer.watch !== undefined) return this.events.watched(answer.watch, answer.name ?? null);
    const waiting = this.waiting.get(answer.id ?? 0);
    // An answer that nobody waits for any more.
    if (!waiting) return;
    this.waiting.delete(answer.id!);
    if (answer.error === undefined) return waiting.resolve(answer.value);
    const place = answer.path == null ? '' : `${answer.path}: `;
    waiting.reject(new RemoteError(`${this.host}: ${place}${answer.error}`, answer.code ?? undefined));
  }
}

async function openChannel(client: Client, name: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) =>
    client.exec('/bin/sh', (error, stream) =>
      error
        ? reject(new TargetUnreachable(`${name} opens no channel: ${error.message}`, null, { cause: error }))
        : resolve(stream),
    ),
  );
}

/** Resolves when the shell has found a Python; false: there is none. */
function greet(stream: ClientChannel, mark: string, name: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let text = '';
    let errors = '';
    const listen = (bytes: Buffer) => {
      text += bytes.toString('latin1');
      const at = text.indexOf(mark);
      if (at < 0 || !text.includes('\n', at)) return;
      stream.off('data', listen);
      stream.off('close', gone);
      resolve(text.startsWith('python', at + mark.length));
    };
    const gone = () =>
      reject(
        new SshRefusal(
          'no-shell',
          `${name} lets nobody run /bin/sh: ${lastLine(errors) || lastLine(text) || 'its login shell ended at once'}. Ask for an account with a shell`,
        ),
      );
    stream.on('data', listen);
    stream.stderr.on('data', (bytes: Buffer) => (errors = `${errors}${bytes.toString('utf8')}`.slice(-4096)));
    stream.on('close', gone);
    stream.write(bootScript(mark));
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}

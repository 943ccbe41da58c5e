import { randomUUID } from 'node:crypto';
import type { Clock, Disposable } from '../../core/ports';
import { TargetUnreachable } from '../../core/targetUnreachable';
import { AgentChannel, type Hello } from './agentChannel';
import { connect, type Connection, type ConnectOptions } from './connect';
import { SshRefusal } from './refusal';

export interface LineOptions extends ConnectOptions {
  readonly clock: Clock;
  /** A machine that owes an answer and has said nothing for this long is unreachable until it speaks. */
  readonly doubtMs?: number;
  /** After this long the connection is given up and a new one is tried. */
  readonly giveUpMs?: number;
}

const firstPauseMs = 500;
const longestPauseMs = 10_000;
/** What waiting alone does not mend is tried again rarely: a person may have mended it. */
const refusedPauseMs = 15_000;

/**
 * One connection to a machine that is opened again, with longer and longer pauses, whenever it is lost. Requests never
 * wait for a machine that is known to be silent: they fail at once and say since when.
 */
export class SshLine {
  private readonly watches = new Map<
    string,
    { readonly folder: string; readonly changed: (name: string | null) => void }
  >();
  private known: Hello | null = null;
  private open: { readonly connection: Connection; readonly channel: AgentChannel } | null = null;
  private opening: Promise<void> | null = null;
  private failure: TargetUnreachable | null = null;
  private lastHeard: number | null = null;
  private lastHeardAt = 0;
  private pauseMs = firstPauseMs;
  private notBefore = Number.NEGATIVE_INFINITY;
  private watchdog: NodeJS.Timeout | null = null;
  private disposed = false;

  constructor(
    private readonly alias: string,
    private readonly options: LineOptions,
  ) {}

  get hello(): Hello {
    if (this.known) return this.known;
    throw this.failure ?? new TargetUnreachable(`${this.alias} has not answered yet`);
  }

  async ready(): Promise<void> {
    if (this.open) return this.open && this.failure ? Promise.reject(this.failure) : undefined;
    if (this.disposed) throw new TargetUnreachable('the connection was closed');
    const { clock } = this.options;
    if (!this.opening && clock.monotonic() < this.notBefore && this.failure) throw this.failure;
    this.opening ??= this.connect().finally(() => (this.opening = null));
    // It may fail with nobody waiting: who asks next is told.
    this.opening.catch(() => undefined);
    // Somebody who was told that it is silent is not kept waiting for each attempt to find out.
    if (this.failure) throw this.failure;
    return this.opening;
  }

  async request<T>(op: string, args: readonly unknown[]): Promise<T> {
    await this.ready();
    const { open } = this;
    if (!open) throw this.failure ?? new TargetUnreachable(`${this.alias} has not answered yet`);
    if (open.channel.outstanding === 0) this.lastHeardAt = this.options.clock.monotonic();
    this.guard();
    return open.channel.request<T>(op, args);
  }

  watch(folder: string, changed: (name: string | null) => void): Disposable {
    const id = randomUUID();
    this.watches.set(id, { folder, changed });
    // Where it cannot be watched, or not yet, polls tell.
    this.request('watch', [folder, id]).catch(() => undefined);
    return { dispose: () => this.watches.delete(id) };
  }

  dispose(): void {
    this.disposed = true;
    if (this.watchdog) clearInterval(this.watchdog);
    this.open?.connection.close();
  }

  private async connect(): Promise<void> {
    const { clock } = this.options;
    try {
      const connection = await connect(this.alias, this.options);
      try {
        const heard = () => this.heard();
        const { channel, hello } = await AgentChannel.open(connection.client, this.alias, {
          heard,
          watched: (id, name) => this.watches.get(id)?.changed(name),
          closed: () => this.lost(connection, 'the connection was cut'),
        });
        if (this.disposed) throw new TargetUnreachable('the connection was closed');
        this.known = hello;
        this.open = { connection, channel };
        this.failure = null;
        this.pauseMs = firstPauseMs;
        connection.client.once('close', () => this.lost(connection, 'the connection was cut'));
        this.heard();
      } catch (error) {
        connection.close();
        throw error;
      }
    } catch (error) {
      const refused = error instanceof SshRefusal;
      this.failure = this.silence(error as Error);
      this.notBefore = clock.monotonic() + (refused ? refusedPauseMs : this.pauseMs);
      this.pauseMs = Math.min(longestPauseMs, this.pauseMs * 2);
      throw this.failure;
    }
    for (const [id, { folder, changed }] of this.watches) {
      this.request('watch', [folder, id]).catch(() => undefined);
      // What changed while nobody watched.
      changed(null);
    }
  }

  /** The same complaint with when the machine was last heard of. */
  private silence(error: Error): TargetUnreachable {
    const since = this.lastHeard;
    if (error instanceof SshRefusal)
      return new SshRefusal(error.kind, error.message, since, { cause: error });
    return new TargetUnreachable(error.message, since, { cause: error });
  }

  private heard(): void {
    const { clock } = this.options;
    this.lastHeard = clock.now();
    this.lastHeardAt = clock.monotonic();
    if (this.open) this.failure = null;
  }

  private lost(connection: Connection, why: string): void {
    if (this.open?.connection !== connection) return;
    const { channel } = this.open;
    this.open = null;
    this.failure = new TargetUnreachable(`${this.alias} does not answer: ${why}`, this.lastHeard);
    channel.fail(this.failure);
    connection.close();
    this.notBefore = this.options.clock.monotonic();
  }

  /** While answers are owed, looks whether the machine still says anything at all. */
  private guard(): void {
    if (this.watchdog) return;
    const { clock, doubtMs = 5000, giveUpMs = 20_000 } = this.options;
    this.watchdog = setInterval(() => {
      const { open } = this;
      if (!open || open.channel.outstanding === 0) {
        if (this.watchdog) clearInterval(this.watchdog);
        this.watchdog = null;
        return;
      }
      const silentMs = clock.monotonic() - this.lastHeardAt;
      if (silentMs < doubtMs / 5) return;
      if (silentMs > giveUpMs) return this.lost(open.connection, 'it has been silent for too long');
      if (silentMs > doubtMs && !this.failure) {
        this.failure = new TargetUnreachable(`${this.alias} does not answer`, this.lastHeard);
        open.channel.fail(this.failure);
      }
      open.channel.request('ping', []).catch(() => undefined);
    }, doubtMs / 5);
    this.watchdog.unref();
  }
}

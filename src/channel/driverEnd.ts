import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import * as v from 'valibot';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import type { EditorLine, EditorModelCard, ModelChoice } from '../core/agents/editorService';
import { abortFailure } from '../core/agents/failureKind';
import { ReviewerFailure, type ChatReply, type ChatRequest } from '../core/agents/ports';
import { closePlace, type MeetingPlace, openPlace } from './meetingPlace';
import { attachSchema, calls, cardSchema, fromWire, replySchema, secretAnswerSchema } from './wire';

/** Who connects and does not say who it is by then is sent away. */
const introductionMs = 5000;

interface Attached {
  readonly connection: MessageConnection;
  readonly editor: string;
  readonly gone: AbortSignal;
}

/**
 * The driver's end: listens from the first question on, and asks whichever editor of this workspace is open, the newest
 * first. A question whose editor is closed before it answered is put to the next one.
 */
export class DriverEnd implements EditorLine {
  private server: Server | null = null;
  private listening: Promise<void> | null = null;
  private place: MeetingPlace | null = null;
  private readonly editors: Attached[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly waiting = new Set<() => void>();

  constructor(
    /** The workspace's `.bridge`. */
    private readonly bridge: string,
    private readonly note: (sentence: string) => void,
    /** Makes that folder where it is missing: a review may be the first thing that happens in a workspace. */
    private readonly prepare: () => void = () => undefined,
  ) {}

  get attached(): boolean {
    return this.editors.length > 0;
  }

  async ready(signal: AbortSignal): Promise<void> {
    await (this.listening ??= this.listen());
    while (!this.attached) {
      if (signal.aborted) throw abortFailure(signal);
      await new Promise<void>((resolve) => {
        const told = () => {
          signal.removeEventListener('abort', told);
          this.waiting.delete(told);
          resolve();
        };
        this.waiting.add(told);
        signal.addEventListener('abort', told, { once: true });
      });
    }
  }

  describeModel(choice: ModelChoice, signal: AbortSignal): Promise<EditorModelCard> {
    return this.ask(calls.describeModel, { choice }, cardSchema, signal);
  }

  sendToModel(choice: ModelChoice, request: ChatRequest, signal: AbortSignal): Promise<ChatReply> {
    return this.ask(calls.sendToModel, { choice, request }, replySchema, signal);
  }

  secret(name: string, signal: AbortSignal): Promise<string | null> {
    return this.ask(calls.secret, { name }, secretAnswerSchema, signal);
  }

  /** Nothing of it is left: no socket, no file, no connection. */
  async close(): Promise<void> {
    const { server, place } = this;
    this.server = null;
    this.place = null;
    for (const socket of this.sockets) socket.destroy();
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()));
    if (place !== null) closePlace(this.bridge, place);
  }

  private async ask<T>(
    call: string,
    params: object,
    schema: v.GenericSchema<unknown, T>,
    signal: AbortSignal,
  ): Promise<T> {
    for (;;) {
      await this.ready(signal);
      const editor = this.editors.at(-1)!;
      const answer = await askOne(editor, call, params, signal);
      if (answer === 'gone') {
        this.note(`${editor.editor} was closed before it answered; another one is asked.`);
        continue;
      }
      const parsed = v.safeParse(schema, answer.value);
      if (parsed.success) return parsed.output;
      throw new ReviewerFailure('broken', `${editor.editor} answered ${call} with something else.`);
    }
  }

  private async listen(): Promise<void> {
    const server = createServer((socket) => this.meet(socket));
    this.server = server;
    try {
      this.prepare();
      const place = openPlace(this.bridge);
      this.place = place;
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(place.address, resolve);
      });
      server.on('error', (error) => this.note(`No editor can be met any more: ${error.message}.`));
    } catch (cause) {
      this.server = this.listening = null;
      throw new ReviewerFailure(
        'missing',
        `VS Code cannot be asked: ${(cause as Error).message}. Its language models and kept keys are out of reach.`,
        { cause },
      );
    }
  }

  private meet(socket: Socket): void {
    this.sockets.add(socket);
    const gone = new AbortController();
    const connection = createMessageConnection(
      new SocketMessageReader(socket),
      new SocketMessageWriter(socket),
    );
    const late = setTimeout(() => socket.destroy(), introductionMs);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(late);
      this.sockets.delete(socket);
      const at = this.editors.findIndex((each) => each.connection === connection);
      if (at >= 0) this.editors.splice(at, 1);
      gone.abort();
      connection.dispose();
    });
    connection.onError(() => socket.destroy());
    connection.onRequest(calls.attach, (params: unknown) => {
      const parsed = v.safeParse(attachSchema, params);
      if (!parsed.success || !this.knows(parsed.output.token)) {
        socket.end();
        return new ResponseError(-32_001, 'this is not the driver’s token');
      }
      clearTimeout(late);
      this.editors.push({ connection, editor: parsed.output.editor, gone: gone.signal });
      for (const told of [...this.waiting]) told();
      return {};
    });
    connection.listen();
  }

  private knows(token: string): boolean {
    const [given, ours] = [Buffer.from(token), Buffer.from(this.place?.token ?? '')];
    return ours.length > 0 && given.length === ours.length && timingSafeEqual(given, ours);
  }
}

async function askOne(
  { connection, gone }: Attached,
  call: string,
  params: object,
  signal: AbortSignal,
): Promise<{ readonly value: unknown } | 'gone'> {
  if (gone.aborted) return 'gone';
  const cancel = new CancellationTokenSource();
  const stop = new AbortController();
  const ended = new Promise<'gone'>((resolve, reject) => {
    gone.addEventListener('abort', () => resolve('gone'), { once: true, signal: stop.signal });
    const aborted = () => {
      cancel.cancel();
      reject(abortFailure(signal));
    };
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted, { once: true, signal: stop.signal });
  });
  const answered = connection.sendRequest<unknown>(call, params, cancel.token).then(
    (value) => ({ value }),
    (error: unknown) => {
      if (gone.aborted) return 'gone' as const;
      throw fromWire(error);
    },
  );
  // Whichever comes second is nobody's business.
  answered.catch(() => undefined);
  ended.catch(() => undefined);
  try {
    return await Promise.race([answered, ended]);
  } finally {
    stop.abort();
    cancel.dispose();
  }
}

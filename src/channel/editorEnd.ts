import { connect, type Socket } from 'node:net';
import * as v from 'valibot';
import {
  type CancellationToken,
  createMessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import type { EditorService } from '../core/agents/editorService';
import type { Disposable } from '../core/ports';
import { isOurs, type MeetingPlace, readPlace } from './meetingPlace';
import { calls, describeSchema, type Introduction, secretSchema, sendSchema, toWire } from './wire';

/** How often a driver is looked for. */
const pollMs = 1000;
/** A place where nobody answered is tried again after so many looks. */
const patience = 10;

export interface EditorEndOptions {
  /** The workspace's `.bridge`. */
  readonly bridge: string;
  /** What this editor is called in messages: `VS Code`. */
  readonly editor: string;
  readonly service: EditorService;
  /** Nothing is done for a workspace that is not trusted. */
  trusted(): boolean;
  log(sentence: string): void;
}

/** The editor's end: finds the workspace's driver whenever there is one that asks, and serves it. */
export function serveDriver(options: EditorEndOptions): Disposable {
  let socket: Socket | null = null;
  let failed: { address: string; looks: number } | null = null;
  const look = () => {
    if (socket !== null || !options.trusted()) return;
    const place = readPlace(options.bridge);
    if (place === null) return;
    if (failed?.address === place.address && failed.looks++ % patience !== patience - 1) return;
    if (!isOurs(place.address)) {
      if (failed?.address !== place.address)
        options.log(`${place.address} is no place of a driver of yours; it is not spoken to`);
      failed = { address: place.address, looks: 0 };
      return;
    }
    const meeting = (socket = meet(place, options, () => {
      failed = null;
    }));
    meeting.once('close', () => {
      socket = null;
      failed ??= { address: place.address, looks: 0 };
    });
  };
  const timer = setInterval(look, pollMs);
  timer.unref();
  look();
  return {
    dispose: () => {
      clearInterval(timer);
      socket?.destroy();
    },
  };
}

function meet(place: MeetingPlace, options: EditorEndOptions, attached: () => void): Socket {
  const { service, editor } = options;
  const log = (sentence: string) => options.log(sentence);
  const socket = connect(place.address);
  const connection = createMessageConnection(
    new SocketMessageReader(socket),
    new SocketMessageWriter(socket),
  );
  const gone = new AbortController();
  const serve = <T extends v.GenericSchema>(
    call: string,
    schema: T,
    answer: (params: v.InferOutput<T>, signal: AbortSignal) => Promise<unknown>,
  ) =>
    connection.onRequest(call, async (params: unknown, token: CancellationToken) => {
      const stop = new AbortController();
      const listening = token.onCancellationRequested(() => stop.abort());
      try {
        return await answer(v.parse(schema, params), AbortSignal.any([stop.signal, gone.signal]));
      } catch (error) {
        return toWire(error);
      } finally {
        listening.dispose();
      }
    });
  serve(calls.describeModel, describeSchema, ({ choice }, signal) => service.describeModel(choice, signal));
  serve(calls.sendToModel, sendSchema, ({ choice, request }, signal) =>
    service.sendToModel(choice, request, signal),
  );
  serve(calls.secret, secretSchema, ({ name }, signal) => service.secret(name, signal));
  connection.onError(() => socket.destroy());
  socket.on('error', (error) => log(`the driver cannot be reached: ${error.message}`));
  socket.once('close', () => {
    gone.abort();
    connection.dispose();
  });
  socket.once('connect', () => {
    connection.listen();
    const introduction: Introduction = { token: place.token, editor };
    connection.sendRequest(calls.attach, introduction).then(
      () => {
        attached();
        log('attached to the driver');
      },
      (error: unknown) => {
        log(`the driver does not take this editor: ${(error as Error).message}`);
        socket.destroy();
      },
    );
  });
  return socket;
}

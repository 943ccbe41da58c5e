import { Readable, Writable } from 'node:stream';
import * as acp from '@agentclientprotocol/sdk';
import { AgentFailure } from '../../core/agents/author';
import { abortFailure, kindOfText } from '../../core/agents/failureKind';
import { ProcessGroup } from '../../util/processGroup';
import { askingMode } from './parse';

export interface AcpHandlers {
  update(update: acp.SessionUpdate): void;
  permission(request: acp.RequestPermissionRequest): Promise<acp.RequestPermissionResponse>;
  readFile(path: string): Promise<string>;
  writeFile(path: string, text: string): Promise<void>;
}

/** The error code of the protocol. */
const authenticationRequired = -32000;

/** A running agent that speaks ACP, shaken hands with. */
export class AcpClient {
  private constructor(
    private readonly group: ProcessGroup,
    private readonly connection: acp.ClientConnection,
    /** Its name and version. */
    readonly name: string,
  ) {}

  /** Starts it and shakes hands. The signal ends it until then, also one that answers nothing or nonsense. */
  static async start(
    argv: readonly string[],
    options: { folder: string; environment: Readonly<Record<string, string>> },
    handlers: AcpHandlers,
    signal: AbortSignal,
  ): Promise<AcpClient> {
    const { folder: cwd, environment } = options;
    const group = await ProcessGroup.start(argv, { cwd, environment, stdin: 'pipe' }).catch(
      (cause: unknown) => {
        throw new AgentFailure(
          'missing',
          `${argv[0]} could not be started (${(cause as Error).message}). Install it, or name another in bridge.author.`,
          { cause },
        );
      },
    );
    const connection = acp
      .client({ name: 'bridge' })
      .onNotification(acp.methods.client.session.update, ({ params }) => handlers.update(params.update))
      .onRequest(acp.methods.client.session.requestPermission, ({ params }) => handlers.permission(params))
      .onRequest(acp.methods.client.fs.readTextFile, async ({ params }) => {
        const lines = (await handlers.readFile(params.path)).split('\n');
        const from = Math.max(0, (params.line ?? 1) - 1);
        return {
          content: lines.slice(from, params.limit == null ? undefined : from + params.limit).join('\n'),
        };
      })
      .onRequest(acp.methods.client.fs.writeTextFile, async ({ params }) => {
        await handlers.writeFile(params.path, params.content);
        return {};
      })
      .connect(
        acp.ndJsonStream(
          Writable.toWeb(group.stdin),
          Readable.toWeb(group.stdout) as ReadableStream<Uint8Array>,
        ),
      );
    void group.exited.then(() => connection.close());
    const leave = () => void group.end();
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    try {
      const { agentInfo, protocolVersion } = await connection.agent.request(acp.methods.agent.initialize, {
        protocolVersion: acp.PROTOCOL_VERSION,
        clientInfo: { name: 'bridge', version: '0.1.0' },
        clientCapabilities: { fs: { readTextFile: true, writeTextFile: true }, terminal: false },
      });
      const name = agentInfo
        ? `${agentInfo.name} ${agentInfo.version}`
        : `${argv[0]} (ACP ${protocolVersion})`;
      return new AcpClient(group, connection, name);
    } catch (cause) {
      await group.end();
      if (signal.aborted) throw abortFailure(signal);
      throw new AgentFailure(
        'missing',
        `"${argv.join(' ')}" does not answer as an ACP agent (${group.errorText.slice(-500) || (cause as Error).message}).`,
        { cause },
      );
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Opens a session in the mode in which the agent asks most, and returns its id. */
  async newSession(folder: string): Promise<string> {
    const { agent } = this.connection;
    return this.request('start a session', async () => {
      const { sessionId, modes } = await agent.request(acp.methods.agent.session.new, {
        cwd: folder,
        mcpServers: [],
      });
      const modeId = askingMode(modes ?? null);
      if (modeId !== null) await agent.request(acp.methods.agent.session.setMode, { sessionId, modeId });
      return sessionId;
    });
  }

  async prompt(sessionId: string, text: string): Promise<acp.PromptResponse> {
    return this.request('do the work', () =>
      this.connection.agent.request(acp.methods.agent.session.prompt, {
        sessionId,
        prompt: [{ type: 'text', text }],
      }),
    );
  }

  close(): Promise<void> {
    return this.group.end();
  }

  private async request<T>(what: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (cause) {
      if (cause instanceof acp.RequestError) {
        if (cause.code === authenticationRequired)
          throw new AgentFailure(
            'refused',
            `${this.name} is not signed in, or its key is not accepted any more (${cause.message}): sign in with its own program, or give it a key that holds.`,
            { cause },
          );
        throw new AgentFailure(
          kindOfText(cause.message),
          `${this.name} could not ${what}: ${cause.message} ${JSON.stringify(cause.data ?? '')}`.trim(),
          { cause },
        );
      }
      const said = this.group.errorText.split('\n').slice(-3).join(' ');
      throw new AgentFailure(
        'died',
        `${this.name} ended before it could ${what}${said ? `: ${said}` : ''}.`,
        {
          cause,
        },
      );
    }
  }
}

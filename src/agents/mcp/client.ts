import { tmpdir } from 'node:os';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { abortFailure, kindOfText } from '../../core/agents/failureKind';
import { ReviewerFailure } from '../../core/agents/ports';
import { ProcessGroup } from '../../util/processGroup';
import { parseToolAnswer, type ToolAnswer } from './parse';
import { GroupTransport } from './transport';
import { timeoutSignal } from '../../util/timeoutSignal';

/** The largest delay that timers take, 24 days: the SDK's own limit is a minute, the deadline is ours to keep. */
const noTimeoutMs = 2 ** 31 - 1;
/** A server that has not shaken hands by then will not. */
const handshakeMs = 20_000;

/** An MCP server with a tool `codex`, running and shaken hands with. */
export class CodexMcpClient {
  private constructor(
    private readonly client: Client,
    private readonly group: ProcessGroup,
    private readonly command: string,
    /** Its name and version. */
    readonly server: string,
    readonly canReply: boolean,
  ) {}

  static async connect(
    argv: readonly string[],
    environment: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<CodexMcpClient> {
    if (signal.aborted) throw abortFailure(signal);
    const command = argv.join(' ');
    const group = await ProcessGroup.start(argv, { cwd: tmpdir(), environment, stdin: 'pipe' }).catch(
      (cause: unknown) => {
        throw new ReviewerFailure(
          'missing',
          `${argv[0]} could not be started (${(cause as Error).message}). Install it, or name it in bridge.codex.path.`,
          { cause },
        );
      },
    );
    const client = new Client({ name: 'bridge', version: '0.1.0' });
    const limit = AbortSignal.any([signal, timeoutSignal(handshakeMs)]);
    try {
      const options = { signal: limit, timeout: noTimeoutMs };
      await client.connect(new GroupTransport(group), options);
      const { tools } = await client.listTools(undefined, options);
      const names = tools.map((tool) => tool.name);
      const info = client.getServerVersion();
      const server = info ? `${info.name} ${info.version}` : argv[0]!;
      if (!names.includes('codex'))
        throw new ReviewerFailure(
          'missing',
          `${server} has no tool "codex", only ${names.join(', ') || 'none at all'}. Another reviewer is needed.`,
        );
      return new CodexMcpClient(client, group, command, server, names.includes('codex-reply'));
    } catch (cause) {
      await group.end();
      if (cause instanceof ReviewerFailure) throw cause;
      if (signal.aborted) throw abortFailure(signal);
      const said = group.errorText.split('\n').slice(-3).join(' ');
      throw new ReviewerFailure(
        'missing',
        `"${command}" does not answer as an MCP server${said ? ` (${said})` : ''}. Codex is one up to version 0.153; with a newer one choose codex-exec.`,
        { cause },
      );
    }
  }

  async call(
    tool: 'codex' | 'codex-reply',
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<ToolAnswer> {
    let answer: ToolAnswer;
    try {
      answer = parseToolAnswer(
        await this.client.callTool({ name: tool, arguments: { ...args } }, undefined, {
          signal,
          timeout: noTimeoutMs,
        }),
      );
    } catch (cause) {
      await this.close();
      if (signal.aborted) throw abortFailure(signal);
      const said = this.group.errorText.split('\n').slice(-3).join(' ');
      throw new ReviewerFailure(
        'died',
        `${this.server} ended before it answered (${(cause as Error).message}${said ? `; ${said}` : ''}). Try "${this.command}" in a terminal.`,
        { cause },
      );
    }
    if (answer.isError)
      throw new ReviewerFailure(kindOfText(answer.text), `${this.server}: ${answer.text.slice(0, 2000)}`);
    return answer;
  }

  close(): Promise<void> {
    return this.group.end();
  }
}

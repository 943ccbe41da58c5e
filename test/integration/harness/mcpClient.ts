import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  type CallToolResult,
  ElicitRequestSchema,
  type ElicitResult,
} from '@modelcontextprotocol/sdk/types.js';
import { expect } from 'vitest';
import { cliPath } from './bridge';
import type { Workspace } from './workspace';

export interface McpOptions {
  readonly name?: string;
  /** What the person answers when they are asked; missing: the client cannot ask. */
  readonly person?: (message: string) => ElicitResult | Promise<ElicitResult>;
}

/** The official client, connected to the real server over stdio. */
export class McpSession {
  private constructor(
    readonly client: Client,
    readonly transport: StdioClientTransport,
  ) {}

  static async open(workspace: Workspace, { name = 'tester', person }: McpOptions = {}): Promise<McpSession> {
    const client = new Client(
      { name, version: '3.1' },
      { capabilities: person ? { elicitation: { form: {} } } : {} },
    );
    if (person) client.setRequestHandler(ElicitRequestSchema, ({ params }) => person(params.message));
    const transport = new StdioClientTransport({
      ...{ command: process.execPath, args: [cliPath, 'mcp', '--workspace', workspace.root] },
      ...{ cwd: workspace.root, stderr: 'pipe' },
      env: { ...(process.env as Record<string, string>), XDG_CONFIG_HOME: workspace.configHome },
    });
    await client.connect(transport);
    // Learns the output schemas: every answer is then held to its tool's.
    await client.listTools();
    return new McpSession(client, transport);
  }

  get pid(): number {
    return this.transport.pid!;
  }

  call(
    name: string,
    args: Record<string, unknown> = {},
    options: { signal?: AbortSignal; onprogress?: (progress: { message?: string | undefined }) => void } = {},
  ): Promise<CallToolResult> {
    return this.client.callTool({ name, arguments: args }, undefined, {
      ...options,
      timeout: 60_000,
    }) as Promise<CallToolResult>;
  }

  /** The structured answer of a call that must go well. */
  async answer<T = Record<string, unknown>>(name: string, args: Record<string, unknown> = {}): Promise<T> {
    const result = await this.call(name, args);
    expect(textOf(result)).not.toBe('');
    expect(result.isError ?? false, textOf(result)).toBe(false);
    return result.structuredContent as T;
  }

  /** The sentence of a call that must be refused. */
  async refusal(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const result = await this.call(name, args);
    expect(result.isError, textOf(result)).toBe(true);
    return textOf(result);
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

export function textOf({ content }: CallToolResult): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
}

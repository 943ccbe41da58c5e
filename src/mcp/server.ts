import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { version } from '../../package.json';
import { callerName } from './caller';
import { dataNote, short } from './data';
import { readResource, resourceList, resourceTemplates } from './resources';
import { callTool, tools } from './toolbox';
import { jsonSchemaOf, Refused, type PersonAnswer, type ToolContext } from './tool';
import type { WorkspaceTools } from './workspaceContext';

/** The largest delay that timers take: a person answers when they are there. */
const noTimeoutMs = 2 ** 31 - 1;

const instructions = [
  'Bridge carries an experiment plan to honest results: it runs, watches, collects and judges, durably, in a process of its own.',
  'Order of work: bridge_read_plan, bridge_find_missing, bridge_propose_change for what is missing, bridge_start, then bridge_wait with the revision of the last answer until the study has finished; bridge_results and bridge_verify at the end.',
  'Only the person approves, raises a budget, trusts a workspace, or changes evaluation, tracker, results and plan; bridge_ask_person puts that before them.',
  dataNote,
].join('\n');

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** The MCP server of one workspace. `ended` aborts when its client is gone. */
export function createServer(workspace: WorkspaceTools, ended: AbortSignal): Server {
  const server = new Server(
    { name: 'bridge', title: 'Bridge', version },
    { capabilities: { tools: {}, resources: {} }, instructions },
  );
  const serve = <T>(extra: Extra, act: (context: ToolContext) => Promise<T>): Promise<T> => {
    let progress = 0;
    const token = extra._meta?.progressToken;
    const elicits = server.getClientCapabilities()?.elicitation?.form !== undefined;
    const call = {
      caller: callerName(server.getClientVersion()),
      signal: AbortSignal.any([extra.signal, ended]),
      askPerson: elicits ? (text: string, signal: AbortSignal) => ask(server, text, signal) : null,
      progress: (sentence: string) => {
        if (token === undefined) return;
        const params = { progressToken: token, progress: ++progress, message: short(sentence) };
        // A client that is gone needs no progress.
        void extra.sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
      },
    };
    return workspace.serve(call, act);
  };

  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listedTools }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra): Promise<CallToolResult> => {
    try {
      const { sentence, data } = await serve(extra, (context) =>
        callTool(params.name, params.arguments, context),
      );
      const text = `${sentence}\n${dataNote}\n${JSON.stringify(data)}`;
      return { content: [{ type: 'text', text }], structuredContent: { sentence, ...data } };
    } catch (error) {
      if (!(error instanceof Refused)) return failed(`${params.name} failed: ${(error as Error).message}`);
      return failed(error.message);
    }
  });
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [...resourceList] }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [...resourceTemplates],
  }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }, extra) => {
    try {
      const text = await serve(extra, (context) => readResource(uri, context));
      return { contents: [{ uri, mimeType: 'text/plain', text }] };
    } catch (error) {
      throw new McpError(ErrorCode.InvalidParams, (error as Error).message);
    }
  });
  return server;
}

/** The tools as clients are told of them. */
export const listedTools = tools.map((tool) => ({
  ...{ name: tool.name, title: tool.title, description: tool.description },
  inputSchema: jsonSchemaOf(tool.input),
  outputSchema: withSentence(jsonSchemaOf(tool.output)),
  annotations: {
    ...{ title: tool.title, readOnlyHint: tool.readOnly, destructiveHint: tool.destructive },
    ...{ idempotentHint: tool.readOnly, openWorldHint: false },
  },
}));

/** Clients that pass on only the structured answer are told in a sentence, too. */
function withSentence(schema: ReturnType<typeof jsonSchemaOf>): ReturnType<typeof jsonSchemaOf> {
  const { properties, required } = schema as { properties?: object; required?: readonly string[] };
  return {
    ...schema,
    properties: { sentence: { type: 'string' }, ...properties },
    required: ['sentence', ...(required ?? [])],
  };
}

function failed(sentence: string): CallToolResult {
  return { content: [{ type: 'text', text: short(sentence, 2000) }], isError: true };
}

/** The question that the client puts before its person. Nothing is chosen beforehand. */
async function ask(server: Server, message: string, signal: AbortSignal): Promise<PersonAnswer> {
  const { action, content } = await server.elicitInput(
    {
      mode: 'form',
      message,
      requestedSchema: {
        type: 'object',
        properties: {
          decision: {
            ...{ type: 'string', title: 'Decision', enum: ['approve', 'decline'] },
            description: 'approve starts exactly what is shown above',
          },
        },
        required: ['decision'],
      },
    },
    { timeout: noTimeoutMs, signal },
  );
  // Only a choice that was made counts: clients decline and dismiss by themselves where nobody may be asked.
  if (action !== 'accept') return 'later';
  return content?.decision === 'approve' ? 'approve' : content?.decision === 'decline' ? 'decline' : 'later';
}

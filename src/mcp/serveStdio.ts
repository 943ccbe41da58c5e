import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createServer } from './server';
import { startDriver } from './startDriver';
import { WorkspaceTools } from './workspaceContext';

/** A message of some megabytes is answered with what is wrong with it; a larger one ends the connection. */
const maxMessageBytes = 32 * 1024 * 1024;

/** Serves a workspace over standard input and output until the client is gone or the signal aborts. */
export async function serveStdio(root: string, cli: string, signal: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const workspace = new WorkspaceTools(root, () => startDriver(cli, root));
  const server = createServer(workspace, ended.signal);
  server.onerror = (error) => process.stderr.write(`bridge: ${error.message}\n`);
  const gone = new Promise<void>((resolve) => {
    server.onclose = resolve;
    for (const event of ['end', 'close', 'error'] as const) process.stdin.once(event, () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.connect(
    new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: maxMessageBytes }),
  );
  await gone;
  // What was put into the inbox stands, and what runs goes on in its own process.
  ended.abort();
  await server.close();
  process.stdin.destroy();
}

import type { Command } from 'commander';
import { serveStdio } from '../mcp/serveStdio';
import type { CliIo } from './io';
import { interruptSignal } from './interruptSignal';
import { workspaceRoot } from './workspace';

/** `bridge mcp`: the tools for agents, over standard input and output. */
export function registerMcp(program: Command, _io: CliIo): void {
  program
    .command('mcp')
    .description('serve this workspace to agents such as Claude Code and Codex (MCP over stdio)')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .action(async (flags: { workspace?: string }) => {
      await serveStdio(workspaceRoot(flags.workspace), process.argv[1]!, interruptSignal());
    });
}

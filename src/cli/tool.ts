import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { callerName } from '../mcp/caller';
import { startDriver } from '../mcp/startDriver';
import { Refused } from '../mcp/tool';
import { callTool } from '../mcp/toolbox';
import { WorkspaceTools } from '../mcp/workspaceContext';
import { CliError, exitCode, type CliIo } from './io';
import { interruptSignal } from './interruptSignal';
import { workspaceRoot } from './workspace';

/**
 * `bridge tool NAME`: one call of a tool for agents, for those that speak no MCP. Its input is JSON on standard input,
 * its answer JSON on standard output; a refusal is a sentence and exit code 1.
 */
export function registerTool(program: Command, io: CliIo): void {
  program
    .command('tool')
    .description('call one of the tools that "bridge mcp" offers; JSON in, JSON out')
    .argument('<name>', 'for example bridge_status')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--caller <name>', 'name of the program that calls, for the timeline', 'script')
    .action(async (name: string, flags: { workspace?: string; caller: string }) => {
      const root = workspaceRoot(flags.workspace);
      const input = parseInput(process.stdin.isTTY ? '' : await readAll(process.stdin));
      const tools = new WorkspaceTools(root, () => startDriver(process.argv[1]!, root));
      const call = {
        ...{ caller: callerName({ name: flags.caller }), signal: interruptSignal(), askPerson: null },
        progress: (sentence: string) => io.note(sentence),
      };
      try {
        const { sentence, data } = await tools.serve(call, (context) => callTool(name, input, context));
        io.out(JSON.stringify({ sentence, ...data }));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        throw new CliError(error.message, exitCode.failed);
      }
    });
}

function parseInput(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CliError('standard input is not JSON.', exitCode.wrongInput);
  }
}

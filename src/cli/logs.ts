import { once } from 'node:events';
import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { openWorkspaceClient } from '../store/workspaceClient';
import { systemClock } from '../store/systemClock';
import { isSettled } from '../core/run/foldJobs';
import { CliError, exitCode, type CliIo } from './io';
import { interruptSignal } from './interruptSignal';
import { workspaceRoot } from './workspace';

const chunkBytes = 1 << 20;
/** Of a longer log only the end is printed; the whole is in its file. */
const printedBytes = 16 << 20;
const pollMs = 250;

/** `bridge logs ID [--follow]`: the newest attempt's log. */
export function registerLogs(program: Command, io: CliIo): void {
  program
    .command('logs')
    .description('print the log of a run’s newest attempt')
    .argument('<id>', 'run')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--follow', 'go on as it grows, until the run has ended')
    .action(async (id: string, flags: { workspace?: string; follow?: boolean }) => {
      const client = openWorkspaceClient({
        root: workspaceRoot(flags.workspace),
        startDriver: () => undefined,
      });
      const signal = interruptSignal();
      try {
        if (!client.state.jobs.has(id))
          throw new CliError(
            `there is no run "${id}" here. "bridge status" lists them.`,
            exitCode.wrongInput,
          );
        if (client.logPath(id) === null)
          throw new CliError(
            `${id} has not started, so it has no log. "bridge status" says why it waits.`,
            exitCode.wrongInput,
          );
        const size = statSync(client.logPath(id)!, { throwIfNoEntry: false })?.size ?? 0;
        let from = Math.max(0, size - printedBytes);
        if (from > 0)
          io.note(
            `The log has ${Math.round(size / 2 ** 20)} MiB; here is its end. The whole: ${client.logPath(id)}`,
          );
        for (;;) {
          const ended = isSettled(client.state.jobs.get(id)?.phase) || !client.driving;
          const chunk = await client.readLog(id, from, chunkBytes);
          if (chunk && chunk.text !== '' && !process.stdout.write(chunk.text))
            await once(process.stdout, 'drain');
          const more = chunk !== null && chunk.to - chunk.from === chunkBytes;
          from = chunk?.to ?? from;
          if (more) continue;
          if (!flags.follow || ended || signal.aborted) return;
          await systemClock.sleep(pollMs, signal);
        }
      } finally {
        client.dispose();
      }
    });
}

import type { Command } from 'commander';
import { CliError, exitCode, type CliIo } from './io';
import { interruptSignal } from './interruptSignal';
import { openSession } from './openSession';
import { workspaceRoot } from './workspace';
import { progressTo } from './progress';

/** `bridge evaluate ID…`: only the evaluation runs again, as a new attempt. */
export function registerEvaluate(program: Command, io: CliIo): void {
  program
    .command('evaluate')
    .description('run only the evaluation of ended runs again, on what their training left')
    .argument('<id...>', 'runs')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .action(async (ids: string[], flags: { workspace?: string }) => {
      const root = workspaceRoot(flags.workspace);
      const signal = interruptSignal();
      const opened = openSession(root, 'evaluate', io, progressTo(io, process.stderr.isTTY === true));
      if (opened.kind === 'held')
        throw new CliError(
          `process ${opened.holder.pid} on ${opened.holder.host} ("bridge ${opened.holder.purpose}") drives this workspace. Wait until it is done ("bridge status"), then evaluate.`,
          exitCode.failed,
        );
      try {
        for (const { id, outcome } of await opened.session.evaluate([...new Set(ids)], signal)) {
          if (outcome.kind === 'refused')
            throw new CliError(`${outcome.why}. Nothing was started for it.`, exitCode.wrongInput);
          if (outcome.kind === 'interrupted') {
            process.exitCode = exitCode.interrupted;
            return io.note('Interrupted. The evaluation that was started goes on.');
          }
          if (outcome.kind === 'done') io.out(`${id}: evaluated again.`);
          else {
            process.exitCode = exitCode.failed;
            io.out(`${id}: the evaluation failed: ${outcome.failure.message}. ${outcome.failure.advice}.`);
          }
        }
      } finally {
        await opened.close();
      }
    });
}

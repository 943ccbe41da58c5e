import { resolve } from 'node:path';
import { Command } from 'commander';
import { registerCheck } from './cli/check';
import { registerCompare } from './cli/compare';
import { registerDiagnose } from './cli/diagnose';
import { CliError, exitCode, type CliIo } from './cli/io';
import { registerControl } from './cli/control';
import { registerLogs } from './cli/logs';
import { registerPlan } from './cli/plan';
import { registerApprove, registerQueue, registerRun } from './cli/run';
import { registerStatus } from './cli/status';
import { registerSupervise } from './cli/supervise';

/** Composition root of the headless host: `bridge VERB`. One file a verb in `cli/`. */
async function main(argv: readonly string[]): Promise<void> {
  const io: CliIo = {
    out: (text) => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    note: (text) => process.stderr.write(text.endsWith('\n') ? text : `${text}\n`),
    resolve: (path, workspace) => resolve(workspace, path),
  };
  const program = new Command('bridge').description('Carries an experiment plan to honest first results.');
  // Each verb registers itself: `registerPlan(program, io)`.
  registerCheck(program, io);
  registerCompare(program, io);
  registerDiagnose(program, io);
  registerPlan(program, io);
  registerRun(program, io);
  registerQueue(program, io);
  registerApprove(program, io);
  registerStatus(program, io);
  registerControl(program, io);
  registerLogs(program);
  registerSupervise(program, io);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    io.note(`bridge: ${error.message}`);
    process.exitCode = error.code;
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`bridge: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCode.failed;
});

import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Command, CommanderError } from 'commander';
import { version } from '../package.json';
import { registerAgents } from './cli/agents';
import { registerChanges } from './cli/changes';
import { registerCheck } from './cli/check';
import { registerCompare } from './cli/compare';
import { registerDiagnose } from './cli/diagnose';
import { registerDoctor } from './cli/doctor';
import { CliError, exitCode, type CliIo } from './cli/io';
import { registerControl } from './cli/control';
import { registerEvaluate } from './cli/evaluate';
import { registerHost } from './cli/host';
import { registerLogs } from './cli/logs';
import { registerMcp } from './cli/mcp';
import { registerPlan } from './cli/plan';
import { registerReview } from './cli/review';
import { registerApprove, registerQueue, registerRun } from './cli/run';
import { registerSelfCheck } from './cli/selfCheck';
import { registerSkill } from './cli/skill';
import { registerStatus } from './cli/status';
import { registerSupervise } from './cli/supervise';
import { registerTemplate } from './cli/template';
import { registerRelease } from './cli/release';
import { registerReproduce } from './cli/reproduce';
import { registerTool } from './cli/tool';
import { registerVerify } from './cli/verify';
import { registerWait } from './cli/wait';

/** A dash between a plan and its overrides: the shell's own `--` would be taken away before a verb sees it. */
const dash = /^-{2,3}$/;

/** Verbs that may go on for days beside the runs that they start. */
const drivers = new Set(['queue', 'run', 'approve', 'supervise']);

/** Composition root of the headless host: `bridge VERB`. One file a verb in `cli/`. */
async function main(argv: readonly string[]): Promise<void> {
  const io: CliIo = {
    out: (text) => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    note: (text) => process.stderr.write(text.endsWith('\n') ? text : `${text}\n`),
    resolve: (path, workspace) => resolve(workspace, path),
  };
  const program = new Command('bridge')
    .description('Carries an experiment plan to honest first results.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show how it is called')
    .helpCommand('help [verb]', 'show how a verb is called')
    .configureOutput({ outputError: (text) => io.note(text.replace(/^error: /, 'bridge: ')) })
    .showHelpAfterError('"bridge help VERB" shows how a verb is called.')
    .exitOverride();
  // Each verb registers itself: `registerPlan(program, io)`.
  registerRun(program, io);
  registerApprove(program, io);
  registerQueue(program, io);
  registerSelfCheck(program, io);
  registerStatus(program, io);
  registerLogs(program, io);
  registerHost(program, io);
  registerControl(program, io);
  registerChanges(program, io);
  registerPlan(program, io);
  registerReview(program, io);
  registerAgents(program, io);
  registerTemplate(program, io);
  registerDiagnose(program, io);
  registerDoctor(program, io);
  registerCheck(program, io);
  registerCompare(program, io);
  registerEvaluate(program, io);
  registerReproduce(program, io);
  registerVerify(program, io);
  registerRelease(program, io);
  registerSupervise(program, io);
  registerWait(program, io);
  registerMcp(program, io);
  registerTool(program, io);
  registerSkill(program, io);
  if (argv.length === 0) return program.outputHelp();
  // What is young is collected sooner: a queue of 10,000 runs is driven in 110 MB rather than 185.
  if (drivers.has(argv[0] ?? '')) setFlagsFromString('--semi-space-growth-factor=1');
  const words = argv[0] === 'run' ? argv.map((word) => (dash.test(word) ? '—' : word)) : argv;
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    // Commander has said what it has to say; only help and version end well.
    if (error instanceof CommanderError)
      process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.wrongInput;
    else if (error instanceof CliError) {
      io.note(`bridge: ${error.message}`);
      process.exitCode = error.code;
    } else throw error;
  }
}

/** Whatever was not foreseen is a sentence, too. What was recorded stands, and the same command continues from it. */
function fail(error: unknown): never {
  process.stderr.write(`bridge: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(exitCode.failed);
}

process.on('uncaughtException', fail);
// A reader that has seen enough (`bridge status | head`) is no failure.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    fail(error);
  });

main(process.argv.slice(2)).catch(fail);

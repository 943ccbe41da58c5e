import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { version } from '../package.json';
import { keepHeapSmall } from './cli/heap';
import { CliError, exitCode, type CliIo } from './cli/io';
import { UnreadableInput } from './store/workspaceFiles';

/** A dash between a plan and its overrides: the shell's own `--` would be taken away before a verb sees it. */
const dash = /^-{2,3}$/;

/** Verbs that may go on for days beside the runs that they start. */
const drivers = new Set(['queue', 'run', 'approve', 'supervise']);

interface Verb {
  readonly names: readonly string[];
  readonly load: () => Promise<(program: Command, io: CliIo) => void>;
}

const verb = (names: string, load: Verb['load']): Verb => ({ names: names.split(' '), load });

/** In the order in which help shows them. Only the verb that is called is loaded: `status` needs no agents and no ssh. */
const verbs: readonly Verb[] = [
  verb('run', async () => (await import('./cli/run')).registerRun),
  verb('approve', async () => (await import('./cli/run')).registerApprove),
  verb('queue', async () => (await import('./cli/run')).registerQueue),
  verb('check-code', async () => (await import('./cli/selfCheck')).registerSelfCheck),
  verb('status', async () => (await import('./cli/status')).registerStatus),
  verb('logs', async () => (await import('./cli/logs')).registerLogs),
  verb('host', async () => (await import('./cli/host')).registerHost),
  verb('cancel retry pause resume reprioritise', async () => (await import('./cli/control')).registerControl),
  verb(
    'changes take reject permissions allow deny',
    async () => (await import('./cli/changes')).registerChanges,
  ),
  verb('plan', async () => (await import('./cli/plan')).registerPlan),
  verb('review', async () => (await import('./cli/review')).registerReview),
  verb('agents', async () => (await import('./cli/agents')).registerAgents),
  verb('template', async () => (await import('./cli/template')).registerTemplate),
  verb('diagnose', async () => (await import('./cli/diagnose')).registerDiagnose),
  verb('doctor', async () => (await import('./cli/doctor')).registerDoctor),
  verb('check', async () => (await import('./cli/check')).registerCheck),
  verb('compare', async () => (await import('./cli/compare')).registerCompare),
  verb('evaluate', async () => (await import('./cli/evaluate')).registerEvaluate),
  verb('reproduce', async () => (await import('./cli/reproduce')).registerReproduce),
  verb('verify', async () => (await import('./cli/verify')).registerVerify),
  verb('release', async () => (await import('./cli/release')).registerRelease),
  verb('supervise', async () => (await import('./cli/supervise')).registerSupervise),
  verb('wait', async () => (await import('./cli/wait')).registerWait),
  verb('mcp', async () => (await import('./cli/mcp')).registerMcp),
  verb('tool', async () => (await import('./cli/tool')).registerTool),
  verb('skill', async () => (await import('./cli/skill')).registerSkill),
];

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
  if (drivers.has(argv[0] ?? '')) keepHeapSmall();
  const called = verbs.filter(({ names }) => names.includes(argv[0] ?? ''));
  for (const { load } of called.length > 0 ? called : verbs) (await load())(program, io);
  if (argv.length === 0) return program.outputHelp();
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
    } else if (error instanceof UnreadableInput) {
      io.note(`bridge: ${error.message}. Make it readable and call again.`);
      process.exitCode = exitCode.wrongInput;
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

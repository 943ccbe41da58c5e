import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import type { DriverIntent } from '../core/run/intent';
import type { JobPhase, StudyState } from '../core/run/state';
import { bridgeFolder } from '../store/bridgeFolder';
import { Inbox } from '../store/inbox';
import { currentHolder } from '../store/journal';
import { statusWord } from '../core/run/words';
import { CliError, exitCode, type CliIo } from './io';
import { openSession } from './openSession';
import { readState, workspaceRoot } from './workspace';

type RunVerb = 'cancel' | 'retry' | 'pause' | 'resume' | 'reprioritise';

const descriptions: Readonly<Record<RunVerb, string>> = {
  cancel: 'stop runs, or take them off the queue',
  retry: 'try ended runs again, as a new attempt',
  pause: 'hold waiting runs back',
  resume: 'let paused runs go on',
  reprioritise: 'start runs earlier or later than others',
};

/** `bridge cancel|retry|pause|resume|reprioritise ID…`: asks the driver, or does it where none is. */
export function registerControl(program: Command, io: CliIo): void {
  for (const verb of Object.keys(descriptions) as RunVerb[]) {
    const command = program
      .command(verb)
      .description(descriptions[verb])
      .argument('[id...]', 'runs; a phase or milestone stands for its runs; none: every run it fits')
      .option('--workspace <dir>', 'the workspace (default: here)');
    if (verb === 'retry')
      command.option(
        '--elsewhere',
        'give up what is on a machine that does not answer, and run it on another',
      );
    if (verb === 'reprioritise')
      command
        .option('--priority <n>', 'a whole number; higher runs start first', readPriority)
        // `reprioritise R001 -3`: the number may follow the runs, too.
        .allowUnknownOption();
    command.action(async (named: string[], flags: ControlFlags) => {
      const root = workspaceRoot(flags.workspace);
      const state = readState(root, io);
      const { ids, priority } =
        verb === 'reprioritise' ? withPriority(named, flags.priority) : { ids: named, priority: 0 };
      const runs =
        ids.length > 0
          ? resolveRuns(state, ids)
          : flags.elsewhere
            ? unreachableRuns(state)
            : everyRun(state, verb);
      const intent: DriverIntent =
        verb === 'reprioritise'
          ? { type: 'run.reprioritise', runs, priority, by: 'person' }
          : verb === 'retry' && flags.elsewhere
            ? { type: 'run.retry', runs, elsewhere: true, by: 'person' }
            : { type: `run.${verb}`, runs, by: 'person' };
      new Inbox(bridgeFolder(root).inbox).put(intent, Date.now());
      if (currentHolder(bridgeFolder(root).journal) !== null)
        return io.note(`Asked the driver to ${verb} ${runs.join(', ')}.`);
      await applyWithoutDriver(root, io);
      io.note(`${verb}: ${runs.join(', ')}.`);
      if (verb === 'retry' || verb === 'resume') startSupervisor(root, io);
    });
  }
}

interface ControlFlags {
  readonly workspace?: string;
  readonly priority?: number;
  readonly elsewhere?: boolean;
}

function unreachableRuns(state: StudyState): string[] {
  const runs = [...state.jobs.values()].filter((each) => statusWord(each) === 'unreachable');
  if (runs.length === 0)
    throw new CliError('no run is on a machine that does not answer.', exitCode.wrongInput);
  return runs.map(({ job }) => job.id);
}

/** What each verb does something to. */
const fits: Readonly<Record<RunVerb, (kind: JobPhase['kind']) => boolean>> = {
  cancel: (kind) => kind === 'pending' || kind === 'paused' || kind === 'running',
  retry: (kind) => kind === 'failed' || kind === 'cancelled' || kind === 'skipped',
  pause: (kind) => kind === 'pending',
  resume: (kind) => kind === 'paused',
  reprioritise: (kind) => kind === 'pending' || kind === 'paused',
};

function everyRun(state: StudyState, verb: RunVerb): string[] {
  const runs = [...state.jobs.values()].filter(({ phase, obsolete }) => !obsolete && fits[verb](phase.kind));
  if (runs.length === 0)
    throw new CliError(`there is no run here to ${verb}. "bridge status" lists them.`, exitCode.wrongInput);
  return runs.map(({ job }) => job.id);
}

/** Runs and the priority, which is an option or the last word. */
function withPriority(
  words: readonly string[],
  said: number | undefined,
): { ids: readonly string[]; priority: number } {
  if (said !== undefined) return { ids: words, priority: said };
  const last = words.at(-1);
  if (last === undefined)
    throw new CliError('reprioritise takes --priority N: higher runs start first.', exitCode.wrongInput);
  return { ids: words.slice(0, -1), priority: readPriority(last) };
}

function readPriority(text: string): number {
  if (/^-?\d{1,6}$/.test(text)) return Number(text);
  throw new CliError(`--priority takes a whole number, not ${JSON.stringify(text)}.`, exitCode.wrongInput);
}

/** Ids of runs; the name of a phase or milestone stands for its runs. */
export function resolveRuns(state: StudyState, ids: readonly string[]): string[] {
  const runs = ids.flatMap((id) => {
    if (state.jobs.has(id)) return [id];
    const members = [...state.jobs.values()]
      .filter(({ job }) => job.phase === id || job.milestone === id)
      .map(({ job }) => job.id);
    if (members.length === 0)
      throw new CliError(
        `there is no run, phase or milestone "${id}" here. "bridge status" lists them.`,
        exitCode.wrongInput,
      );
    return members;
  });
  return [...new Set(runs)];
}

/** Nobody drives: the wish is written into the journal by this process, and the tracker follows. */
export async function applyWithoutDriver(root: string, io: CliIo): Promise<void> {
  const opened = openSession(root, 'control', io, () => undefined);
  // Somebody came between: that driver takes the wish from the inbox.
  if (opened.kind === 'held') return;
  try {
    await opened.session.applyInbox();
  } finally {
    await opened.close();
  }
}

function startSupervisor(root: string, io: CliIo): void {
  spawn(process.execPath, [process.argv[1]!, 'supervise', '--workspace', root], {
    detached: true,
    stdio: 'ignore',
  }).unref();
  io.note('A driver was started in the background; "bridge status --watch" shows it.');
}

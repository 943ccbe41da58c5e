import type { Command } from 'commander';
import { attentionKinds, type AttentionKind } from '../core/run/attention';
import { awaitAttention } from '../store/awaitAttention';
import { systemClock } from '../store/systemClock';
import { CliError, exitCode, type CliIo } from './io';
import { interruptSignal } from './interruptSignal';
import { workspaceRoot } from './workspace';

interface WaitFlags {
  readonly for?: string[];
  readonly since?: number;
  readonly timeout?: number;
  readonly workspace?: string;
  readonly json?: boolean;
}

const collect = (value: string, before: string[] = []) => [...before, ...value.split(',')];

/**
 * `bridge wait --for EVENT`: returns on the next thing that needs somebody, for scripts, hooks and cron. Exit code 0: it
 * came and is no failure; 1: it is one, or it cannot come any more.
 */
export function registerWait(program: Command, io: CliIo): void {
  program
    .command('wait')
    .description('return when something happens; reads only')
    .option('--for <event>', `what to wait for: any, ${attentionKinds.join(', ')} (repeatable)`, collect)
    .option('--since <revision>', 'count what happened after this revision, too', wholeNumber('--since'))
    .option('--timeout <seconds>', 'give up after so many seconds', wholeNumber('--timeout'))
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--json', 'print one JSON document')
    .action(async (flags: WaitFlags) => {
      const kinds = readKinds(flags.for ?? ['any']);
      const awaited = await awaitAttention(
        {
          ...{ root: workspaceRoot(flags.workspace), kinds, since: flags.since ?? null, clock: systemClock },
          timeoutMs: flags.timeout === undefined ? null : flags.timeout * 1000,
        },
        interruptSignal(),
      );
      const { outcome, revision } = awaited;
      const isAwaited = outcome === 'came' && !awaited.attentions.some(({ bad }) => bad);
      const ended = outcome === 'ended' && (kinds?.includes('finished') ?? true);
      process.exitCode =
        outcome === 'interrupted'
          ? exitCode.interrupted
          : isAwaited || (ended && awaited.state.ended?.outcome === 'done')
            ? exitCode.done
            : exitCode.failed;
      if (flags.json) {
        const events = awaited.attentions.map(({ at, ...each }) => ({
          at: new Date(at).toISOString(),
          ...each,
        }));
        return io.out(JSON.stringify({ outcome, revision, events }, null, 2));
      }
      for (const { kind, sentence } of awaited.attentions) io.out(`${kind}: ${sentence}`);
      if (outcome === 'timeout') io.note('Nothing of that kind happened within the time.');
      if (outcome === 'ended' && !ended) io.note('The study has ended, so that cannot come any more.');
    });
}

/** Null: whatever somebody has to look at. */
function readKinds(names: readonly string[]): AttentionKind[] | null {
  const unknown = names.filter(
    (name) => name !== 'any' && !(attentionKinds as readonly string[]).includes(name),
  );
  if (unknown.length > 0)
    throw new CliError(
      `--for takes any, ${attentionKinds.join(', ')}, not ${unknown.map((name) => JSON.stringify(name)).join(', ')}.`,
      exitCode.wrongInput,
    );
  return names.includes('any') ? null : (names as AttentionKind[]);
}

function wholeNumber(option: string): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new CliError(`${option} takes a whole number, not ${JSON.stringify(text)}.`, exitCode.wrongInput);
  };
}

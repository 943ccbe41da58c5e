import type { Command } from 'commander';
import { unifiedDiff } from '../core/agents/change';
import { openChanges } from '../core/run/agents';
import type { DriverIntent } from '../core/run/intent';
import { FileAsks } from '../store/asks';
import { bridgeFolder } from '../store/bridgeFolder';
import { FileChanges } from '../store/changes';
import { Inbox } from '../store/inbox';
import { currentHolder } from '../store/journal';
import { changesText, permissionsText } from './changesText';
import { CliError, exitCode, type CliIo } from './io';
import { openSession } from './openSession';
import { readState, workspaceRoot } from './workspace';

interface TakeFlags {
  readonly workspace?: string;
  readonly file?: readonly string[];
  readonly hunk?: readonly string[];
}

const collect = (value: string, before: readonly string[] = []) => [...before, value];
const by = 'bridge';

/** `bridge changes|take|reject|permissions|allow|deny`: what agents propose and ask, and a person's word on it. */
export function registerChanges(program: Command, io: CliIo): void {
  const verb = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option('--workspace <dir>', 'the workspace (default: here)');

  verb('changes', 'changes that agents propose; with an id its diff')
    .argument('[id]', 'a change')
    .option('--json', 'print them as JSON')
    .option('--approved', 'the code that the last checkpoint showed, since the approval before it')
    .action(
      async (id: string | undefined, flags: { workspace?: string; json?: boolean; approved?: boolean }) => {
        const root = workspaceRoot(flags.workspace);
        const { agents, checkpoint } = readState(root, io);
        if (flags.approved)
          return io.out((checkpoint.kind === 'none' ? '' : checkpoint.checkpoint.diff) || 'No code changed.');
        const store = new FileChanges(root, bridgeFolder(root).path);
        if (id !== undefined) {
          if (!agents.changes.has(id)) throw noSuch('change', id);
          const waiting = (await store.read(id)).map(unifiedDiff).join('');
          return io.out(waiting || 'Nothing of this change waits any more.');
        }
        const open = openChanges(agents);
        io.out(flags.json ? JSON.stringify(open, null, 2) : changesText(open));
      },
    );

  verb('take', 'take a change of an agent over, whole or in part')
    .argument('[id]', 'a change; by default the one that waits')
    .option('--file <path>', 'only this file (repeatable)', collect)
    .option('--hunk <path:n>', 'only this place of a file, counted from 1 (repeatable)', collect)
    .action(async (id: string | undefined, flags: TakeFlags) => {
      const root = workspaceRoot(flags.workspace);
      const change = theOne(openChanges(readState(root, io).agents), id, 'change');
      const hunks = hunksOf(flags.hunk ?? []);
      await wish(root, io, {
        ...{ type: 'change.take', change, by, files: flags.file ? [...flags.file] : null, hunks },
      });
      const after = readState(root).agents.changes.get(change);
      const of = (standing: string) =>
        after?.files.filter((file) => file.standing === standing).map(({ path }) => path) ?? [];
      if (of('taken').length > 0) io.out(`Taken over: ${of('taken').join(', ')}.`);
      if (of('partly').length > 0) io.out(`Taken in part: ${of('partly').join(', ')}.`);
      for (const path of of('conflict')) io.note(`${path} was edited meanwhile and was left alone.`);
      if (of('conflict').length > 0) process.exitCode = exitCode.failed;
    });

  verb('reject', 'reject a change of an agent; the reason reaches it')
    .argument('[id]', 'a change; by default the one that waits')
    .requiredOption('--reason <text>', 'why')
    .option('--checkpoint', 'the checkpoint that waits, instead of a change')
    .action(
      async (id: string | undefined, flags: { workspace?: string; reason: string; checkpoint?: boolean }) => {
        const root = workspaceRoot(flags.workspace);
        if (flags.checkpoint) {
          const { checkpoint } = readState(root, io);
          if (checkpoint.kind !== 'shown')
            throw new CliError('no checkpoint waits for an approval here.', exitCode.wrongInput);
          const { hash } = checkpoint.checkpoint;
          await wish(root, io, { type: 'checkpoint.reject', hash, reason: flags.reason, by });
          return io.out(
            'The checkpoint is rejected. "bridge run" hands the reason to the author, where there is one.',
          );
        }
        const change = theOne(openChanges(readState(root, io).agents), id, 'change');
        await wish(root, io, { type: 'change.reject', change, reason: flags.reason, by });
        io.out(`Rejected: change ${change}.`);
      },
    );

  verb('permissions', 'what agents ask for').action((flags: { workspace?: string }) => {
    const root = workspaceRoot(flags.workspace);
    const asks = new FileAsks(bridgeFolder(root).path);
    io.out(permissionsText(readState(root, io), (id) => asks.read(id)?.command ?? null));
  });

  const answer = (name: 'allow' | 'deny', description: string) =>
    verb(name, description)
      .argument('<id>', 'a request, as "bridge permissions" lists it')
      .option('--for-run', 'also its like, until the agent is done')
      .action(async (id: string, flags: { workspace?: string; forRun?: boolean }) => {
        const root = workspaceRoot(flags.workspace);
        const asked = readState(root, io).agents.permissions.get(id);
        if (!asked || asked.answer !== null) throw noSuch('request', id);
        const said = name === 'deny' ? 'deny' : flags.forRun ? 'run' : 'once';
        await wish(root, io, { type: 'permission.answer', permission: id, answer: said, by });
        io.out(name === 'deny' ? `Denied: ${id}.` : `Allowed: ${id}.`);
      });
  answer('allow', 'allow what an agent asks for, once');
  answer('deny', 'deny what an agent asks for');
}

function noSuch(what: string, id: string): CliError {
  return new CliError(
    `no ${what} ${id} waits here. "bridge changes" and "bridge permissions" list them.`,
    exitCode.wrongInput,
  );
}

/** The change that is meant: the named one, or the only one that waits. */
function theOne(open: readonly { readonly id: string }[], id: string | undefined, what: string): string {
  if (id !== undefined && open.some((each) => each.id === id)) return id;
  if (id !== undefined) throw noSuch(what, id);
  if (open.length === 1) return open[0]!.id;
  throw new CliError(
    open.length === 0
      ? `no ${what} waits here.`
      : `several wait: name one of ${open.map((each) => each.id).join(', ')}.`,
    exitCode.wrongInput,
  );
}

/** `train.py:2` as index 1 of that file. */
function hunksOf(words: readonly string[]): Record<string, number[]> | null {
  const hunks: Record<string, number[]> = {};
  for (const word of words) {
    const [, path, number] = /^(.+):(\d+)$/.exec(word) ?? [];
    if (path === undefined || Number(number) < 1)
      throw new CliError(
        `--hunk takes PATH:N, counted from 1, not ${JSON.stringify(word)}.`,
        exitCode.wrongInput,
      );
    (hunks[path] ??= []).push(Number(number) - 1);
  }
  return words.length === 0 ? null : hunks;
}

/** Asks the driver, or applies the wish where none is; says why where it was refused. */
async function wish(root: string, io: CliIo, intent: DriverIntent): Promise<void> {
  new Inbox(bridgeFolder(root).inbox).put(intent, Date.now());
  if (currentHolder(bridgeFolder(root).journal) !== null) return io.note('Asked the driver.');
  const refused: string[] = [];
  const opened = openSession(root, 'control', io, (event) => {
    if (event.type === 'intent.refused') refused.push(event.why);
  });
  if (opened.kind === 'held') return io.note('Asked the driver.');
  try {
    await opened.session.applyInbox();
  } finally {
    await opened.close();
  }
  if (refused.length > 0) throw new CliError(refused.join(' '), exitCode.failed);
}

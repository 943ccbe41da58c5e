import { existsSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { StateFold } from '../core/run/reduce';
import type { StudyState } from '../core/run/state';
import { bridgeFolder } from '../store/bridgeFolder';
import { JournalReader } from '../store/journalReader';
import { CliError, exitCode, type CliIo } from './io';

/** The workspace that a call is about: an existing folder, absolute, links resolved. */
export function workspaceRoot(option: string | undefined): string {
  const root = resolve(option ?? '.');
  if (!existsSync(root) || !statSync(root).isDirectory())
    throw new CliError(`the workspace ${root} is not a folder.`, exitCode.wrongInput);
  return realpathSync(root);
}

/** The journal as it stands, without touching anything. With `io`, damaged records are named. */
export function readState(root: string, io: CliIo | null = null): StudyState {
  const fold = new StateFold();
  const reader = new JournalReader(bridgeFolder(root).journal);
  try {
    fold.apply(reader.next());
  } catch (error) {
    throw unreadableRecord(root, error);
  }
  if (io) tellDamaged(reader, io);
  return fold.state;
}

/** Names damaged records, which are passed over. */
export function tellDamaged(reader: JournalReader, io: CliIo): void {
  for (const line of reader.damaged)
    io.note(`The journal has a damaged record, which is passed over: ${line}`);
}

/** The record cannot be read at all; nothing is done then. */
export function unreadableRecord(root: string, error: unknown): CliError {
  return new CliError(
    `the record in ${bridgeFolder(root).path} cannot be read (${(error as Error).message}). Make it readable and call again; results and tracker do not depend on it.`,
    exitCode.missingEnvironment,
    { cause: error },
  );
}

/** The folder was deleted or moved while it was driven. */
export function recordGone(root: string): CliError {
  return new CliError(
    `the record in ${bridgeFolder(root).path} was deleted or moved, so nobody waits for its runs any more; those that were started go on. If the folder was moved, call again there.`,
    exitCode.failed,
  );
}

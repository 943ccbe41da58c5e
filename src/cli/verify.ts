import type { Command } from 'commander';
import { verifyStudy } from '../engine/verify';
import type { FileDifference } from '../engine/verifyFiles';
import { bridgeFolder } from '../store/bridgeFolder';
import { JournalReader } from '../store/journalReader';
import { LocalWorkspaceFiles } from '../store/workspaceFiles';
import { CliError, exitCode, type CliIo } from './io';
import { sha256 } from '../util/sha256';
import { workspaceRoot } from './workspace';

/** `bridge verify [--json]`: recomputes the reports from the files. Runs nothing, writes nothing. */
export function registerVerify(program: Command, io: CliIo): void {
  program
    .command('verify')
    .description('compute the reports anew from result files and record, and name what differs')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--json', 'print {differences, checked}')
    .action(async (flags: { workspace?: string; json?: boolean }) => {
      const root = workspaceRoot(flags.workspace);
      const events = new JournalReader(bridgeFolder(root).journal).next();
      if (!events.some(({ type }) => type === 'study.declared'))
        throw new CliError(
          'nothing was run in this workspace yet, so there is no report to verify. Start with "bridge run".',
          exitCode.wrongInput,
        );
      const offset = (atMs: number) => -new Date(atMs).getTimezoneOffset();
      const { differences, checked, reportWrittenAt } = await verifyStudy(
        events,
        new LocalWorkspaceFiles(root),
        sha256,
        offset,
      );
      process.exitCode = differences.length > 0 ? exitCode.failed : exitCode.done;
      if (flags.json) return io.out(JSON.stringify({ differences, checked }, null, 2));
      for (const difference of differences) io.out(describeDifference(difference));
      if (reportWrittenAt === null)
        io.note('No report has been written yet; only result files were checked.');
      const count = differences.length === 0 ? 'no differences' : `${differences.length} different`;
      io.out(`${checked} numbers checked, ${count}.`);
    });
}

function describeDifference({ file, line, was, is }: FileDifference): string {
  const shown = (text: string | null) => (text === null ? 'nothing' : text.trim());
  return `${file}:${line}: was ${shown(was)}, is ${shown(is)}`;
}

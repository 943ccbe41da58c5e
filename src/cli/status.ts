import type { Command } from 'commander';
import { bridgeFolder } from '../store/bridgeFolder';
import { currentHolder } from '../store/journal';
import { openWorkspaceClient } from '../store/workspaceClient';
import type { CliIo } from './io';
import { interruptSignal, readState, workspaceRoot } from './openSession';
import { statusDocument, type StatusDocument } from './statusDocument';

/** `bridge status`: what is running, waiting and why, done, spent. Reads only. */
export function registerStatus(program: Command, io: CliIo): void {
  program
    .command('status')
    .description('what is running, waiting and why, done, spent')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--json', 'print the status document')
    .option('--watch', 'print it again whenever it changes')
    .action(async (flags: { workspace?: string; json?: boolean; watch?: boolean }) => {
      const root = workspaceRoot(flags.workspace);
      const driving = currentHolder(bridgeFolder(root).journal) !== null;
      const print = (document: StatusDocument) =>
        io.out(flags.json ? JSON.stringify(document, null, flags.watch ? 0 : 2) : statusText(document));
      if (!flags.watch) return print(statusDocument(readState(root), driving, Date.now()));
      const client = openWorkspaceClient({ root, startDriver: () => undefined });
      const signal = interruptSignal();
      const show = () => print(statusDocument(client.state, client.driving, Date.now()));
      show();
      client.onDidChange(show);
      const alive = setInterval(() => undefined, 60_000);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      clearInterval(alive);
      client.dispose();
    });
}

function statusText(document: StatusDocument): string {
  if (document.jobs.length === 0)
    return 'Nothing was run in this workspace yet. "bridge run" starts its plan.';
  const width = Math.max(...document.jobs.map((job) => job.id.length));
  const lines = document.jobs.map((job) =>
    `  ${job.id.padEnd(width)}  ${job.status.padEnd(11)} ${job.why ?? ''}`.trimEnd(),
  );
  const counts = new Map<string, number>();
  for (const job of document.jobs) counts.set(job.status, (counts.get(job.status) ?? 0) + 1);
  const summary = [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
  const { used, planned } = document.budget.gpuHours;
  const next = document.checkpoint ? '\nThe checkpoint waits for your approval: "bridge approve".' : '';
  return `${lines.join('\n')}\n${summary}; ${used.toFixed(2)}${planned === null ? '' : ` of ${planned}`} GPU-h; ${document.driving ? 'a driver is at work' : 'nothing drives this workspace now'}${next}`;
}

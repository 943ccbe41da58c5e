import type { Command } from 'commander';
import { bridgeFolder } from '../store/bridgeFolder';
import { currentHolder } from '../store/journal';
import { openWorkspaceClient } from '../store/workspaceClient';
import type { CliIo } from './io';
import { interruptSignal } from './interruptSignal';
import { readState, workspaceRoot } from './workspace';
import { describeSpark } from './sparkline';
import { statusDocument, type StatusDocument } from './statusDocument';

/** `bridge status`: what is running, waiting and why, done, spent. Reads only. */
export function registerStatus(program: Command, io: CliIo): void {
  program
    .command('status')
    .description('show what is running, waiting and why, done, spent')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--json', 'print the status document')
    .option('--watch', 'print it again whenever it changes')
    .action(async (flags: { workspace?: string; json?: boolean; watch?: boolean }) => {
      const root = workspaceRoot(flags.workspace);
      const state = readState(root, io);
      const driving = currentHolder(bridgeFolder(root).journal) !== null;
      if (!flags.watch) {
        const document = statusDocument(state, driving, Date.now());
        return io.out(flags.json ? JSON.stringify(document, null, 2) : statusText(document));
      }
      const client = openWorkspaceClient({ root, startDriver: () => undefined });
      const signal = interruptSignal();
      const spark = (run: string) => describeSpark(client.spark(run, sparkLength));
      let before = '';
      const show = () => {
        const document = statusDocument(client.state, client.driving, Date.now());
        const text = flags.json ? JSON.stringify(document) : statusText(document, spark);
        if (text !== before) io.out(text);
        before = text;
      };
      show();
      client.onDidChange(show);
      const alive = setInterval(() => undefined, 60_000);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      clearInterval(alive);
      client.dispose();
    });
}

/** Values of a run's live metric that fit beside it. */
const sparkLength = 24;

function statusText(document: StatusDocument, spark: (run: string) => string = () => ''): string {
  if (document.jobs.length === 0)
    return 'Nothing was run in this workspace yet. "bridge run" starts its plan.';
  const width = Math.max(...document.jobs.map((job) => job.id.length));
  const lines = document.jobs.map((job) =>
    [
      `  ${job.id.padEnd(width)}  ${job.status.padEnd(11)}`,
      job.status === 'running' ? spark(job.id) : '',
      job.why ?? '',
    ]
      .filter((part) => part !== '')
      .join(' ')
      .trimEnd(),
  );
  const gone = document.obsolete.map(({ id }) => id);
  if (gone.length > 0)
    lines.push(`  No longer in the run manifest, kept and not run again: ${gone.join(', ')}`);
  const counts = new Map<string, number>();
  for (const job of document.jobs) counts.set(job.status, (counts.get(job.status) ?? 0) + 1);
  const summary = [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
  const { used, planned } = document.budget.gpuHours;
  const hours =
    used > 0 || (planned ?? 0) > 0
      ? `; ${used.toFixed(2)}${planned === null ? '' : ` of ${planned}`} GPU-h`
      : '';
  const { used: usd, cap } = document.budget.usd;
  const money =
    usd > 0 || cap !== null ? `; $${usd.toFixed(2)}${cap === null ? '' : ` of $${cap.toFixed(2)}`}` : '';
  return `${lines.join('\n')}\n${summary}${hours}${money}${toGo(document)}. ${nextStep(document)}`;
}

function toGo({ remainingMs }: StatusDocument): string {
  if (remainingMs === null) return '';
  const minutes = Math.round(remainingMs / 60_000);
  if (minutes < 1) return '; less than a minute to go';
  return minutes < 120 ? `; about ${minutes} min to go` : `; about ${Math.round(minutes / 60)} h to go`;
}

/** What the person can do now, or that nothing is needed. */
function nextStep({ driving, checkpoint, outcome, jobs }: StatusDocument): string {
  if (driving) return 'A driver is at work; "bridge status --watch" follows it.';
  if (checkpoint) return 'The checkpoint waits for your approval: "bridge approve".';
  if (outcome === 'done') return 'All is done.';
  if (outcome === 'failed')
    return 'It ended with failures: "bridge logs ID" shows a log, "bridge run" tries again what failed.';
  return jobs.some((job) => job.status === 'paused')
    ? 'Nothing drives it now: "bridge resume ID" lets a paused run go on.'
    : 'Nothing drives it now: the command that started it goes on from here.';
}

import type { Command } from 'commander';
import { bridgeFolder, ensureBridgeFolder } from '../store/bridgeFolder';
import { Inbox } from '../store/inbox';
import { Silence } from '../store/journal';
import { LeaseLost } from '../store/leaseLost';
import { systemClock } from '../store/systemClock';
import type { CliIo } from './io';
import { interruptSignal } from './interruptSignal';
import { openSession } from './openSession';
import { recordGone, workspaceRoot } from './workspace';

/** How often a driver that waits for another one looks whether it is gone. */
const waitMs = 300;

/**
 * `bridge supervise`: the resident scheduler. It drives while there is something to drive and leaves when there is
 * nothing; whoever puts an intent into the inbox starts it again. A second one waits for the first only while the
 * inbox holds something that the first may not see any more.
 */
export function registerSupervise(program: Command, io: CliIo): void {
  program
    .command('supervise')
    .description('keep a queue going when the editor is closed')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .action(async (flags: { workspace?: string }) => {
      const root = workspaceRoot(flags.workspace);
      const folder = bridgeFolder(root);
      const signal = interruptSignal();
      const inbox = new Inbox(folder.inbox);
      ensureBridgeFolder(folder);
      const silence = new Silence();
      do {
        const opened = openSession(root, 'supervise', io, () => undefined, silence);
        if (opened.kind === 'held') {
          await systemClock.sleep(waitMs, signal);
          continue;
        }
        try {
          await opened.session.resume(AbortSignal.any([signal, opened.gone]));
        } catch (error) {
          // Whoever took over while this process was held up drives now.
          if (!opened.isGone() && !(error instanceof LeaseLost)) throw error;
        } finally {
          await opened.close();
        }
        if (opened.isGone()) throw recordGone(root);
      } while (!signal.aborted && !inbox.isEmpty());
    });
}

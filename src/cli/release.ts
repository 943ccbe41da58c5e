import type { Command } from 'commander';
import { openRentals, usdPerHour } from '../core/run/rentals';
import { bridgeFolder } from '../store/bridgeFolder';
import { Inbox } from '../store/inbox';
import { currentHolder } from '../store/journal';
import { applyWithoutDriver } from './control';
import { CliError, exitCode, type CliIo } from './io';
import { readState, workspaceRoot } from './workspace';

/** `bridge release [MACHINE…]`: gives rented machines of this workspace back, whatever runs there. */
export function registerRelease(program: Command, io: CliIo): void {
  program
    .command('release')
    .description('give rented machines back, whatever runs there')
    .argument('[machine...]', 'their labels, as "bridge status" names them; none: every one')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .action(async (named: string[], flags: { workspace?: string }) => {
      const root = workspaceRoot(flags.workspace);
      const all = openRentals(readState(root, io).rentals);
      if (all.length === 0) return io.note('Nothing is rented for this workspace.');
      const unknown = named.filter((name) => !all.some(({ rental }) => rental === name));
      if (unknown.length > 0)
        throw new CliError(
          `${unknown.join(', ')} is not rented here. There is ${all.map(({ rental }) => rental).join(', ')}.`,
          exitCode.wrongInput,
        );
      const open = named.length === 0 ? all : all.filter(({ rental }) => named.includes(rental));
      const rentals = open.map(({ rental }) => rental);
      new Inbox(bridgeFolder(root).inbox).put({ type: 'rentals.release', rentals, by: 'person' }, Date.now());
      const cost = open.reduce((sum, each) => sum + usdPerHour(each), 0);
      const what = `${open.map(({ rental }) => rental).join(', ')} ($${cost.toFixed(2)} an hour)`;
      if (currentHolder(bridgeFolder(root).journal) !== null)
        return io.note(`Asked the driver to give back ${what}. "bridge status" tells when it is gone.`);
      await applyWithoutDriver(root, io);
      const left = openRentals(readState(root).rentals).filter(({ rental }) => rentals.includes(rental));
      if (left.length === 0) return io.note(`Given back: ${what}.`);
      io.note(
        `Not gone yet: ${left.map(({ rental }) => rental).join(', ')}. Call again, or look at the provider's page.`,
      );
      process.exitCode = exitCode.failed;
    });
}

import * as vscode from 'vscode';
import { openRentals, usdPerHour } from '../../core/run/rentals';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { askForTrust } from '../trust';

interface MachineItem extends vscode.QuickPickItem {
  readonly rental: string;
}

const hourMs = 3_600_000;

/** "Bridge: Destroy Rented Machines": gives one, several or all of them back, after one question. */
export async function destroyRentedMachines(study: Study): Promise<void> {
  if (!vscode.workspace.isTrusted) return askForTrust();
  const open = openRentals(study.state.rentals);
  if (open.length === 0) {
    void vscode.window.showInformationMessage(t('Nothing is rented for this workspace.'));
    return;
  }
  const items = open.map((each): MachineItem => {
    const price = usdPerHour(each);
    const spent = ((Date.now() - each.requestedAt) / hourMs) * price;
    return {
      rental: each.rental,
      label: each.rental,
      description: `${each.offer.gpus} × ${each.offer.gpuName}`,
      detail: t('${0} an hour, about ${1} so far', price.toFixed(2), spent.toFixed(2)),
      picked: true,
    };
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Destroy Rented Machines'),
    placeHolder: t('Machines to give back'),
    canPickMany: true,
  });
  if (chosen === undefined || chosen.length === 0) return;
  const yes = t('Destroy');
  const answer = await vscode.window.showWarningMessage(
    chosen.length === 1
      ? t('Destroy the rented machine {0}?', chosen[0]!.rental)
      : t('Destroy {0} rented machines?', chosen.length),
    {
      modal: true,
      detail: t('What runs there ends, and what is not home yet is lost. Nothing is paid from then on.'),
    },
    yes,
  );
  if (answer === yes)
    await study.send({ type: 'rentals.release', rentals: chosen.map(({ rental }) => rental) });
}

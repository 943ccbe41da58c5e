import { VastClient, vastUrl } from '../../backends/vast/client';
import { VastProvisioner } from '../../backends/vast/provisioner';
import type { DoctorFact } from '../../core/doctor/facts';
import { openRentals, usdPerHour } from '../../core/run/rentals';
import { bridgeFolder } from '../../store/bridgeFolder';
import { currentHolder } from '../../store/journal';
import { systemClock } from '../../store/systemClock';
import { findVastKey } from '../rented/vastKey';
import { readState } from '../workspace';

type Rented = Extract<DoctorFact, { id: 'rented' }>;

/** All machines that Bridge rents have labels that begin so, whichever workspace they are of. */
const ours = /^bridge-/;
const hourMs = 3_600_000;

/**
 * Machines that Bridge rented and that still cost money: those of this study's record, and, where there is a key, what the
 * provider lists; one whose renting was never recorded shows only there. Without a key nothing is asked.
 */
export async function findRented(root: string, signal: AbortSignal): Promise<Rented> {
  const machines = new Map<string, Rented['machines'][number]>();
  let driven = false;
  try {
    for (const rental of openRentals(readState(root).rentals)) {
      const price = usdPerHour(rental);
      const hours = (Date.now() - rental.requestedAt) / hourMs;
      machines.set(rental.rental, { label: rental.rental, usdPerHour: price, usd: hours * price });
    }
    driven = currentHolder(bridgeFolder(root).journal) !== null;
  } catch {
    // A record that cannot be read is another check's to name.
  }
  const key = findVastKey();
  if (key === null)
    return {
      id: 'rented',
      machines: [...machines.values()],
      driven,
      problem: machines.size > 0 ? 'no key' : null,
    };
  try {
    const url = (process.env.BRIDGE_VAST_URL ?? vastUrl).replace(/\/+$/, '');
    const listed = await new VastProvisioner(new VastClient({ url, key: async () => key }, systemClock)).list(
      signal,
    );
    // What the provider no longer lists costs nothing, whatever the record says.
    machines.clear();
    for (const { label, usdPerHour: price, diskUsdPerHour, startedAt } of listed) {
      if (!ours.test(label)) continue;
      const total = price + diskUsdPerHour;
      const hours = startedAt === null ? null : Math.max(0, Date.now() - startedAt) / hourMs;
      machines.set(label, { label, usdPerHour: total, usd: hours === null ? null : hours * total });
    }
    return { id: 'rented', machines: [...machines.values()], driven, problem: null };
  } catch (error) {
    return { id: 'rented', machines: [...machines.values()], driven, problem: (error as Error).message };
  }
}

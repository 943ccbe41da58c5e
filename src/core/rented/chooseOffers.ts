import { gpuSpeed } from './gpuSpeed';
import type { MachineNeed, Offer } from './model';

/** Below this share of the time a machine is flagged. */
export const reliabilityFlag = 0.97;
/** How many offers a person is asked to choose from. */
const optionCount = 3;
/** Time for the image to load and the project to be set up, in hours. */
const setUpHours = 0.25;

/** An offer with what the runs would cost on it, all in. */
export interface PricedOffer {
  readonly offer: Offer;
  /** For the runs and the set-up, at this GPU's speed. */
  readonly hours: number;
  /** Machine and disk for those hours, in US dollars. */
  readonly totalUsd: number;
  /** False: the GPU is not in the table of speeds, and is taken to be as fast as the reference. */
  readonly speedKnown: boolean;
  /** Sentences that a person should read before choosing it. */
  readonly flags: readonly string[];
}

/** Whether a machine has what the runs need, for as long as they need it. */
export function fits(offer: Offer, need: MachineNeed): boolean {
  return (
    offer.gpus >= need.gpus &&
    offer.gpuMemoryGiB >= need.gpuMemoryGiB &&
    offer.diskGiB >= need.diskGiB &&
    (offer.hoursLeft === null || offer.hoursLeft >= hoursOn(offer, need).hours)
  );
}

/** What the runs cost on this machine: price an hour says little where one GPU is three times as fast. */
export function price(offer: Offer, need: MachineNeed): PricedOffer {
  const { hours, known } = hoursOn(offer, need);
  const flags: string[] = [];
  if (offer.reliability === null) flags.push('The provider says nothing of its reliability.');
  else if (offer.reliability < reliabilityFlag)
    flags.push(
      `Reliability ${(offer.reliability * 100).toFixed(1)} %, below ${reliabilityFlag * 100} %: it may go away.`,
    );
  if (offer.interruptible)
    flags.push('Interruptible: it stops when somebody bids more, and goes on when it can be had again.');
  if (!known) flags.push(`How fast a ${offer.gpuName} is, is not known here; its hours are a guess.`);
  return {
    offer,
    hours,
    totalUsd: hours * (offer.usdPerHour + offer.diskUsdPerHour),
    speedKnown: known,
    flags,
  };
}

/**
 * At most three machines to choose from, each the best in its own way and none twice: the cheapest in all, the fastest
 * that costs at most twice that, and the cheapest reliable one of another kind of GPU. Interruptible machines are
 * considered only for runs that continue from checkpoints.
 */
export function chooseOffers(offers: readonly Offer[], need: MachineNeed): readonly PricedOffer[] {
  const priced = offers
    .filter((offer) => fits(offer, need) && (need.resumable || !offer.interruptible))
    .map((offer) => price(offer, need))
    .sort(cheapestFirst);
  const [cheapest] = priced;
  if (!cheapest) return [];
  const chosen = [cheapest];
  const add = (candidates: readonly PricedOffer[]) => {
    const next = candidates.find((each) => !chosen.includes(each));
    if (next) chosen.push(next);
  };
  const reliable = priced.filter(({ flags, offer }) => flags.length === 0 && !offer.interruptible);
  const affordable = reliable.filter(({ totalUsd }) => totalUsd <= 2 * cheapest.totalUsd);
  add([...affordable].sort((a, b) => a.hours - b.hours));
  add(reliable.filter(({ offer }) => chosen.every((each) => each.offer.gpuName !== offer.gpuName)));
  while (chosen.length < Math.min(optionCount, priced.length)) add(priced);
  return chosen.sort(cheapestFirst);
}

function hoursOn(offer: Offer, need: MachineNeed): { hours: number; known: boolean } {
  const speed = gpuSpeed(offer.gpuName);
  return { hours: need.hours / (speed ?? 1) + setUpHours, known: speed !== null };
}

function cheapestFirst(a: PricedOffer, b: PricedOffer): number {
  return a.totalUsd - b.totalUsd || a.offer.id.localeCompare(b.offer.id);
}

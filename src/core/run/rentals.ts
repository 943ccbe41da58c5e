import type { Offer } from '../rented/model';
import type { RentalEvent, RentalTerms } from './rentalEvent';

/** A machine of this study that was asked for. */
export interface RentalRecord {
  /** The label by which the provider lists it. */
  readonly rental: string;
  readonly offer: Offer;
  readonly terms: RentalTerms;
  /** The provider's id; null: it has not said that it has it. */
  readonly id: string | null;
  readonly address: { readonly host: string; readonly port: number } | null;
  readonly phase: 'requested' | 'starting' | 'ready' | 'ending' | 'gone';
  /** Why it is to go, or went. */
  readonly why: string;
  /** It went by itself while runs needed it. */
  readonly lost: boolean;
  readonly requestedAt: number;
  readonly goneAt: number | null;
}

export type Rentals = ReadonlyMap<string, RentalRecord>;

/** What an event makes of the machines; one of a machine that nobody asked for changes nothing. */
export function foldRental(rentals: Rentals, event: RentalEvent, at: number): Rentals {
  if (event.type === 'rental.requested') {
    const { rental, offer, terms } = event;
    const record: RentalRecord = {
      ...{ rental, offer, terms, id: null, address: null, phase: 'requested', why: '', lost: false },
      ...{ requestedAt: at, goneAt: null },
    };
    return new Map(rentals).set(rental, record);
  }
  const known = rentals.get(event.rental);
  if (!known) return rentals;
  return new Map(rentals).set(event.rental, { ...known, ...changesOf(known, event, at) });
}

function changesOf(
  known: RentalRecord,
  event: Exclude<RentalEvent, { type: 'rental.requested' }>,
  at: number,
): Partial<RentalRecord> {
  switch (event.type) {
    case 'rental.found':
      return { id: event.id, phase: known.phase === 'requested' ? 'starting' : known.phase };
    case 'rental.ready':
      return { address: event.address, phase: known.phase === 'ending' ? 'ending' : 'ready' };
    case 'rental.ending':
      return { phase: 'ending', why: event.why };
    case 'rental.gone':
      return { phase: 'gone', lost: event.lost, why: event.why || known.why, goneAt: at };
  }
}

/** Machines that cost money, or may. */
export function openRentals(rentals: Rentals): readonly RentalRecord[] {
  return [...rentals.values()].filter(({ phase }) => phase !== 'gone');
}

/** What an hour of a machine costs, disk included, in US dollars. */
export function usdPerHour({ offer }: Pick<RentalRecord, 'offer'>): number {
  return offer.usdPerHour + offer.diskUsdPerHour;
}

/** The host's name in the record, for attempts on it: `vast:bridge-1a2b3c4d-1`. */
export function hostOfRental({ terms, rental }: Pick<RentalRecord, 'terms' | 'rental'>): string {
  return `${terms.provider}:${rental}`;
}

/** The machine that a host's name stands for; null: it is no rented one. */
export function rentalOfHost(host: string, rentals: Rentals): RentalRecord | null {
  const [, rental] = /^[a-z]+:(.+)$/.exec(host) ?? [];
  return (rental !== undefined && rentals.get(rental)) || null;
}

/** All labels of a workspace begin so: whatever else stands in the account is none of ours. */
export function labelPrefix(workspaceId: string): string {
  return `bridge-${workspaceId.replace(/[^A-Za-z0-9]/g, '').slice(0, 12)}-`;
}

/** A label that no machine of this study has had. */
export function nextLabel(rentals: Rentals, workspaceId: string): string {
  return `${labelPrefix(workspaceId)}${rentals.size + 1}`;
}

/** Whether an offer is within what was approved. */
export function withinTerms(offer: Offer, terms: RentalTerms): boolean {
  return (
    offer.gpus >= terms.gpus &&
    offer.gpuMemoryGiB >= terms.gpuMemoryGiB &&
    offer.usdPerHour + offer.diskUsdPerHour <= terms.maxUsdPerHour + 1e-9 &&
    (terms.resumable || !offer.interruptible)
  );
}

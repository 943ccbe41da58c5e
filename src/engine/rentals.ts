import { chooseOffers } from '../core/rented/chooseOffers';
import type { Rental } from '../core/rented/model';
import { ProviderFailure, type Provisioner } from '../core/rented/ports';
import type { Clock } from '../core/ports';
import type { RentalTerms } from '../core/run/rentalEvent';
import {
  hostOfRental,
  labelPrefix,
  nextLabel,
  openRentals,
  type RentalRecord,
  usdPerHour,
  withinTerms,
} from '../core/run/rentals';
import type { StudyRecord } from './studyRecord';

/** While a machine comes or goes the provider is asked this often, and otherwise this seldom. */
const busyIntervalMs = 5000;
const calmIntervalMs = 60_000;
/** A machine that was asked for and is not listed may still come: it counts as never rented only after so long. */
const comingMs = 60_000;
/** A machine that loads its image for longer is said, once. */
const stuckMs = 5 * 60_000;
/** A destroy that did not take is asked for again after so long. */
const destroyAgainMs = 30_000;

/** What the machines of a study are for, as the session knows it. */
export interface RentalNeeds {
  /** What was approved; null: nothing was, or nothing needs a machine. */
  readonly wanted: RentalTerms | null;
  /** Whether a run is on this host, or its results are still to come home. */
  inUse(host: string): boolean;
  /** Whether runs that may start could go to it. */
  readonly waiting: boolean;
}

/** How machines of one provider are rented and worked on. */
export interface RentedParts {
  readonly provisioner: Provisioner;
  onStart(terms: RentalTerms): string;
  /** Whether the machine can be worked on: its sshd answers, and its key is the one that was seen first. */
  connect(
    rental: RentalRecord,
    address: { host: string; port: number },
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Tells the machine that somebody still drives. */
  renew(rental: RentalRecord, signal: AbortSignal): Promise<void>;
  /** A file for other tools that follows the machines. */
  publish(rentals: readonly RentalRecord[]): Promise<void>;
}

export interface RentalsParts {
  readonly machines: RentedParts;
  readonly record: StudyRecord;
  readonly clock: Clock;
  readonly workspaceId: string;
  needs(): RentalNeeds;
  commit(signal: AbortSignal): Promise<void>;
  complain(sentence: string): void;
  /** Something changed that the driver should look at. */
  wake(): void;
}

/**
 * Rents machines for a study and gives them back. Each step is recorded before it is taken, each machine carries a label,
 * and the provider's list has the last word: whoever comes after a crash finds what there is by its label.
 */
export class Rentals {
  private nextLook = Number.NEGATIVE_INFINITY;
  private running: Promise<void> | null = null;
  /** Labels that the list did not show -> since when, by the monotonic clock. */
  private readonly missingSince = new Map<string, number>();
  private readonly destroyedAt = new Map<string, number>();
  private readonly told = new Set<string>();
  private failures = 0;

  constructor(private readonly parts: RentalsParts) {}

  /** Once a round; what takes long goes on beside it. */
  tend(signal: AbortSignal): void {
    if (this.running !== null || this.parts.clock.monotonic() < this.nextLook) return;
    this.running = this.step(signal).finally(() => (this.running = null));
  }

  /** Milliseconds until it should be tended again. */
  untilNext(): number {
    return this.isCalm()
      ? Number.POSITIVE_INFINITY
      : Math.max(0, this.nextLook - this.parts.clock.monotonic());
  }

  /** Whether no machine is there and none is wanted. */
  isCalm(): boolean {
    return openRentals(this.parts.record.state.rentals).length === 0 && this.parts.needs().wanted === null;
  }

  /** Gives back what nobody needs, and resolves when the provider no longer lists it; a signal ends the waiting. */
  async settle(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.running;
      await this.step(signal, false);
      const needs = this.parts.needs();
      const left = openRentals(this.parts.record.state.rentals).filter(
        (each) => each.phase === 'ending' || (needs.wanted === null && !needs.inUse(hostOfRental(each))),
      );
      if (signal.aborted || left.length === 0) return;
      await this.parts.clock.sleep(Math.max(0, this.nextLook - this.parts.clock.monotonic()), signal);
    }
  }

  /** A person wants them gone, whatever runs there; `which` missing: every one. */
  release(by: string, which?: readonly string[]): void {
    for (const { rental, phase } of openRentals(this.parts.record.state.rentals))
      if (phase !== 'ending' && which?.includes(rental) !== false)
        this.parts.record.happened({ type: 'rental.ending', rental, why: 'it was released', by });
    this.nextLook = Number.NEGATIVE_INFINITY;
  }

  /** One look at the provider and what follows from it. */
  async step(signal: AbortSignal, mayRent = true): Promise<void> {
    const { record, machines, clock } = this.parts;
    if (this.isCalm()) return;
    const before = record.state.rentals;
    try {
      const listed = await machines.provisioner.list(signal);
      this.failures = 0;
      for (const rental of openRentals(record.state.rentals)) await this.follow(rental, listed, signal);
      await this.endStrangers(listed, signal);
      if (mayRent) await this.rentIfWanted(signal);
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      if (error.kind !== 'cancelled') this.tellFailure(error);
    } finally {
      const changing = openRentals(record.state.rentals).some(({ phase }) => phase !== 'ready');
      const wait = changing || this.parts.needs().wanted !== null ? busyIntervalMs : calmIntervalMs;
      this.nextLook = clock.monotonic() + Math.min(wait * 2 ** Math.min(this.failures, 4), calmIntervalMs);
      if (record.state.rentals !== before) {
        await this.parts.machines.publish([...record.state.rentals.values()]);
        this.parts.wake();
      }
    }
  }

  private async follow(rental: RentalRecord, listed: readonly Rental[], signal: AbortSignal): Promise<void> {
    const same = listed.filter(({ label }) => label === rental.rental);
    const here = same.find(({ id }) => id === rental.id) ?? same[0];
    // Two of one label: one request was carried out twice. Only one of them has anything on it.
    for (const extra of same) if (extra !== here) await this.destroy(extra.id, signal);
    if (!here) return this.absent(rental, signal);
    this.missingSince.delete(rental.rental);
    if (rental.id === null) await this.found(rental, here.id, signal);
    const known = this.parts.record.state.rentals.get(rental.rental)!;
    if (known.phase === 'ending') return this.destroy(here.id, signal);
    if (here.status === 'failed' || (known.phase === 'ready' && here.status === 'stopped'))
      return this.end(known, `the provider says "${here.statusText}"`, signal);
    if (known.phase === 'starting') return this.arrive(known, here, signal);
    if (known.phase !== 'ready') return;
    const needs = this.parts.needs();
    if (!needs.inUse(hostOfRental(known)) && !needs.waiting)
      return this.end(known, 'no run needs it', signal);
    await this.parts.machines.renew(known, signal);
  }

  /** It is not in the list. That alone says little: a list may lag behind, so it is looked for again. */
  private async absent(rental: RentalRecord, signal: AbortSignal): Promise<void> {
    const now = this.parts.clock.monotonic();
    const since = this.missingSince.get(rental.rental) ?? now;
    this.missingSince.set(rental.rental, since);
    const patience = rental.phase === 'requested' ? comingMs : busyIntervalMs;
    if (now - since < patience) return;
    const lost = rental.phase === 'ready' || rental.phase === 'starting';
    const why = lost
      ? 'the provider took it away'
      : rental.id === null
        ? 'the provider never had it'
        : rental.why;
    this.parts.record.happened({ type: 'rental.gone', rental: rental.rental, lost, why });
    if (rental.id !== null)
      this.parts.record.happened({ type: 'cost.ended', charge: rental.rental, usd: null });
    await this.parts.commit(signal);
  }

  private async found(rental: RentalRecord, id: string, signal: AbortSignal): Promise<void> {
    this.parts.record.happened(
      { type: 'rental.found', rental: rental.rental, id },
      {
        type: 'cost.started',
        charge: rental.rental,
        host: hostOfRental(rental),
        usdPerHour: usdPerHour(rental),
      },
    );
    await this.parts.commit(signal);
  }

  private async arrive(rental: RentalRecord, here: Rental, signal: AbortSignal): Promise<void> {
    const { record, clock } = this.parts;
    const address = here.status === 'running' ? here.address : null;
    if (address && (await this.parts.machines.connect(rental, address, signal))) {
      record.happened({ type: 'rental.ready', rental: rental.rental, address });
      return this.parts.commit(signal);
    }
    if (clock.now() - rental.requestedAt > stuckMs)
      this.tellOnce(
        `stuck ${rental.rental}`,
        `The machine ${rental.rental} has not come up for five minutes (${here.statusText}); it costs $${usdPerHour(rental).toFixed(2)} an hour. "bridge release" gives it back.`,
      );
    if (this.parts.needs().wanted === null) await this.end(rental, 'no run needs it', signal);
  }

  private async end(rental: RentalRecord, why: string, signal: AbortSignal): Promise<void> {
    this.parts.record.happened({ type: 'rental.ending', rental: rental.rental, why, by: 'Bridge' });
    await this.parts.commit(signal);
    if (rental.id !== null) await this.destroy(rental.id, signal);
  }

  private async destroy(id: string, signal: AbortSignal): Promise<void> {
    const now = this.parts.clock.monotonic();
    if (now - (this.destroyedAt.get(id) ?? Number.NEGATIVE_INFINITY) < destroyAgainMs) return;
    this.destroyedAt.set(id, now);
    await this.parts.machines.provisioner.destroy(id, signal);
  }

  /** Machines with a label of this workspace that the record does not know: left by a record that was deleted. */
  private async endStrangers(listed: readonly Rental[], signal: AbortSignal): Promise<void> {
    const { record, workspaceId } = this.parts;
    for (const { id, label, usdPerHour: price } of listed) {
      const known = record.state.rentals.get(label);
      if (!label.startsWith(labelPrefix(workspaceId)) || (known && known.phase !== 'gone')) continue;
      this.tellOnce(
        `stranger ${id}`,
        `The machine ${id} (${label}, $${price.toFixed(2)} an hour) was rented for this workspace and no run needs it; it is given back.`,
      );
      await this.destroy(id, signal);
    }
  }

  private async rentIfWanted(signal: AbortSignal): Promise<void> {
    const { record, machines } = this.parts;
    const { wanted } = this.parts.needs();
    if (wanted === null || openRentals(record.state.rentals).length > 0) return;
    const { gpus, gpuMemoryGiB, diskGiB, hours, resumable } = wanted;
    const need = { gpus, gpuMemoryGiB, diskGiB, hours, resumable };
    const offers = (await machines.provisioner.search(need, signal)).filter((offer) =>
      withinTerms(offer, wanted),
    );
    const [choice] = chooseOffers(offers, need);
    if (!choice) {
      this.tellOnce(
        'no offer',
        `No machine of ${gpus} x ${gpuMemoryGiB} GiB is offered at $${wanted.maxUsdPerHour.toFixed(2)} an hour or less now; it is looked for again.`,
      );
      return;
    }
    const rental = nextLabel(record.state.rentals, this.parts.workspaceId);
    record.happened({ type: 'rental.requested', rental, offer: choice.offer, terms: wanted });
    await this.parts.commit(signal);
    const known = record.state.rentals.get(rental)!;
    try {
      const id = await machines.provisioner.rent(
        {
          offer: choice.offer,
          label: rental,
          image: wanted.image,
          diskGiB,
          onStart: machines.onStart(wanted),
        },
        signal,
      );
      await this.found(known, id, signal);
    } catch (error) {
      // What the provider has refused it does not have; of everything else the list tells.
      const refused = ['offer-gone', 'rejected', 'refused', 'busy', 'no-key'];
      if (!(error instanceof ProviderFailure) || !refused.includes(error.kind)) throw error;
      record.happened({ type: 'rental.gone', rental, lost: false, why: error.message });
      await this.parts.commit(signal);
      if (error.kind !== 'offer-gone') throw error;
    }
  }

  private tellFailure(error: ProviderFailure): void {
    this.failures += 1;
    const open = openRentals(this.parts.record.state.rentals);
    const cost = open.reduce((sum, each) => sum + usdPerHour(each), 0);
    const money =
      open.length > 0
        ? ` ${open.length === 1 ? 'A rented machine goes' : `${open.length} rented machines go`} on costing $${cost.toFixed(2)} an hour; Bridge tries again until it is answered.`
        : ' Bridge tries again.';
    // Said again now and then: money runs.
    if (this.failures === 1 || this.failures % 10 === 0) this.parts.complain(`${error.message}${money}`);
  }

  private tellOnce(about: string, sentence: string): void {
    if (!this.told.has(about)) this.parts.complain(sentence);
    this.told.add(about);
  }
}

import type { MachineNeed, Offer, Rental } from './model';

/** Why a provider did not do what it was asked. The sentence of the error says what was tried and what to do. */
export type ProviderFailureKind =
  /** No key is there to ask with. */
  | 'no-key'
  /** The key is wrong, expired, or may not do this. */
  | 'refused'
  /** Somebody else was faster: search again. */
  | 'offer-gone'
  /** Asked too often; it was tried again for a while. */
  | 'busy'
  /** The provider answered with an error of its own, or with nonsense. */
  | 'broken'
  /** It does not do what was asked, as it was asked. */
  | 'rejected'
  | 'unreachable'
  | 'cancelled';

/**
 * Thrown by providers. After one of kind `unreachable`, `broken` or `cancelled` it is not known whether what was asked
 * was done: look, by the label, before asking again.
 */
export class ProviderFailure extends Error {
  constructor(
    readonly kind: ProviderFailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ProviderFailure';
  }
}

export interface RentRequest {
  readonly offer: Offer;
  /** Found again by it, should nobody have written down that it was rented. */
  readonly label: string;
  readonly image: string;
  readonly diskGiB: number;
  /** What the machine runs when it starts; bash. */
  readonly onStart: string;
}

/** A market of machines. Everything throws `ProviderFailure`. */
export interface Provisioner {
  /** `vast`: as targets name it. */
  readonly id: string;
  /** Whether the key is accepted; nothing is rented or changed. */
  check(signal: AbortSignal): Promise<void>;
  search(need: MachineNeed, signal: AbortSignal): Promise<readonly Offer[]>;
  /** Rents, and answers with the machine's id. Money runs from here on. */
  rent(request: RentRequest, signal: AbortSignal): Promise<string>;
  /** Every machine of this account, also those that are none of ours. */
  list(signal: AbortSignal): Promise<readonly Rental[]>;
  /** Keeps the disk, and its price. */
  stop(id: string, signal: AbortSignal): Promise<void>;
  /** Asks for the end of it; only `list` tells that it is gone. Harmless for one that is. */
  destroy(id: string, signal: AbortSignal): Promise<void>;
}

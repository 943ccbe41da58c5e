import type { Offer } from '../rented/model';

/** What a person approves when machines are rented: no dearer one, no smaller one, and not for longer unheard. */
export interface RentalTerms {
  readonly provider: string;
  readonly gpus: number;
  /** Of one GPU, in GiB. */
  readonly gpuMemoryGiB: number;
  readonly diskGiB: number;
  /** On the reference GPU. */
  readonly hours: number;
  readonly resumable: boolean;
  /** US dollars, machine and disk: what the choice costs an hour, and a little more, since offers come and go. */
  readonly maxUsdPerHour: number;
  /** For so long a machine goes on without hearing from Bridge; then it stops itself. */
  readonly leaseSeconds: number;
  readonly image: string;
}

/** What happens with rented machines. `rental` is the label by which the provider lists one. */
export type RentalEvent =
  /** About to be rented: durable before anything is asked of the provider. */
  | {
      readonly type: 'rental.requested';
      readonly rental: string;
      readonly offer: Offer;
      readonly terms: RentalTerms;
    }
  /** The provider has it; money runs. */
  | { readonly type: 'rental.found'; readonly rental: string; readonly id: string }
  /** It can be worked on. */
  | {
      readonly type: 'rental.ready';
      readonly rental: string;
      readonly address: { readonly host: string; readonly port: number };
    }
  /** It is to go: durable before the provider is asked. */
  | { readonly type: 'rental.ending'; readonly rental: string; readonly why: string; readonly by: string }
  /** The provider no longer has it. `lost`: it went by itself while runs needed it. */
  | { readonly type: 'rental.gone'; readonly rental: string; readonly lost: boolean; readonly why: string };

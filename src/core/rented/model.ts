/** A machine that can be rented, as a provider's market offers it at one moment. Prices are in US dollars. */
export interface Offer {
  readonly id: string;
  readonly gpuName: string;
  readonly gpus: number;
  /** Of one GPU, in GiB. */
  readonly gpuMemoryGiB: number;
  /** GPUs, processor and memory together, while it runs. */
  readonly usdPerHour: number;
  /** Disk of the size that was asked for; goes on while the machine is stopped. */
  readonly diskUsdPerHour: number;
  /** Share of the time that it was there, 0 to 1; null: the provider does not say. */
  readonly reliability: number | null;
  /** Whoever bids more may take it away at any moment. */
  readonly interruptible: boolean;
  /** For how long it can be had from now; null: without an end. */
  readonly hoursLeft: number | null;
  readonly diskGiB: number;
  /** Where it stands, as the provider says. */
  readonly place: string | null;
}

/** What runs need of a machine. */
export interface MachineNeed {
  readonly gpus: number;
  /** Of one GPU, in GiB. */
  readonly gpuMemoryGiB: number;
  readonly diskGiB: number;
  /** How long the runs take on the reference GPU (`gpuSpeed`), one after another where they share it. */
  readonly hours: number;
  /** Runs continue from checkpoints of their own, so that an interruption costs little. */
  readonly resumable: boolean;
}

/**
 * Where a rented machine is in its life. `gone`: the provider no longer lists it and bills nothing. `unknown`: the
 * provider did not answer, which says nothing of the machine.
 */
export type RentalStatus = 'starting' | 'running' | 'stopped' | 'failed' | 'gone' | 'unknown';

/** A machine that was rented and has not been seen gone. */
export interface Rental {
  readonly id: string;
  /** Ours: a machine whose renting was not recorded is found again by it. */
  readonly label: string;
  readonly status: RentalStatus;
  /** The provider's own words for its state. */
  readonly statusText: string;
  /** Where its sshd answers; null: not known yet. */
  readonly address: { readonly host: string; readonly port: number } | null;
  readonly gpuName: string;
  readonly gpus: number;
  readonly usdPerHour: number;
  readonly diskUsdPerHour: number;
  /** Milliseconds since the epoch by the provider's clock; null: it does not say. */
  readonly startedAt: number | null;
}

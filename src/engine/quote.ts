import type { RentalTerms } from '../core/run/rentalEvent';

/** What running a study on a target that costs money would cost, for the checkpoint. */
export interface Quote {
  /** What is rented at most; null: nothing is rented, the target bills by itself. */
  readonly terms: RentalTerms | null;
  /** US dollars in all, at the estimates; null: nothing says how long the runs take. */
  readonly usd: number | null;
  /** How it came about: sizes and their reasons, what can be had and for how much, what happens at the cap. */
  readonly notes: readonly string[];
}

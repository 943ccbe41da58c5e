/** Something that costs money for as long as it is held: a rented machine. In US dollars. */
export interface Charge {
  readonly id: string;
  readonly host: string;
  readonly usdPerHour: number;
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** null: it is still held. */
  readonly to: number | null;
  /** What the provider says it cost in all; null: it has not said, and the price times the time counts. */
  readonly usd: number | null;
}

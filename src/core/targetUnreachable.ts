/** Why a target does not answer, and since when. */
export interface Unreachability {
  /** A clause without a full stop. */
  readonly why: string;
  /** When it was last heard of, in milliseconds since the epoch; null: never, or nobody knows. */
  readonly since: number | null;
}

/**
 * A target can neither be asked nor told anything now. Nothing follows from that for what was asked of it before: it
 * stays as it is, and is asked again. Whether what was just asked for was done, nobody knows.
 */
export class TargetUnreachable extends Error {
  override readonly name = 'TargetUnreachable';

  constructor(
    why: string,
    readonly since: number | null = null,
    options?: ErrorOptions,
  ) {
    super(why, options);
  }
}

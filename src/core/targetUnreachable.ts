/**
 * A target can neither be asked nor told anything now. Nothing follows from that for what was asked of it before: it
 * stays as it is, and is asked again.
 */
export class TargetUnreachable extends Error {
  override readonly name = 'TargetUnreachable';
}

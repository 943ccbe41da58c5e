import { TargetUnreachable } from '../../core/targetUnreachable';

/** What stands between this machine and a host until a person does something about it. */
export type RefusalKind =
  | 'config'
  | 'host-key-unknown'
  | 'host-key-changed'
  | 'host-key-revoked'
  | 'authentication'
  | 'no-shell'
  | 'no-python';

/** A host that could be reached and is not used, and why: waiting alone does not mend it. */
export class SshRefusal extends TargetUnreachable {
  constructor(
    readonly kind: RefusalKind,
    why: string,
    since: number | null = null,
    options?: ErrorOptions,
  ) {
    super(why, since, options);
  }
}

/** A host key that nobody has vouched for, with all that a person needs to do so. */
export class UnknownHostKey extends SshRefusal {
  constructor(
    why: string,
    readonly key: {
      readonly host: string;
      readonly port: number;
      readonly bytes: Buffer;
      readonly type: string;
      readonly fingerprint: string;
      readonly files: readonly string[];
    },
  ) {
    super('host-key-unknown', why);
  }
}

/** What a person is asked while a connection is made. */
export interface SshAsk {
  /** Whether this is the host's key; false also where nobody can be asked. */
  hostKey(question: HostKeyQuestion): Promise<boolean>;
  /** Null: nobody can be asked, or the person would rather not. Nothing keeps the answer. */
  secret(question: SecretQuestion): Promise<string | null>;
}

export interface HostKeyQuestion {
  readonly host: string;
  /** As known hosts name it: `[gpu1]:2222`. */
  readonly entry: string;
  readonly type: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
  /** The file that a yes is written to. */
  readonly file: string;
}

export interface SecretQuestion {
  readonly host: string;
  readonly kind: 'passphrase' | 'password' | 'prompt';
  /** What is asked for, in the words of the server or with the name of the key file. */
  readonly prompt: string;
  /** The answer may be shown while it is typed. */
  readonly visible: boolean;
}

/** Where nobody can be asked. */
export const askNobody: SshAsk = { hostKey: async () => false, secret: async () => null };

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** How a host's key stands to what is known of it. */
export type KeyStanding =
  | { readonly kind: 'known' }
  /** `authority`: a certificate authority is named for it, which Bridge cannot check. */
  | { readonly kind: 'unknown'; readonly authority: boolean }
  | { readonly kind: 'changed'; readonly file: string; readonly line: number; readonly type: string }
  | { readonly kind: 'revoked'; readonly file: string; readonly line: number };

interface KnownLine {
  readonly file: string;
  readonly line: number;
  readonly mark: 'revoked' | 'authority' | null;
  readonly hosts: string;
  readonly type: string;
  readonly key: string;
}

/**
 * Files of known hosts, as sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT", describes them: several names a line, wildcards,
 * negation, hashed names, `[host]:port`, `@revoked`, `@cert-authority`. Lines that make no sense are passed over.
 */
export class KnownHosts {
  private readonly lines: readonly KnownLine[];

  constructor(private readonly files: readonly string[]) {
    this.lines = files.flatMap((file) =>
      existsSync(file) ? parseFile(file, readFileSync(file, 'utf8')) : [],
    );
  }

  /** `key`: the host's public key as the protocol has it. */
  standing(host: string, port: number, key: Buffer): KeyStanding {
    const name = hostEntry(host, port);
    const [type, encoded] = [keyType(key), key.toString('base64')];
    const own = this.lines.filter(({ hosts }) => matchesHost(hosts, name));
    const revoked = own.find((each) => each.mark === 'revoked' && each.key === encoded);
    if (revoked) return { kind: 'revoked', file: revoked.file, line: revoked.line };
    const keys = own.filter(({ mark }) => mark === null);
    if (keys.some((each) => each.key === encoded)) return { kind: 'known' };
    // One of another type is no less a different key: the types that are known were asked for first.
    const other = keys.find((each) => each.type === type) ?? keys[0];
    if (other) return { kind: 'changed', file: other.file, line: other.line, type: other.type };
    return { kind: 'unknown', authority: own.some(({ mark }) => mark === 'authority') };
  }

  /** Types of the keys that are known of a host, to ask for them first. */
  typesOf(host: string, port: number): readonly string[] {
    const name = hostEntry(host, port);
    const own = this.lines.filter(({ mark, hosts }) => mark === null && matchesHost(hosts, name));
    return [...new Set(own.map(({ type }) => type))];
  }

  /** Adds a key to the person's own file, under a plain name. Only ever called after the person said so. */
  add(host: string, port: number, key: Buffer): string {
    const [file] = this.files;
    if (file === undefined) throw new Error('no file of known hosts is configured');
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const start = before === '' || before.endsWith('\n') ? '' : '\n';
    const line = `${hostEntry(host, port)} ${keyType(key)} ${key.toString('base64')}`;
    appendFileSync(file, `${start}${line}\n`, { mode: 0o600, flush: true });
    return file;
  }
}

/** `SHA256:…`, as ssh prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The name of a key's type, which it begins with. */
export function keyType(key: Buffer): string {
  return key.length < 4 ? '' : key.toString('latin1', 4, 4 + Math.min(64, key.readUInt32BE(0)));
}

/** How known hosts name a host with a port. */
export function hostEntry(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

function parseFile(file: string, text: string): KnownLine[] {
  return text.split('\n').flatMap((raw, at): KnownLine[] => {
    const words = raw.trim().split(/\s+/);
    const marked = words[0]?.startsWith('@') === true ? words.shift() : undefined;
    const [hosts, type, key] = words;
    if (hosts === undefined || hosts.startsWith('#') || type === undefined || key === undefined) return [];
    const mark = marked === '@revoked' ? 'revoked' : marked === '@cert-authority' ? 'authority' : null;
    // A mark that nobody knows may say anything: such a line vouches for nothing.
    if (marked !== undefined && mark === null) return [];
    return [{ file, line: at + 1, mark, hosts, type, key }];
  });
}

function matchesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(hosts, name);
  let matched = false;
  for (const pattern of hosts.split(',')) {
    const negated = pattern.startsWith('!');
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

function matchesPattern(pattern: string, name: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 'i').test(name);
}

/** `|1|salt|hash`: HMAC-SHA1 of the name. */
function matchesHash(hosts: string, name: string): boolean {
  const [, version, salt, hash] = hosts.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, 'base64');
  const made = createHmac('sha1', Buffer.from(salt, 'base64')).update(name.toLowerCase()).digest();
  return wanted.length === made.length && timingSafeEqual(wanted, made);
}

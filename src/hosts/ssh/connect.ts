import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { Client, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import { TargetUnreachable } from '../../core/targetUnreachable';
import type { SshAsk } from './ask';
import { Authentication } from './authentication';
import { resolveConfig, type SshConfig } from './config';
import { fingerprint, hostEntry, keyType, KnownHosts } from './knownHosts';
import { SshRefusal, UnknownHostKey } from './refusal';

/** Longer than any cut that TCP itself survives unnoticed; a keepalive that is lost is no reason to give up. */
const keepaliveMs = 15_000;
const keepalives = 4;
/** Hosts that a connection may go through. */
const jumpsAtMost = 8;

export interface ConnectOptions {
  /** A file for `ssh -F`; null: the person's own. */
  readonly configFile: string | null;
  readonly ask: SshAsk;
}

/** An open connection, its host key verified and its user known. */
export interface Connection {
  readonly client: Client;
  readonly config: SshConfig;
  close(): void;
}

/**
 * Opens a connection as the person's ssh configuration says: through its jumps, with its keys. The host's key is
 * compared with the known hosts before anything is said about who we are. Throws `SshRefusal` for what waiting does not
 * mend, `TargetUnreachable` for the rest.
 */
export async function connect(
  alias: string,
  options: ConnectOptions,
  through: readonly string[] = [],
): Promise<Connection> {
  const config = await resolveConfig(alias, options.configFile).catch((error: Error) => {
    throw new SshRefusal('config', error.message, null, { cause: error });
  });
  if (through.length >= jumpsAtMost || through.includes(alias))
    throw new SshRefusal('config', `ProxyJump goes in a circle: ${[...through, alias].join(' -> ')}`);
  for (;;)
    try {
      return await attempt(config, options, through);
    } catch (error) {
      if (!(error instanceof UnknownHostKey) || !(await vouch(error, options))) throw error;
    }
}

/** Asks whether a key is the host's, and writes it down when it is. */
async function vouch({ key }: UnknownHostKey, { ask }: ConnectOptions): Promise<boolean> {
  const [file] = key.files;
  if (file === undefined) return false;
  const question = { host: key.host, entry: hostEntry(key.host, key.port), type: key.type };
  if (!(await ask.hostKey({ ...question, fingerprint: key.fingerprint, file }))) return false;
  new KnownHosts(key.files).add(key.host, key.port, key.bytes);
  return true;
}

async function attempt(
  config: SshConfig,
  options: ConnectOptions,
  through: readonly string[],
): Promise<Connection> {
  const way = await wayTo(config, options, through);
  const client = new Client();
  const authentication = new Authentication(config, options.ask);
  let keyFault: SshRefusal | null = null;
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve);
      client.once('error', (error) => reject(keyFault ?? describe(error, config, authentication)));
      client.once('close', () => reject(keyFault ?? closedEarly(config)));
      const known = new KnownHosts(config.knownHosts);
      const keyHost = config.hostKeyAlias ?? config.hostName;
      const first = known.typesOf(keyHost, config.port).flatMap(algorithmsOf);
      const settings: ConnectConfig = {
        ...{ host: config.hostName, port: config.port, username: config.user },
        ...(way ? { sock: way.socket } : {}),
        ...(first.length > 0
          ? { algorithms: { serverHostKey: [...new Set([...first, ...allAlgorithms])] } }
          : {}),
        ...{ keepaliveInterval: keepaliveMs, keepaliveCountMax: keepalives },
        // A person may be asked for a passphrase meanwhile; the time to reach the host is limited below.
        readyTimeout: 0,
        hostVerifier: (key: Buffer) => {
          keyFault = judgeKey(key, keyHost, config, known);
          return keyFault === null;
        },
        authHandler: authentication.handler(),
      };
      limitHandshake(client, config, reject);
      client.connect(settings);
    });
  } catch (error) {
    client.on('error', () => undefined);
    client.destroy();
    way?.close();
    throw error;
  }
  client.setNoDelay(true);
  // What goes wrong later is told by the end of the connection.
  client.on('error', () => undefined);
  return {
    ...{ client, config },
    close: () => {
      client.destroy();
      way?.close();
    },
  };
}

/** Until its key was seen, a host that says nothing is not there. */
function limitHandshake(client: Client, config: SshConfig, reject: (error: Error) => void): void {
  const late = () =>
    reject(new TargetUnreachable(`${nameOf(config)} does not answer; is it on, and is the address right?`));
  const timer = setTimeout(late, config.connectTimeoutMs);
  client.once('handshake', () => clearTimeout(timer));
  client.once('close', () => clearTimeout(timer));
}

const allAlgorithms: ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

function algorithmsOf(type: string): ServerHostKeyAlgorithm[] {
  if (type === 'ssh-rsa') return ['rsa-sha2-512', 'rsa-sha2-256'];
  return allAlgorithms.filter((each) => each === type);
}

function judgeKey(key: Buffer, host: string, config: SshConfig, known: KnownHosts): SshRefusal | null {
  const standing = known.standing(host, config.port, key);
  const [type, print, entry] = [keyType(key), fingerprint(key), hostEntry(host, config.port)];
  switch (standing.kind) {
    case 'known':
      return null;
    case 'revoked':
      return new SshRefusal(
        'host-key-revoked',
        `the key of ${nameOf(config)} (${type} ${print}) is marked as revoked in ${standing.file}:${standing.line}: whoever answers there must not be trusted, and nothing was sent. Ask who runs the machine`,
      );
    case 'changed':
      return new SshRefusal(
        'host-key-changed',
        `the key of ${nameOf(config)} is not the one in ${standing.file}:${standing.line}: it shows ${type} ${print}. Either the machine was set up anew, or somebody else answers in its place; nothing was sent. Ask who runs it; when the new key is right, remove the old one: ssh-keygen -f '${standing.file}' -R '${entry}'`,
      );
    case 'unknown': {
      const authority = standing.authority
        ? ' Only a certificate authority is known for it, and Bridge cannot check host certificates.'
        : '';
      return new UnknownHostKey(
        `the key of ${nameOf(config)} is not known here: ${type} ${print}.${authority} Compare it with what the machine's owner says, then accept it: "ssh ${config.alias}" in a terminal asks, and so do "bridge host ${config.alias}" and, in VS Code, "Bridge: Add SSH Host"`,
        { ...{ host, port: config.port, bytes: key, type, fingerprint: print }, files: config.knownHosts },
      );
    }
  }
}

/** What the connection runs over, where it is not the network itself. */
async function wayTo(
  config: SshConfig,
  options: ConnectOptions,
  through: readonly string[],
): Promise<{ socket: Duplex; close: () => void } | null> {
  const jump = config.jumps.at(-1);
  if (jump !== undefined) {
    const before = await connect(jump, options, [...through, config.alias]);
    const socket = await new Promise<Duplex>((resolve, reject) =>
      before.client.forwardOut('127.0.0.1', 0, config.hostName, config.port, (error, stream) =>
        error
          ? reject(new TargetUnreachable(`${jump} cannot reach ${nameOf(config)}: ${error.message}`))
          : resolve(stream),
      ),
    ).catch((error: unknown) => {
      before.close();
      throw error;
    });
    return { socket, close: () => before.close() };
  }
  if (config.proxyCommand === null) return null;
  // The person's own configuration says it, in the words of a shell, as ssh runs it.
  const proxy = spawn('/bin/sh', ['-c', `exec ${config.proxyCommand}`], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  proxy.on('error', () => undefined);
  return {
    socket: Duplex.from({ readable: proxy.stdout, writable: proxy.stdin }),
    close: () => proxy.kill(),
  };
}

function closedEarly(config: SshConfig): TargetUnreachable {
  return new TargetUnreachable(`${nameOf(config)} closed the connection before it was open`);
}

function describe(
  error: Error & { level?: string; code?: string | number },
  config: SshConfig,
  { tried }: Authentication,
): Error {
  const cause = { cause: error };
  const name = nameOf(config);
  if (error.level === 'client-authentication') {
    const what = tried.length === 0 ? 'there was no key to try' : `tried: ${[...new Set(tried)].join('; ')}`;
    const certificate =
      config.certificateFiles.length > 0 ? ' Certificates (CertificateFile) cannot be used by Bridge.' : '';
    return new SshRefusal(
      'authentication',
      `${name} did not let ${config.user} in (${what}).${certificate} Put your public key into ~/.ssh/authorized_keys there, or name the right key with IdentityFile in your ssh configuration`,
      null,
      cause,
    );
  }
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new TargetUnreachable(
        `the name ${config.hostName} is not known to this network; is it spelt right, is the VPN on?`,
        null,
        cause,
      );
    case 'ECONNREFUSED':
      return new TargetUnreachable(
        `${name} is there, but nothing answers on port ${config.port}; is its ssh server running?`,
        null,
        cause,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new TargetUnreachable(`there is no route to ${name}; is it on, is the VPN on?`, null, cause);
    case 'ETIMEDOUT':
      return new TargetUnreachable(
        `${name} does not answer; is it on, and is the address right?`,
        null,
        cause,
      );
    default:
      return new TargetUnreachable(`the connection to ${name} failed: ${error.message}`, null, cause);
  }
}

/** `gpu1 (10.0.0.7)`, with the port where it is not the usual one. */
function nameOf({ alias, hostName, port }: SshConfig): string {
  const address = hostEntry(hostName, port);
  return address === alias ? alias : `${alias} (${address})`;
}

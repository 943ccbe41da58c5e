import { execFile } from 'node:child_process';
import { homedir, userInfo } from 'node:os';

/** What counts for one connection, after the person's ssh configuration was applied. */
export interface SshConfig {
  /** As the person calls it. */
  readonly alias: string;
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** Absolute paths, in order; also those that do not exist. */
  readonly identityFiles: readonly string[];
  readonly certificateFiles: readonly string[];
  /** Socket of the agent; null: none. */
  readonly agent: string | null;
  /** Only `identityFiles`, whatever else the agent holds. */
  readonly identitiesOnly: boolean;
  /** Hosts to go through, the first one first. */
  readonly jumps: readonly string[];
  /** A command whose input and output are the connection; null: none. */
  readonly proxyCommand: string | null;
  /** Files of known hosts, the person's own first. */
  readonly knownHosts: readonly string[];
  /** The name under which its key is kept, where it is not its own. */
  readonly hostKeyAlias: string | null;
  readonly connectTimeoutMs: number;
}

const defaultTimeoutMs = 15_000;

/** Asks the `ssh` of this machine what its configuration says of a host; throws a sentence where it cannot. */
export async function resolveConfig(alias: string, configFile: string | null): Promise<SshConfig> {
  const args = ['-G', ...(configFile === null ? [] : ['-F', configFile]), '--', alias];
  const { error, stdout, stderr } = await new Promise<{
    error: Error | null;
    stdout: string;
    stderr: string;
  }>((resolve) =>
    execFile('ssh', args, { timeout: 10_000 }, (failure, out, err) =>
      resolve({ error: failure, stdout: out, stderr: err }),
    ),
  );
  if (error === null) return parseConfig(alias, stdout);
  // Without an ssh program there is no configuration to honour, but a host can still be named in full.
  if ((error as NodeJS.ErrnoException).code === 'ENOENT' && configFile === null) return bareConfig(alias);
  const said = stderr.trim().split('\n').at(-1) || error.message;
  throw new Error(
    `the ssh configuration${configFile === null ? '' : ` ${configFile}`} cannot be used: ${said}`,
    {
      cause: error,
    },
  );
}

/** Reads the lines of `ssh -G`. */
export function parseConfig(alias: string, text: string): SshConfig {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, [...(values.get(name) ?? []), value]);
  }
  const one = (name: string) => values.get(name)?.[0];
  const some = (value: string | undefined) => (value === undefined || value === 'none' ? null : value);
  const user = one('user') ?? userInfo().username;
  const timeout = Number(one('connecttimeout'));
  const agent = some(one('identityagent'));
  const files = (name: string) =>
    (one(name) ?? '').split(' ').filter((each) => each !== '' && each !== 'none');
  return {
    alias,
    hostName: one('hostname') ?? alias,
    port: Number(one('port') ?? 22),
    user,
    identityFiles: (values.get('identityfile') ?? []).filter((each) => each !== 'none').map(inHome),
    certificateFiles: (values.get('certificatefile') ?? []).map(inHome),
    agent: agent === null || agent === 'SSH_AUTH_SOCK' ? (process.env.SSH_AUTH_SOCK ?? null) : inHome(agent),
    identitiesOnly: one('identitiesonly') === 'yes',
    jumps: some(one('proxyjump'))?.split(',') ?? [],
    proxyCommand: some(one('proxycommand')),
    knownHosts: [...files('userknownhostsfile'), ...files('globalknownhostsfile')].map(inHome),
    hostKeyAlias: some(one('hostkeyalias')),
    connectTimeoutMs: timeout > 0 ? timeout * 1000 : defaultTimeoutMs,
  };
}

function bareConfig(alias: string): SshConfig {
  const [, user, hostName, port] = /^(?:([^@]+)@)?([^:]+)(?::(\d+))?$/.exec(alias) ?? [];
  const names = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
  return {
    ...{ alias, hostName: hostName ?? alias, port: Number(port ?? 22), user: user ?? userInfo().username },
    identityFiles: names.map((name) => inHome(`~/.ssh/${name}`)),
    certificateFiles: [],
    agent: process.env.SSH_AUTH_SOCK ?? null,
    ...{ identitiesOnly: false, jumps: [], proxyCommand: null, hostKeyAlias: null },
    knownHosts: [inHome('~/.ssh/known_hosts'), '/etc/ssh/ssh_known_hosts'],
    connectTimeoutMs: defaultTimeoutMs,
  };
}

function inHome(path: string): string {
  return path.replace(/^~(?=\/|$)/, homedir());
}

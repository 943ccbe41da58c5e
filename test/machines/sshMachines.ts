import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A machine of a test: an address of its own in a network namespace, an sshd, a user with a home of its own. */
export interface SshMachine {
  /** What the ssh configuration calls it. */
  readonly name: string;
  readonly address: string;
  readonly user: string;
  readonly home: string;
  /** Takes it off the network. */
  cut(): void;
  mend(): void;
  /** Process ids of its sshd, the first, and of the children that serve connections. */
  sshd(): number[];
  connections(): number[];
  /** Ends every process of its user, as a power cut would. */
  killEverything(): void;
}

export interface SshMachines {
  readonly machines: readonly SshMachine[];
  /** For `ssh -F` and `bridge.ssh.config`. */
  readonly configFile: string;
  readonly knownHosts: string;
  readonly key: string;
  readonly folder: string;
  dispose(): void;
}

export interface SshMachinesOptions {
  readonly count: number;
  /** Lines for the configuration of every sshd. */
  readonly sshd?: readonly string[];
}

/** Why machines cannot be made here; null: they can. */
export const whyNoMachines: string | null = (() => {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (!existsSync('/usr/sbin/sshd')) return 'openssh-server is not installed';
  const probe = `bridge-probe-${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', probe]).status !== 0)
    return 'this machine lets nobody make network namespaces (or has no iproute2)';
  spawnSync('ip', ['netns', 'del', probe]);
  return null;
})();

let made = 0;

/** Makes machines with real sshds and real partitions. Names, addresses and users are this process's own. */
export function makeSshMachines({ count, sshd = [] }: SshMachinesOptions): SshMachines {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-machines-'));
  chmodSync(folder, 0o755);
  mkdirSync('/run/sshd', { recursive: true });
  const mark = `${(process.pid % 46656).toString(36)}${made++}`;
  // A network of this process alone: 10.64-127.x.0/24.
  const network = `10.${64 + (process.pid % 64)}.${(Math.floor(process.pid / 64) + made * 37) % 256}`;
  const bridge = `bb${mark}`;
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const attempt = (program: string, ...args: string[]) => void spawnSync(program, args, { stdio: 'ignore' });
  const key = join(folder, 'id');
  run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key);
  run('ip', 'link', 'add', bridge, 'type', 'bridge');
  run('ip', 'addr', 'add', `${network}.1/24`, 'dev', bridge);
  run('ip', 'link', 'set', bridge, 'up');
  const knownHosts = join(folder, 'known_hosts');
  const configFile = join(folder, 'config');
  const machines: SshMachine[] = [];
  const namespaces: string[] = [];
  const users: string[] = [];
  let known = '';
  let config = '';
  for (let at = 1; at <= count; at++) {
    const [name, user, space, link] = [`gpu${at}`, `bridge${mark}${at}`, `bn${mark}${at}`, `bl${mark}${at}`];
    const address = `${network}.${10 + at}`;
    const home = join(folder, `home${at}`);
    const hostKey = join(folder, `hostkey${at}`);
    const pidFile = join(folder, `sshd${at}.pid`);
    run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', hostKey);
    run('useradd', '--no-create-home', '--home-dir', home, '--shell', '/bin/bash', user);
    // A fresh account counts as locked, and sshd refuses it.
    run('usermod', '-p', '*', user);
    users.push(user);
    mkdirSync(home);
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      Number(execFileSync('id', [flag, user], { encoding: 'utf8' })),
    );
    chownSync(home, uid!, gid!);
    run('ip', 'netns', 'add', space);
    namespaces.push(space);
    run('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
    run('ip', 'link', 'set', link, 'master', bridge, 'up');
    run('ip', '-n', space, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    run('ip', '-n', space, 'link', 'set', 'eth0', 'up');
    run('ip', '-n', space, 'link', 'set', 'lo', 'up');
    const lines = [
      ...[
        'Port 22',
        `ListenAddress ${address}`,
        `HostKey ${hostKey}`,
        `PidFile ${pidFile}`,
        'StrictModes no',
      ],
      ...[`AuthorizedKeysFile ${key}.pub`, 'UsePAM no', 'UseDNS no', 'PasswordAuthentication no'],
      ...['KbdInteractiveAuthentication no', 'MaxStartups 100', ...sshd],
    ];
    writeFileSync(join(folder, `sshd${at}.conf`), `${lines.join('\n')}\n`);
    const program = [
      '/usr/sbin/sshd',
      '-f',
      join(folder, `sshd${at}.conf`),
      '-E',
      join(folder, `sshd${at}.log`),
    ];
    run('ip', 'netns', 'exec', space, ...program);
    known += `${address} ${readFileSync(`${hostKey}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')}\n`;
    config += `Host ${name}\n  HostName ${address}\n  User ${user}\n`;
    // It writes who it is once it listens.
    for (const limit = performance.now() + 10_000; !existsSync(pidFile);)
      if (performance.now() > limit) throw new Error(`the sshd of ${name} does not start`);
    const sshdPid = () => Number(readFileSync(pidFile, 'utf8'));
    machines.push({
      ...{ name, address, user, home },
      cut: () => run('ip', 'link', 'set', link, 'down'),
      mend: () => run('ip', 'link', 'set', link, 'up'),
      sshd: () => [sshdPid(), ...childrenOf(sshdPid()).filter(isSshd)],
      connections: () => childrenOf(sshdPid()).filter(isSshd),
      killEverything: () => attempt('pkill', '-KILL', '-u', user),
    });
  }
  config += `Host *\n  IdentityFile ${key}\n  IdentitiesOnly yes\n  IdentityAgent none\n  UserKnownHostsFile ${knownHosts}\n  GlobalKnownHostsFile /dev/null\n  ConnectTimeout 3\n`;
  writeFileSync(knownHosts, known);
  writeFileSync(configFile, config);
  return {
    ...{ machines, configFile, knownHosts, key, folder },
    dispose: () => {
      for (const machine of machines) {
        for (const pid of machine.sshd()) tryKill(pid);
        machine.killEverything();
      }
      for (const space of namespaces) attempt('ip', 'netns', 'del', space);
      attempt('ip', 'link', 'del', bridge);
      for (const user of users) attempt('userdel', '-f', user);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function isSshd(pid: number): boolean {
  const path = `/proc/${pid}/comm`;
  return existsSync(path) && readFileSync(path, 'utf8').startsWith('sshd');
}

/** All descendants of a process. */
function childrenOf(pid: number): number[] {
  const listing = execFileSync('ps', ['-Ao', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = listing.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const found = [pid];
  for (const each of found) for (const [child, parent] of pairs) if (parent === each) found.push(child!);
  return found.slice(1);
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

/** A program as another user, for references that run on the machine itself. */
export function asUser(user: string, argv: readonly string[], options: Parameters<typeof spawn>[2] = {}) {
  return spawn('runuser', ['-u', user, '--', ...argv], options);
}

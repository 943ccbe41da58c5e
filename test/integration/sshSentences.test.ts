import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSshMachines, whyNoMachines, type SshMachines } from '../machines/sshMachines';
import { bridge, startBridge, until } from './harness/bridge';
import { Workspace } from './harness/workspace';

describe.skipIf(whyNoMachines !== null)(
  `what is said of a machine behind ssh${whyNoMachines ? `: ${whyNoMachines}` : ''}`,
  () => {
    let made: SshMachines;
    let known: string;
    let workspace: Workspace;
    beforeAll(() => {
      made = makeSshMachines({ count: 1 });
      known = readFileSync(made.knownHosts, 'utf8');
    });
    afterAll(() => made.dispose());
    beforeEach(() => {
      writeFileSync(made.knownHosts, known);
      workspace = new Workspace();
      workspace.write(
        'm.yaml',
        'jobs:\n  - { id: r1, cmd: "echo done > out.txt", expected_output: out.txt, gpus: 0 }\n',
      );
      return () => workspace.dispose();
    });

    const config = () => `bridge.ssh.config=${JSON.stringify(made.configFile)}`;
    const queue = (...more: string[]) =>
      bridge(workspace, ['queue', 'm.yaml', '--target', 'ssh:gpu1', '--set', config(), ...more]);
    const host = (...more: string[]) => bridge(workspace, ['host', 'gpu1', '--set', config(), ...more]);
    /** Another configuration for the rest of a test. */
    const configured = (lines: string) => {
      const before = readFileSync(made.configFile, 'utf8');
      writeFileSync(made.configFile, `Host gpu1\n${lines}\n${before}`);
      return { restore: () => writeFileSync(made.configFile, before) };
    };
    const nothingStarted = () =>
      expect(spawnSync('ls', [join(made.machines[0]!.home, '.bridge')]).stdout.toString()).not.toContain(
        'jobs',
      );

    it('a key that nobody has vouched for is shown with its fingerprint, and nothing is started or written down', async () => {
      writeFileSync(made.knownHosts, '');
      const { code, stderr } = await queue();
      expect(code).toBe(3);
      const print = execFileSync('ssh-keygen', ['-lf', join(made.folder, 'hostkey1.pub')], {
        encoding: 'utf8',
      }).split(' ')[1]!;
      expect(stderr).toContain(
        `the key of gpu1 (${made.machines[0]!.address}) is not known here: ssh-ed25519 ${print}`,
      );
      expect(stderr).toContain('"bridge host gpu1"');
      expect(stderr).toContain('Nothing was started.');
      expect(readFileSync(made.knownHosts, 'utf8')).toBe('');
      nothingStarted();
      const wrong = await host('--fingerprint', 'SHA256:somethingelse');
      expect(wrong.code).toBe(3);
      expect(readFileSync(made.knownHosts, 'utf8')).toBe('');
      const right = await host('--fingerprint', print, '--json');
      expect(right.code).toBe(0);
      expect(JSON.parse(right.stdout)).toMatchObject({
        host: 'gpu1',
        home: made.machines[0]!.home,
        bash: '/usr/bin/bash',
      });
      expect(readFileSync(made.knownHosts, 'utf8')).toBe(known);
    });

    it('a changed key is refused before anything is sent, with what it means and how to go on', async () => {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(made.folder, 'other')]);
      const other = readFileSync(join(made.folder, 'other.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
      const wrong = `${made.machines[0]!.address} ${other}\n`;
      writeFileSync(made.knownHosts, wrong);
      const { code, stderr } = await queue();
      expect(code).toBe(3);
      expect(stderr).toContain(`is not the one in ${made.knownHosts}:1`);
      expect(stderr).toContain('somebody else answers in its place; nothing was sent');
      expect(stderr).toContain(`ssh-keygen -f '${made.knownHosts}' -R '${made.machines[0]!.address}'`);
      expect(readFileSync(made.knownHosts, 'utf8')).toBe(wrong);
      expect(readFileSync(join(made.folder, 'sshd1.log'), 'utf8')).not.toContain(
        'Accepted publickey for nobody',
      );
    });

    it('a revoked key and a name that is hashed are read as ssh reads them', async () => {
      const [, key] = [made.machines[0]!.address, known.trim().split(' ').slice(1).join(' ')];
      writeFileSync(made.knownHosts, `${known}@revoked * ${key}\n`);
      expect((await host()).stderr).toContain('is marked as revoked');
      writeFileSync(made.knownHosts, known);
      execFileSync('ssh-keygen', ['-H', '-f', made.knownHosts], { stdio: 'ignore' });
      rmSync(`${made.knownHosts}.old`, { force: true });
      expect(readFileSync(made.knownHosts, 'utf8')).toMatch(/^\|1\|/);
      expect((await host()).code).toBe(0);
    });

    it('a key that needs a passphrase that nobody gives, and no key at all, are named', async () => {
      const locked = join(made.folder, 'locked');
      rmSync(locked, { force: true });
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', locked]);
      const config = readFileSync(made.configFile, 'utf8');
      writeFileSync(made.configFile, config.replace(`IdentityFile ${made.key}`, `IdentityFile ${locked}`));
      try {
        const { code, stderr } = await queue();
        expect(code).toBe(3);
        expect(stderr).toContain(
          `did not let ${made.machines[0]!.user} in (tried: ${locked}, which needs a passphrase that nobody gave)`,
        );
        expect(stderr).toContain('~/.ssh/authorized_keys');
      } finally {
        writeFileSync(made.configFile, config);
      }
    });

    it('no route, a port where nothing listens, and a name that nobody knows are three sentences', async () => {
      made.machines[0]!.cut();
      try {
        const { code, stderr } = await queue();
        expect(code).toBe(3);
        expect(stderr).toMatch(/gpu1 \(10\.[\d.]+\) does not answer; is it on|there is no route to gpu1/);
      } finally {
        made.machines[0]!.mend();
      }
      const before = configured('  Port 2299');
      expect((await queue()).stderr).toContain('nothing answers on port 2299');
      before.restore();
      const { stderr } = await bridge(workspace, [
        'queue',
        'm.yaml',
        '--target',
        'ssh:no-such.invalid',
        '--set',
        config(),
      ]);
      expect(stderr).toContain('the name no-such.invalid is not known to this network');
    });

    it('a login shell that prints a banner, and one that is no bash, break nothing', async () => {
      const { home, user } = made.machines[0]!;
      writeFileSync(
        join(home, '.bashrc'),
        'echo "Welcome to the cluster!"; echo "{\\"id\\":1}"; printf "no line end"\n',
      );
      expect((await queue()).code).toBe(0);
      expect(workspace.read('out.txt')).toBe('done\n');
      rmSync(join(home, '.bashrc'));
      execFileSync('usermod', ['-s', '/bin/sh', user]);
      expect((await host()).code).toBe(0);
      execFileSync('usermod', ['-s', '/usr/sbin/nologin', user]);
      const { stderr } = await host();
      expect(stderr).toContain('lets nobody run /bin/sh');
      execFileSync('usermod', ['-s', '/bin/bash', user]);
    });

    it('a disk that is full is waited for and named', async () => {
      const machine = made.machines[0]!;
      const small = join(machine.home, '.bridge');
      rmSync(small, { recursive: true, force: true });
      mkdirSync(small);
      const { uid, gid } = statSync(machine.home);
      chownSync(small, uid, gid);
      // sshd has a view of the mounts of its own.
      const there = (...argv: string[]) =>
        execFileSync('nsenter', ['-t', String(machine.sshd()[0]), '-m', '--', ...argv]);
      there('mount', '-t', 'tmpfs', '-o', `size=64k,uid=${uid},gid=${gid},mode=755`, 'bridge-full', small);
      try {
        workspace.write('big.py', `# ${'x'.repeat(300_000)}\n`);
        const call = startBridge(workspace, ['queue', 'm.yaml', '--target', 'ssh:gpu1', '--set', config()]);
        const said = /gpu1: .*No space left on device\. Runs go on; Bridge tries again/;
        await until('the full disk is said', () => said.test(call.stderr));
        there('mount', '-o', 'remount,size=64m', small);
        expect((await call.ended).code).toBe(0);
        expect(workspace.read('out.txt')).toBe('done\n');
      } finally {
        there('umount', '-l', small);
      }
    });
  },
);

describe.skipIf(whyNoMachines !== null)('a machine without Python', () => {
  it('is named with how to get one', async () => {
    const bare = makeSshMachines({ count: 1, sshd: ['SetEnv PATH=/nowhere'] });
    const workspace = new Workspace();
    try {
      const { code, stderr } = await bridge(workspace, [
        'host',
        'gpu1',
        '--set',
        `bridge.ssh.config=${JSON.stringify(bare.configFile)}`,
      ]);
      expect(code).toBe(3);
      expect(stderr).toContain('gpu1 has no Python 3, with which Bridge watches over runs there. Install it');
    } finally {
      workspace.dispose();
      bare.dispose();
    }
  });
});

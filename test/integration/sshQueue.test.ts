import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSshMachines, whyNoMachines, type SshMachines } from '../machines/sshMachines';
import { cliPath, until } from './harness/bridge';

const jobs = 1000;
const rounds = 3;
/** Runs at once, on either side. */
const slots = (count: number) => ['--set', `bridge.maxParallelRuns=${count}`];
const why = whyNoMachines ?? (process.env.BRIDGE_BENCH ? null : '"npm run bench" measures it');

/** What a queue behind ssh costs beside the same queue on that machine itself; measured, not asserted. */
describe.skipIf(why !== null)(`1,000 jobs of true on a machine behind ssh${why ? ` (${why})` : ''}`, () => {
  let made: SshMachines;
  let outer: string;
  beforeAll(() => {
    made = makeSshMachines({ count: 1 });
    outer = mkdtempSync(join(tmpdir(), 'bridge-ssh-queue-'));
    chmodSync(outer, 0o755);
    // The machine's own user has to be able to read the program.
    cpSync(dirname(cliPath), join(outer, 'dist'), { recursive: true });
  });
  afterAll(() => {
    made.machines[0]!.killEverything();
    made.dispose();
    rmSync(outer, { recursive: true, force: true, maxRetries: 5 });
  });

  const manifest = [
    'project: bench',
    'max_parallel: 8',
    'jobs:',
    ...Array.from({ length: jobs }, (_, at) => `  - { id: r${at}, cmd: "true", gpus: 0 }`),
    '',
  ].join('\n');

  /** Seconds that a queue in a folder of its own takes. */
  function seconds(folder: string, command: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
    const begun = performance.now();
    const { status, stderr } = spawnSync(command[0]!, [...command.slice(1), '--workspace', folder], {
      ...{ cwd: folder, env, encoding: 'utf8' },
    });
    expect(status, stderr).toBe(0);
    return (performance.now() - begun) / 1000;
  }

  it('costs little more than on that machine directly', { timeout: 600_000 }, () => {
    const [machine] = made.machines;
    const program = join(outer, 'dist', basename(cliPath));
    const over: number[] = [];
    const direct: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const there = join(machine!.home, `direct${round}`);
      const here = join(outer, `over${round}`);
      for (const folder of [there, here]) {
        mkdirSync(folder);
        writeFileSync(join(folder, 'm.yaml'), manifest);
      }
      execFileSync('chown', ['-R', machine!.user, there]);
      const asUser = ['runuser', '-u', machine!.user, '--', process.execPath, program];
      direct.push(
        seconds(there, [...asUser, 'queue', 'm.yaml', ...slots(8)], {
          PATH: process.env.PATH,
          HOME: machine!.home,
        }),
      );
      const config = `bridge.ssh.config=${JSON.stringify(made.configFile)}`;
      const call = [
        process.execPath,
        program,
        'queue',
        'm.yaml',
        '--target',
        'ssh:gpu1',
        '--set',
        config,
        ...slots(8),
      ];
      over.push(seconds(here, call, { ...process.env, XDG_CONFIG_HOME: join(outer, 'config') }));
    }
    const ratios = over.map((each, at) => each / direct[at]!).sort((a, b) => a - b);
    const pairs = over.map((each, at) => `${each.toFixed(2)} / ${direct[at]!.toFixed(2)} s`);
    console.log(
      `1,000 jobs of true over ssh, x the same on that machine: ${ratios[1]!.toFixed(2)} (at most 1.3) over / direct: ${pairs.join(', ')}`,
    );
  });

  it('lies nearly idle while fifty of them run', { timeout: 300_000 }, async () => {
    const [machine] = made.machines;
    const here = join(outer, 'idle');
    mkdirSync(here);
    const lines = Array.from({ length: 50 }, (_, at) => `  - { id: r${at}, cmd: "sleep 120", gpus: 0 }`);
    writeFileSync(join(here, 'm.yaml'), `project: idle\nmax_parallel: 50\njobs:\n${lines.join('\n')}\n`);
    const config = `bridge.ssh.config=${JSON.stringify(made.configFile)}`;
    const program = join(outer, 'dist', basename(cliPath));
    const argv = [
      program,
      'queue',
      'm.yaml',
      '--workspace',
      here,
      '--target',
      'ssh:gpu1',
      '--set',
      config,
      ...slots(50),
    ];
    const driver = spawn(process.execPath, argv, {
      ...{ stdio: 'ignore', env: { ...process.env, XDG_CONFIG_HOME: join(outer, 'config') } },
    });
    const asleep = () =>
      spawnSync('pgrep', ['-c', '-u', machine!.user, '-x', 'sleep'], { encoding: 'utf8' }).stdout.trim();
    await until('fifty runs run', () => Number(asleep()) === 50);
    await pause(5000);
    const before = cpuSeconds(driver.pid!);
    await pause(20_000);
    const share = (cpuSeconds(driver.pid!) - before) / 20;
    console.log(
      `50 running jobs over ssh: ${(share * 100).toFixed(2)} % of a core for the driver (at most 1), over 20 s`,
    );
    driver.kill('SIGKILL');
  });
});

/** Processor time that a process has used, in seconds. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

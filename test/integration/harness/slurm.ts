import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue'];

/** What a real cluster on this machine lacks; null: nothing. */
export const slurmLacks: string | null = (() => {
  if (process.getuid?.() !== 0) return 'only root can start Slurm’s daemons';
  const absent = programs.filter((name) => spawnSync('which', [name]).status !== 0);
  return absent.length === 0 ? null : `${absent.join(', ')} not installed`;
})();

/** Slurm holds jobs to their memory by cgroups of the first version; elsewhere it is not asked to. */
export const hasMemoryCgroups = existsSync('/sys/fs/cgroup/memory');

export interface ClusterOptions {
  /** Seconds for which a job that has ended is remembered. */
  readonly minJobAge?: number;
  readonly maxArraySize?: number;
}

/** Ports of one cluster; each process that starts clusters begins somewhere else. */
let nextPort = 20_000 + (process.pid % 1000) * 40;

/**
 * A real cluster on loopback: a controller, three nodes of eight CPUs, 8 GB and two GPUs (device files, no driver), a
 * partition `gpu`, and a partition `urgent` that preempts it.
 */
export class SlurmCluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'bridge-slurm-'));
  readonly conf = join(this.folder, 'slurm.conf');
  private readonly host = hostname().split('.')[0]!;
  private readonly port = (nextPort += 8);

  private constructor(private readonly options: ClusterOptions) {}

  static async start(options: ClusterOptions = {}): Promise<SlurmCluster> {
    const cluster = new SlurmCluster(options);
    cluster.configure();
    cluster.daemon('munged', [
      ...[`--key-file=${cluster.at('key/munge.key')}`, `--socket=${cluster.at('munge/sock')}`],
      ...[`--pid-file=${cluster.at('run/munged.pid')}`, `--log-file=${cluster.at('log/munged.log')}`],
      ...[`--seed-file=${cluster.at('key/seed')}`, '--force', '--num-threads=2'],
    ]);
    cluster.startController();
    for (const node of cluster.nodes) cluster.startNode(node);
    await cluster.until('three idle nodes', () => cluster.count('idle') === 3);
    return cluster;
  }

  readonly nodes = ['gpu1', 'gpu2', 'gpu3'];

  /** For whoever is to find this cluster. */
  get env(): Record<string, string> {
    return { SLURM_CONF: this.conf };
  }

  at(path: string): string {
    return join(this.folder, path);
  }

  /** What one of Slurm's programs prints; what it complains of is part of the error. */
  run(program: string, ...args: string[]): string {
    return execFileSync('timeout', ['10', program, ...args], {
      env: { ...process.env, ...this.env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }

  /** Ids, states and so on of all jobs, as `squeue -o FORMAT` says. */
  jobs(format = '%i %T'): string[] {
    return this.run('squeue', '-h', '-a', '-r', '-t', 'all', '-o', format).split('\n').filter(Boolean);
  }

  startController(): void {
    this.daemon('slurmctld', ['-f', this.conf]);
  }

  /** An orderly stop. (One that is killed may forget jobs that it has begun, and give their numbers out again.) */
  async stopController(): Promise<void> {
    this.kill('slurmctld', 'SIGTERM');
    const answers = () =>
      spawnSync('timeout', ['1', 'squeue'], { env: { ...process.env, ...this.env } }).status === 0;
    await this.until('the controller to fall silent', () => !answers());
  }

  startNode(node: string): void {
    this.daemon('slurmd', ['-N', node, '-f', this.conf]);
  }

  /** The node's daemon, its step daemons and all that they run die at once. */
  killNode(node: string): void {
    this.kill(`slurmd-${node}`, 'SIGKILL');
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      let command = '';
      let variables = '';
      try {
        command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        variables = readFileSync(`/proc/${pid}/environ`, 'utf8');
      } catch {
        continue;
      }
      const ours = variables.includes(`SLURM_CONF=${this.conf}`);
      const step = command.includes('slurmstepd') && (ours || command.includes(node));
      if (step || (ours && variables.includes(`SLURMD_NODENAME=${node}\0`))) signal(Number(pid), 'SIGKILL');
    }
  }

  /** Brings nodes back that died, or that a controller which forgot something does not trust. */
  async heal(): Promise<void> {
    const isUp = (node: string) => existsSync(this.at(`run/slurmd-${node}.pid`));
    for (const node of this.nodes) if (!isUp(node)) this.startNode(node);
    const drained = this.run('sinfo', '-h', '-N', '-p', 'gpu', '-t', 'drain,drng,down', '-o', '%N').split(
      '\n',
    );
    for (const node of drained.filter(Boolean))
      try {
        this.run('scontrol', 'update', `nodename=${node}`, 'state=resume');
      } catch {
        // It came back by itself meanwhile.
      }
    await this.until('three nodes', () => this.count('idle') + this.count('mixed') === 3, 60_000);
  }

  private count(state: string): number {
    return Number(this.run('sinfo', '-h', '-t', state, '-p', 'gpu', '-o', '%D') || 0);
  }

  async until(what: string, holds: () => boolean, limitMs = 30_000): Promise<void> {
    const limit = performance.now() + limitMs;
    for (;;) {
      try {
        if (holds()) return;
      } catch {
        // Not yet there to be asked.
      }
      if (performance.now() > limit) throw new Error(`waited in vain for ${what}; see ${this.at('log')}`);
      await pause(100);
    }
  }

  async stop(): Promise<void> {
    try {
      const ids = this.run('squeue', '-h', '-a', '-o', '%A').split('\n').filter(Boolean);
      if (ids.length > 0) this.run('scancel', '--quiet', ...ids);
      await this.until('the end of all jobs', () => this.run('squeue', '-h', '-a') === '', 8000);
    } catch {
      // A test may have left it without a controller.
    }
    for (const node of this.nodes) this.killNode(node);
    for (const name of ['slurmctld', 'munged']) this.kill(name, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private daemon(program: string, args: readonly string[]): void {
    // Some of them keep what they were started with open for as long as they run.
    const { status, error } = spawnSync(program, args, {
      env: { ...process.env, ...this.env },
      stdio: 'ignore',
    });
    if (status !== 0)
      throw new Error(`${program} did not start (${error?.message ?? status}); see ${this.at('log')}`);
  }

  private kill(name: string, how: NodeJS.Signals): void {
    const file = this.at(`run/${name}.pid`);
    if (existsSync(file)) signal(Number(readFileSync(file, 'utf8')), how);
    rmSync(file, { force: true });
  }

  private configure(): void {
    for (const name of [
      'key',
      'munge',
      'state',
      'log',
      'run',
      'dev',
      ...this.nodes.map((node) => `spool/${node}`),
    ])
      mkdirSync(this.at(name), { recursive: true });
    chmodSync(this.folder, 0o755);
    chmodSync(this.at('key'), 0o700);
    writeFileSync(this.at('key/munge.key'), randomBytes(1024), { mode: 0o600 });
    for (const at of [0, 1]) execFileSync('mknod', ['-m666', this.at(`dev/nvidia${at}`), 'c', '1', '3']);
    writeFileSync(
      this.at('gres.conf'),
      `NodeName=gpu[1-3] Name=gpu Type=a100 File=${this.at('dev')}/nvidia[0-1]\n`,
    );
    writeFileSync(
      this.at('cgroup.conf'),
      lines({
        ...{
          CgroupPlugin: 'cgroup/v1',
          CgroupAutomount: 'no',
          ConstrainRAMSpace: 'yes',
          AllowedRAMSpace: 100,
        },
      }),
    );
    writeFileSync(this.conf, lines(this.settings()) + this.places());
  }

  private settings(): Record<string, string | number> {
    const { minJobAge = 300, maxArraySize = 1001 } = this.options;
    return {
      ...{ ClusterName: 'bridge', SlurmctldHost: `${this.host}(127.0.0.1)`, SlurmctldPort: this.port },
      ...{ SlurmUser: 'root', SlurmdUser: 'root', AuthType: 'auth/munge', CredType: 'cred/munge' },
      ...{ AuthInfo: `socket=${this.at('munge/sock')}`, StateSaveLocation: this.at('state') },
      ...{ SlurmdSpoolDir: this.at('spool/%n'), SlurmctldPidFile: this.at('run/slurmctld.pid') },
      ...{ SlurmdPidFile: this.at('run/slurmd-%n.pid'), SlurmctldLogFile: this.at('log/slurmctld.log') },
      ...{ SlurmdLogFile: this.at('log/slurmd-%n.log'), GresTypes: 'gpu', SwitchType: 'switch/none' },
      ProctrackType: hasMemoryCgroups ? 'proctrack/cgroup' : 'proctrack/linuxproc',
      TaskPlugin: hasMemoryCgroups ? 'task/cgroup' : 'task/none',
      ...{ JobAcctGatherType: 'jobacct_gather/linux', JobAcctGatherFrequency: 1 },
      ...{ SelectType: 'select/cons_tres', SelectTypeParameters: 'CR_Core_Memory' },
      ...{ PreemptType: 'preempt/partition_prio', PreemptMode: 'REQUEUE' },
      ...{
        SlurmdParameters: 'config_overrides',
        ReturnToService: 2,
        MpiDefault: 'none',
        MailProg: '/bin/true',
      },
      ...{ SchedulerType: 'sched/backfill', SchedulerParameters: 'bf_interval=1,sched_min_interval=0' },
      ...{ MinJobAge: minJobAge, MaxArraySize: maxArraySize, KillWait: 2, MessageTimeout: 10 },
      ...{ SlurmctldTimeout: 30, SlurmdTimeout: 10, InactiveLimit: 0, PropagateResourceLimits: 'NONE' },
      ...{ JobCompType: 'jobcomp/none', AccountingStorageType: 'accounting_storage/none' },
      ...{ PrologFlags: 'Alloc', DefMemPerCPU: 200, CommunicationParameters: 'NoCtldInAddrAny,NoInAddrAny' },
    };
  }

  private places(): string {
    const ports = `[${this.port + 1}-${this.port + 3}]`;
    const size = 'CPUs=8 Boards=1 SocketsPerBoard=1 CoresPerSocket=8 ThreadsPerCore=1 RealMemory=8000';
    return [
      `NodeName=gpu[1-3] NodeHostname=${this.host} NodeAddr=127.0.0.1 Port=${ports} ${size} Gres=gpu:a100:2 State=UNKNOWN`,
      'PartitionName=gpu Nodes=gpu[1-3] Default=YES MaxTime=INFINITE PriorityTier=1 State=UP',
      'PartitionName=urgent Nodes=gpu[1-3] MaxTime=1:00:00 PriorityTier=10 PreemptMode=OFF State=UP',
      '',
    ].join('\n');
  }
}

function lines(settings: Readonly<Record<string, string | number>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function signal(pid: number, how: NodeJS.Signals): void {
  try {
    process.kill(pid, how);
  } catch {
    // It is gone already.
  }
}

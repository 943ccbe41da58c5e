import type { Capacity } from '../../core/ports';
import { TargetUnreachable } from '../../core/targetUnreachable';
import type { SlurmClient } from './client';

/** Nodes of a partition that are alike, as `sinfo` lists them. */
export interface NodeGroup {
  readonly partition: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  /** GPUs of one node by type; a type that has no name is empty. */
  readonly gpus: Readonly<Record<string, number>>;
  readonly features: readonly string[];
  readonly count: number;
}

export interface Partition {
  readonly name: string;
  readonly isDefault: boolean;
  /** Null: no limit. */
  readonly maxTimeMs: number | null;
  readonly maxMemoryPerNodeMiB: number | null;
  /** Null: all. */
  readonly accounts: readonly string[] | null;
  readonly qos: readonly string[] | null;
}

export interface ClusterFacts {
  readonly maxArraySize: number;
  readonly partitions: readonly Partition[];
  readonly nodes: readonly NodeGroup[];
  /** Slurm's programs are not on the machine. */
  readonly absent: boolean;
}

/** What Slurm says if nobody set it otherwise. */
const defaultArraySize = 1001;

/** What the cluster has and allows, asked once: it changes when its administrators change it. */
export class Cluster {
  private known: ClusterFacts | null = null;

  constructor(private readonly client: SlurmClient) {}

  /** Throws `TargetUnreachable` while Slurm does not answer. */
  async facts(signal: AbortSignal): Promise<ClusterFacts> {
    if (this.known) return this.known;
    const sinfo = await this.client.show(['sinfo', '-h', '-e', '-a', '-o', '%R|%c|%m|%G|%f|%D'], signal);
    if (sinfo.code === 127)
      return { maxArraySize: defaultArraySize, partitions: [], nodes: [], absent: true };
    const partitions = await this.client.show(['scontrol', '-o', 'show', 'partition'], signal);
    const config = await this.client.show(['scontrol', 'show', 'config'], signal);
    this.known = {
      maxArraySize: Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(config.stdout)?.[1] ?? defaultArraySize),
      partitions: parsePartitions(partitions.stdout),
      nodes: parseNodes(sinfo.stdout),
      absent: false,
    };
    return this.known;
  }

  async probe(signal: AbortSignal): Promise<Capacity> {
    const unknown = { cpus: 0, gpus: [], boot: null };
    try {
      const { nodes, absent } = await this.facts(signal);
      if (absent) return { ...unknown, missing: [slurmAbsent], gpusPerJob: 0 };
      const most = (numbers: readonly number[]) => Math.max(0, ...numbers);
      return {
        ...{ gpus: [], boot: null, missing: [] },
        cpus: most(nodes.map(({ cpus }) => cpus)),
        gpusPerJob: most(nodes.flatMap(({ gpus }) => Object.values(gpus))),
      };
    } catch (error) {
      if (!(error instanceof TargetUnreachable)) throw error;
      return { ...unknown, missing: [`${error.message}. Runs are submitted as soon as it does.`] };
    }
  }
}

export const slurmAbsent =
  'Slurm is not on this machine: sinfo and sbatch are not found. Run Bridge on a login node of the cluster, or choose "--target slurm:HOST" with a login node of your ~/.ssh/config.';

/** Lines of `sinfo -h -o '%R|%c|%m|%G|%f|%D'`; where nodes differ within a line numbers end with `+`. */
export function parseNodes(stdout: string): readonly NodeGroup[] {
  return stdout.split('\n').flatMap((line): NodeGroup[] => {
    const [partition, cpus, memory, gres = '', features = '', count = ''] = line.split('|');
    if (partition === undefined || cpus === undefined || memory === undefined) return [];
    return [
      {
        ...{ partition, cpus: Number.parseInt(cpus, 10), memoryMiB: Number.parseInt(memory, 10) },
        ...{ gpus: parseGres(gres), count: Number.parseInt(count, 10) || 0 },
        features: features === '(null)' ? [] : features.split(',').filter(Boolean),
      },
    ];
  });
}

/** `gpu:a100:2(S:0-1),gpu:v100:4,tmpdisk:100` -> a100 2, v100 4. */
function parseGres(text: string): Readonly<Record<string, number>> {
  const gpus: Record<string, number> = {};
  for (const part of text.replace(/\([^)]*\)/g, '').split(',')) {
    const [what, ...rest] = part.split(':');
    const last = rest.at(-1);
    if (what !== 'gpu' || last === undefined || !/^\d+$/.test(last)) continue;
    const type = rest.length > 1 ? rest[0]! : '';
    gpus[type] = (gpus[type] ?? 0) + Number(last);
  }
  return gpus;
}

/** Lines of `scontrol -o show partition`. */
export function parsePartitions(stdout: string): readonly Partition[] {
  return stdout.split('\n').flatMap((line): Partition[] => {
    const field = (name: string) => new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(line)?.[1];
    const name = field('PartitionName');
    if (name === undefined) return [];
    const list = (text: string | undefined) =>
      text === undefined || text === 'ALL' ? null : text.split(',');
    const memory = Number(field('MaxMemPerNode'));
    return [
      {
        name,
        isDefault: field('Default') === 'YES',
        maxTimeMs: parseWalltime(field('MaxTime') ?? ''),
        maxMemoryPerNodeMiB: memory > 0 ? memory : null,
        accounts: list(field('AllowAccounts')),
        qos: list(field('AllowQos')),
      },
    ];
  });
}

/** `2-00:00:00`, `12:00:00`, `30:00`, `90` (minutes); null: no limit. */
export function parseWalltime(text: string): number | null {
  const [, days, clock] = /^(?:(\d+)-)?([\d:]+)$/.exec(text) ?? [];
  if (clock === undefined) return null;
  const parts = clock.split(':').map(Number);
  const [hours, minutes, seconds] =
    days !== undefined
      ? [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0]
      : parts.length === 3
        ? [parts[0]!, parts[1]!, parts[2]!]
        : [0, parts[0]!, parts[1] ?? 0];
  return ((Number(days ?? 0) * 24 + hours) * 3600 + minutes * 60 + seconds) * 1000;
}

import type { YAMLMap } from 'yaml';
import { parseDurationMs } from './duration';
import type { SlurmRequest } from './model';
import type { SchemaNode } from './schemaNode';
import type { YamlReader } from './yamlReader';

/** What an option of sbatch may hold: nothing that could be another option, or another line of a script. */
const words = /^[A-Za-z0-9][\w.,:=@+*&|()[\]-]{0,199}$/;

/** Whether a text can be the value of an option of sbatch. */
export function isSlurmWord(text: string): boolean {
  return words.test(text);
}

const texts = ['partition', 'account', 'qos', 'constraint', 'gres'] as const;
const keys = new Set<string>([...texts, 'cpus', 'memory', 'time', 'array_limit', 'requeue']);

/** The block `slurm:` of the file or of a run. */
export function readSlurm(read: YamlReader, outer: YAMLMap): SlurmRequest {
  const map = read.map(read.get(outer, 'slurm'), '"slurm"');
  if (!map) return {};
  read.unknownKeys(map, keys, '"slurm"');
  const wrong = (key: string, message: string) =>
    read.report('manifest.slurm', message, read.get(map, key) ?? map);
  const request: Record<string, string | number | boolean> = {};
  for (const key of texts) {
    const text = read.text(map, key);
    if (text !== null && !isSlurmWord(text))
      wrong(key, `"${key}" in "slurm" cannot be ${JSON.stringify(text)}.`);
    else if (text !== null) request[key] = text;
  }
  for (const [key, name] of [
    ['cpus', 'cpus'],
    ['array_limit', 'arrayLimit'],
  ] as const) {
    const value = read.number(map, key, { min: 1, integer: true });
    if (value !== null) request[name] = value;
  }
  const memory = read.text(map, 'memory');
  const memoryMiB = memory === null ? null : parseMemoryMiB(memory);
  if (memoryMiB !== null) request.memoryMiB = memoryMiB;
  else if (memory !== null)
    wrong('memory', `"memory" in "slurm" is a size such as 16G or 800M, not ${JSON.stringify(memory)}.`);
  const time = read.text(map, 'time');
  const timeMs = time === null ? null : parseDurationMs(time);
  if (timeMs !== null) request.timeMs = timeMs;
  else if (time !== null)
    wrong('time', `"time" in "slurm" is a time such as 2h or 90m, not ${JSON.stringify(time)}.`);
  const requeue = read.get(map, 'requeue');
  const value = (requeue as { value?: unknown } | undefined)?.value;
  if (typeof value === 'boolean') request.requeue = value;
  else if (requeue) wrong('requeue', '"requeue" in "slurm" is true or false.');
  return request;
}

/** `16G`, `800M`, `1.5T`, `4096` (MiB); null: not a size. */
export function parseMemoryMiB(text: string): number | null {
  const [, amount, unit = 'M'] = /^(\d+(?:\.\d+)?)\s*([KMGT])?(?:i?B)?$/i.exec(text.trim()) ?? [];
  if (amount === undefined) return null;
  const factor = { K: 1 / 1024, M: 1, G: 1024, T: 1024 * 1024 }[unit.toUpperCase() as 'K' | 'M' | 'G' | 'T'];
  const memoryMiB = Math.ceil(Number(amount) * factor);
  return memoryMiB > 0 ? memoryMiB : null;
}

export const slurmSchema: SchemaNode = {
  type: 'object',
  description: 'What runs ask Slurm for beside GPUs and time_limit. A run’s own block wins over the file’s.',
  properties: {
    partition: {
      type: 'string',
      description: 'Partition; several with commas. Unset: the cluster’s default.',
    },
    account: { type: 'string', description: 'Account that pays.' },
    qos: { type: 'string', description: 'Quality of service.' },
    constraint: { type: 'string', description: 'Features that the node must have: a100&nvlink.' },
    gres: { type: 'string', description: 'In place of gpus, as sbatch takes it: gpu:a100:2.' },
    cpus: { type: 'integer', minimum: 1, description: 'CPUs of a run.' },
    memory: {
      type: ['string', 'number'],
      description: 'Memory of a run on its node: 16G; a plain number is MiB.',
    },
    time: {
      type: ['string', 'number'],
      description: 'Walltime to ask for where a run has no time_limit: 2h, 90m; a plain number is seconds.',
    },
    array_limit: {
      type: 'integer',
      minimum: 1,
      description:
        'Tasks of one job array that run at once. Unset: max_parallel, or as many as the cluster has room for.',
    },
    requeue: {
      type: 'boolean',
      description:
        'Slurm starts a run anew by itself after its node failed or was taken away, as a new attempt.',
    },
  },
};

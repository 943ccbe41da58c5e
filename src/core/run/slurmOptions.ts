import { parseDurationMs } from '../manifest/duration';
import type { SlurmRequest } from '../manifest/model';
import { isSlurmWord, parseMemoryMiB } from '../manifest/slurm';

/** Settings `bridge.slurm.*`: what runs ask Slurm for where the run manifest does not say. */
export const slurmOptionNames = [
  ...['slurm.partition', 'slurm.account', 'slurm.qos', 'slurm.constraint', 'slurm.cpus', 'slurm.memory'],
  ...['slurm.time', 'slurm.arrayLimit', 'slurm.requeue'],
] as const;

/**
 * Reads them from the person's settings and from what was said for this call, which wins. A workspace's are not looked
 * at: they name who pays. `undefined` or null is the same as saying nothing.
 */
export function readSlurmOptions(
  values: Readonly<Record<string, unknown>>,
  whose: string,
  problems: string[],
): SlurmRequest {
  const request: Record<string, unknown> = {};
  for (const name of slurmOptionNames) {
    const value = values[name];
    if (value === undefined || value === null || value === '') continue;
    const read = valueOf(name, value);
    if (read === null)
      problems.push(
        `bridge.${name} in ${whose} is ${JSON.stringify(value)}, which is not a value for it; it is left out.`,
      );
    else request[read.key] = read.value;
  }
  return request;
}

function valueOf(name: string, value: unknown): { key: keyof SlurmRequest; value: unknown } | null {
  const found = (key: keyof SlurmRequest, good: unknown) => (good === null ? null : { key, value: good });
  const count = typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : null;
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  switch (name) {
    case 'slurm.cpus':
      return found('cpus', count);
    case 'slurm.arrayLimit':
      return found('arrayLimit', count);
    case 'slurm.memory':
      return found('memoryMiB', parseMemoryMiB(text));
    case 'slurm.time':
      return found('timeMs', parseDurationMs(text));
    case 'slurm.requeue':
      return found('requeue', typeof value === 'boolean' ? value : null);
    default:
      return found(name.slice('slurm.'.length) as keyof SlurmRequest, isSlurmWord(text) ? text : null);
  }
}

import type { PlaceRequest } from '../../core/ports';

/** What a run asks Slurm for, as options of `sbatch`, in an order that is always the same. */
export function directives({ slurm = {}, gpuCount = 0, timeLimitMs }: PlaceRequest): readonly string[] {
  const timeMs = timeLimitMs ?? slurm.timeMs ?? null;
  const gres = slurm.gres ?? (gpuCount > 0 ? `gpu:${gpuCount}` : null);
  const { partition, account, qos, constraint, cpus, memoryMiB, requeue } = slurm;
  return [
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(qos === undefined ? [] : [`--qos=${qos}`]),
    ...(constraint === undefined ? [] : [`--constraint=${constraint}`]),
    '--nodes=1',
    '--ntasks=1',
    ...(cpus === undefined ? [] : [`--cpus-per-task=${cpus}`]),
    ...(memoryMiB === undefined ? [] : [`--mem=${memoryMiB}M`]),
    ...(gres === null ? [] : [`--gres=${gres}`]),
    ...(timeMs === null ? [] : [`--time=${walltime(timeMs)}`]),
    requeue === true ? '--requeue' : '--no-requeue',
  ];
}

/** `D-HH:MM:SS`, rounded up to a second. Slurm itself counts in minutes. */
export function walltime(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
    .map(two)
    .join(':');
  return days > 0 ? `${days}-${clock}` : clock;
}

/** GPUs of a request, also those that `gres` names (`gpu:a100:2`), with their type; type null: any. */
export function gpusAsked({ slurm, gpuCount = 0 }: PlaceRequest): { count: number; type: string | null } {
  if (slurm?.gres === undefined) return { count: gpuCount, type: null };
  let count = 0;
  let type: string | null = null;
  for (const part of slurm.gres.split(',')) {
    const words = part.trim().split(/[:=]/);
    if (words[0] !== 'gpu') continue;
    const last = words.at(-1)!;
    const isCount = words.length > 1 && /^\d+$/.test(last);
    count += isCount ? Number(last) : 1;
    type = words.length > (isCount ? 2 : 1) ? words[1]! : type;
  }
  return { count, type };
}

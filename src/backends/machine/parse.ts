import type { Gpu, ProcessIdentity } from '../../core/ports';

/** `claim`: pid, start time and boot id, tab-separated; null while the line is not whole. */
export function parseClaim(text: string): ProcessIdentity | null {
  if (!text.endsWith('\n')) return null;
  const [pid, startTime, bootId] = text.trimEnd().split('\t');
  return pid !== undefined && startTime !== undefined && bootId !== undefined
    ? { pid: Number(pid), startTime: startTime.trim(), bootId }
    : null;
}

/** `exit`: the exit code; null while the line is not whole. */
export function parseExit(text: string): number | null {
  return /^\d+\n$/.test(text) ? Number(text) : null;
}

/** What `nvidia-smi --query-gpu` is asked for, in this order. */
export const gpuQuery = 'index,uuid,name,memory.used,memory.total,utilization.gpu';

/** Lines of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`; values such as `[N/A]` become null. */
export function parseGpus(stdout: string): Omit<Gpu, 'foreign'>[] {
  return stdout.split('\n').flatMap((line) => {
    const [index, uuid, name, used, total] = line.split(', ').map((part) => part.trim());
    if (!/^\d+$/.test(index ?? '') || uuid === undefined || name === undefined) return [];
    return [{ id: uuid, index: Number(index), name, memoryUsedMiB: mib(used), memoryTotalMiB: mib(total) }];
  });
}

/** Lines of `--query-compute-apps=gpu_uuid,pid`: who computes on which GPU. */
export function parseComputeApps(stdout: string): { gpu: string; pid: number }[] {
  return stdout.split('\n').flatMap((line) => {
    const [gpu, pid] = line.split(', ').map((part) => part.trim());
    return gpu !== undefined && /^\d+$/.test(pid ?? '') ? [{ gpu, pid: Number(pid) }] : [];
  });
}

function mib(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

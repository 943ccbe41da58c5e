import type { Gpu } from '../../core/ports';

/** What `nvidia-smi --query-gpu` is asked for, in this order. */
export const gpuQuery = 'index,uuid,name,memory.used,memory.total,utilization.gpu';

/** Lines of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`; values such as `[N/A]` become null. */
export function parseGpus(stdout: string): Omit<Gpu, 'foreign' | 'visible'>[] {
  return stdout.split('\n').flatMap((line) => {
    const [index, uuid, name, used, total, busy] = line.split(',').map((part) => part.trim());
    if (!/^\d+$/.test(index ?? '') || uuid === undefined || name === undefined) return [];
    return [
      {
        ...{ id: uuid, index: Number(index), name, memoryUsedMiB: whole(used), memoryTotalMiB: whole(total) },
        utilisationPercent: whole(busy),
      },
    ];
  });
}

/** Slices of `nvidia-smi -L`: `  MIG 1g.5gb Device 0: (UUID: MIG-…)` below the line of its GPU. */
export function parseMigDevices(stdout: string): { gpu: string; id: string; name: string }[] {
  let gpu = '';
  return stdout.split('\n').flatMap((line) => {
    gpu = /^GPU \d+:.*\(UUID: ([^)\s]+)\)/.exec(line)?.[1] ?? gpu;
    const [, name, id] = /^\s+(MIG \S+)\s+Device\s+\d+:\s+\(UUID: ([^)\s]+)\)/.exec(line) ?? [];
    return name !== undefined && id !== undefined ? [{ gpu, id, name }] : [];
  });
}

/** Lines of `--query-compute-apps=gpu_uuid,pid`: who computes on which GPU. */
export function parseComputeApps(stdout: string): { gpu: string; pid: number }[] {
  return stdout.split('\n').flatMap((line) => {
    const [gpu, pid] = line.split(',').map((part) => part.trim());
    return gpu !== undefined && /^\d+$/.test(pid ?? '') ? [{ gpu, pid: Number(pid) }] : [];
  });
}

function whole(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

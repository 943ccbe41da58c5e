import type { Gpu, Host } from '../../core/ports';
import { gpuQuery, parseComputeApps, parseGpus, parseMigDevices } from './parse';

const timeoutMs = 20_000;

/** What `nvidia-smi` says of the machine's GPUs, and why nothing can be said where it cannot. */
export async function probeGpus(
  host: Host,
  signal: AbortSignal,
): Promise<{ gpus: readonly Gpu[]; missing: readonly string[] }> {
  const ask = (...argv: string[]) => host.exec(['nvidia-smi', ...argv], { timeoutMs, signal });
  const query = (what: string) => ask(what, '--format=csv,noheader,nounits');
  const listing = await query(`--query-gpu=${gpuQuery}`);
  if (listing.code === 127) return { gpus: [], missing: [] };
  if (listing.code !== 0) {
    // nvidia-smi says its errors on stdout.
    const said = `${listing.stdout}${listing.stderr}`.trim().split('\n')[0] ?? '';
    const cause = listing.code === null ? 'nvidia-smi does not answer' : `nvidia-smi says "${said}"`;
    return { gpus: [], missing: [`The GPUs cannot be used: ${cause}. Runs that need none go on.`] };
  }
  const [apps, devices] = await Promise.all([query('--query-compute-apps=gpu_uuid,pid'), ask('-L')]);
  const users = parseComputeApps(apps.stdout);
  const slices = parseMigDevices(devices.stdout);
  const gpus = parseGpus(listing.stdout).flatMap((whole): Gpu[] => {
    const parts = slices.filter((slice) => slice.gpu === whole.id);
    const used = (id: string) => users.some((user) => user.gpu === id);
    if (parts.length === 0) return [{ ...whole, visible: String(whole.index), foreign: used(whole.id) }];
    // A GPU in slices is given out by the slice; its own memory says nothing about them.
    return parts.map((part) => ({
      id: part.id,
      index: whole.index,
      visible: part.id,
      name: `${whole.name} ${part.name}`,
      memoryUsedMiB: null,
      memoryTotalMiB: null,
      foreign: used(part.id) || used(whole.id),
    }));
  });
  return { gpus, missing: [] };
}

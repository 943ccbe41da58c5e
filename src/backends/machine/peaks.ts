import type { Gpu, Host } from '../../core/ports';
import type { AttemptFolder } from '../attempt/folder';

/** What a run has used at most, as far as it was looked at; in the file `peaks` of its folder. */
export interface ResourcePeaks {
  /** Memory of all processes of its group together. */
  readonly memoryMiB: number;
  /** Memory in use on its GPUs; null: it has none, or they do not tell. */
  readonly gpuMemoryMiB: number | null;
}

export interface Running {
  readonly folder: AttemptFolder;
  readonly elapsedMs: number;
}

const intervalMs = 5000;
/** A peak is written down again when it has grown by this share. */
const growth = 1.05;

/** Looks now and then at what runs use, with one question for all of them, and writes the most of it into their folders. */
export class Peaks {
  private readonly known = new Map<string, ResourcePeaks>();
  /** Folder -> how long its run had run when it was looked at last. */
  private readonly looked = new Map<string, number>();

  constructor(private readonly host: Host) {}

  /**
   * `running`: with how long each has run, which is what tells when it is looked at again. `gpus`: as they were seen
   * last. What cannot be found out is no reason to stop anything.
   */
  async look(running: readonly Running[], gpus: readonly Gpu[], signal: AbortSignal): Promise<void> {
    const due = running.filter(
      ({ folder, elapsedMs }) => elapsedMs - (this.looked.get(folder.path) ?? 0) >= intervalMs,
    );
    if (due.length === 0) return;
    for (const { folder, elapsedMs } of due) this.looked.set(folder.path, elapsedMs);
    const { code, stdout } = await this.host.exec(['ps', '-A', '-o', 'pgid=', '-o', 'rss='], {
      ...{ timeoutMs: intervalMs, signal },
    });
    if (code !== 0) return;
    const used = memoryByGroup(stdout);
    await Promise.all(due.map(({ folder }) => this.note(folder, used, gpus)));
  }

  private async note(
    folder: AttemptFolder,
    used: ReadonlyMap<number, number>,
    gpus: readonly Gpu[],
  ): Promise<void> {
    const claim = await folder.claim();
    const memoryMiB = claim.kind === 'taken' ? used.get(claim.holder.pid) : undefined;
    if (memoryMiB === undefined) return;
    const before = this.known.get(folder.path) ?? (await readPeaks(folder));
    const own = gpus.length > 0 ? ((await folder.record())?.gpus ?? []) : [];
    const now = {
      memoryMiB: Math.max(memoryMiB, before?.memoryMiB ?? 0),
      gpuMemoryMiB: most(
        before?.gpuMemoryMiB ?? null,
        memoryOf(gpus.filter((gpu) => own.includes(gpu.visible))),
      ),
    };
    const grown =
      before === null ||
      now.memoryMiB > before.memoryMiB * growth ||
      (now.gpuMemoryMiB ?? 0) > (before.gpuMemoryMiB ?? 0) * growth;
    this.known.set(folder.path, grown ? now : before);
    if (grown) await this.host.write(`${folder.path}/peaks`, `${JSON.stringify(now)}\n`);
  }
}

async function readPeaks(folder: AttemptFolder): Promise<ResourcePeaks | null> {
  const text = await folder.text('peaks');
  return text === null ? null : (JSON.parse(text) as ResourcePeaks);
}

/** `ps -o pgid= -o rss=`: MiB that the processes of each group use together. */
export function memoryByGroup(stdout: string): ReadonlyMap<number, number> {
  const used = new Map<number, number>();
  for (const line of stdout.split('\n')) {
    const [, group, kib] = /^\s*(\d+)\s+(\d+)\s*$/.exec(line) ?? [];
    if (group !== undefined && kib !== undefined)
      used.set(Number(group), (used.get(Number(group)) ?? 0) + Number(kib) / 1024);
  }
  return used;
}

function memoryOf(gpus: readonly Gpu[]): number | null {
  const known = gpus.flatMap(({ memoryUsedMiB }) => (memoryUsedMiB === null ? [] : [memoryUsedMiB]));
  return known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0);
}

function most(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.max(one, other);
}

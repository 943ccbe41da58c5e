import type { Disposable, Host } from '../../core/ports';
import type { JobKey } from '../../core/run/jobHandle';
import { wrapperName, wrapperScript } from './wrapper';

/** Each run leaves a mark in one folder when it ends, whoever started it: one watch tells of them all. */
export class EndMarks {
  private prepared = false;
  /** Name of the mark that an attempt leaves at its end -> its key. */
  private readonly awaited = new Map<string, JobKey>();

  constructor(private readonly host: Host) {}

  get wrapper(): string {
    return `${this.host.bridgeFolder}/${wrapperName}`;
  }

  /** Puts the wrapper and the folder of the marks there. */
  async prepare(): Promise<void> {
    if (this.prepared) return;
    await this.host.write(this.wrapper, wrapperScript);
    await this.host.createFolder(`${this.host.bridgeFolder}/${endedName}`, { about });
    this.prepared = true;
  }

  /** False: its end is awaited already. */
  await(key: JobKey): boolean {
    const mark = endMark(key);
    if (this.awaited.has(mark)) return false;
    this.awaited.set(mark, key);
    return true;
  }

  forget(key: JobKey): void {
    this.awaited.delete(endMark(key));
  }

  watch(changed: (keys: readonly JobKey[]) => void): Disposable {
    let watching: Disposable | null = null;
    let disposed = false;
    const told = (name: string | null) => {
      const key = name === null ? undefined : this.awaited.get(name);
      if (name === null) changed([...this.awaited.values()]);
      else if (key !== undefined) changed([key]);
    };
    const begin = async () => {
      await this.prepare();
      if (disposed) return;
      watching = this.host.watchFolder(`${this.host.bridgeFolder}/${endedName}`, told);
      // What ended while the watch was being set up.
      changed([...this.awaited.values()]);
    };
    // Without a watch the engine's poll tells.
    begin().catch(() => undefined);
    return {
      dispose: () => {
        disposed = true;
        watching?.dispose();
      },
    };
  }
}

const endedName = 'ended';
const about = 'Each run leaves an empty file here when it ends; the driver is woken by it.\n';

/** The mark's name: run, attempt and hash. */
export function endMark(key: JobKey): string {
  const [, run, hash, attempt] = key.split(':');
  return `${run}:${attempt}-${hash}`;
}

import type { Host } from '../../core/ports';
import type { JobKey } from '../../core/run/jobHandle';
import type { AttemptFolder } from '../attempt/folder';
import { keyVariable } from '../attempt/jobFolder';

/** Ends runs: asks first, and makes those end that have not after a while. Also what left its group. */
export class Stopper {
  constructor(
    private readonly host: Host,
    private readonly graceMs: number,
  ) {}

  async stop(folder: AttemptFolder, key: JobKey): Promise<void> {
    await this.signal(folder, key, 'terminate');
    setTimeout(() => void this.signal(folder, key, 'kill').catch(() => undefined), this.graceMs).unref();
  }

  private async signal(folder: AttemptFolder, key: JobKey, signal: 'terminate' | 'kill'): Promise<void> {
    const claim = await folder.claim();
    if (claim.kind === 'taken') await this.host.signalGroup(claim.holder, signal);
    await this.host.signal(await this.host.findByVariable(keyVariable, key), signal);
  }
}

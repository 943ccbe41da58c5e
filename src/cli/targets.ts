import { MachineBackend } from '../backends/machine/backend';
import { PoolBackend, type PoolMember } from '../backends/pool/backend';
import type { Host } from '../core/ports';
import type { JobKey } from '../core/run/jobHandle';
import { runOfKey } from '../core/run/jobKey';
import type { StudyState } from '../core/run/state';
import { hostOfTarget, parseTarget, splitTargets, targetOfHost } from '../core/run/target';
import { LocalHost } from '../hosts/local/host';

export interface TargetsParts {
  /** Bridge's own folder of the workspace on this machine. */
  readonly bridgeFolder: string;
  readonly state: () => StudyState;
}

/** The machines and clusters of a workspace: the one place that knows what a target's name means. */
export class Targets {
  readonly backend: PoolBackend;
  readonly local: LocalHost;

  constructor(private readonly parts: TargetsParts) {
    this.local = new LocalHost(parts.bridgeFolder);
    this.backend = new PoolBackend({
      current: () => this.current(),
      make: (host) => this.make(host),
      hostOf: (key) => this.hostOf(key),
    });
  }

  /** The machine of a host's name, to ask it what runs run on; null: it cannot be asked from here. */
  machine(host: string): Host | null {
    return host === this.local.id ? this.local : null;
  }

  async close(): Promise<void> {
    // Nothing but this machine is held open.
  }

  private current(): string[] {
    const targets = splitTargets(this.parts.state().study?.target ?? 'local');
    return targets.map((text) => {
      const target = parseTarget(text);
      if (!target) throw new Error(`The record names a target that this version does not know: ${text}`);
      return hostOfTarget(target);
    });
  }

  private make(host: string): PoolMember {
    const target = targetOfHost(host);
    switch (target.kind) {
      case 'local':
        return { host, backend: new MachineBackend(this.local), maxRuns: null };
      default:
        throw new Error(`Runs on ${host} cannot be driven by this version of Bridge`);
    }
  }

  private hostOf(key: JobKey): string | null {
    const attempts = this.parts.state().jobs.get(runOfKey(key))?.attempts;
    return attempts?.find((each) => each.key === key)?.host ?? null;
  }
}

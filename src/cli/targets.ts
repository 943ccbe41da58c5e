import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwayBackend } from '../backends/away/backend';
import { MachineBackend } from '../backends/machine/backend';
import { SlurmBackend } from '../backends/slurm/backend';
import { PoolBackend, type PoolMember } from '../backends/pool/backend';
import type { Clock, ComputeBackend, Host } from '../core/ports';
import type { JobKey } from '../core/run/jobHandle';
import { runOfKey } from '../core/run/jobKey';
import { parseRemoteNotes } from '../core/run/remoteNotes';
import type { StudyState } from '../core/run/state';
import { hostOfTarget, parseTarget, splitTargets, targetOfHost } from '../core/run/target';
import { outputsOf } from '../engine/judgeAttempt';
import { inputPlaces } from '../engine/inputs';
import { LocalHost } from '../hosts/local/host';
import type { SshAsk } from '../hosts/ssh/ask';
import { SshHost } from '../hosts/ssh/host';
import { CodeFiles } from '../store/codeFiles';
import type { Snapshots } from '../store/snapshots';

export interface TargetsParts {
  readonly root: string;
  /** Bridge's own folder of the workspace on this machine. */
  readonly bridgeFolder: string;
  readonly workspaceId: string;
  readonly snapshots: Snapshots;
  readonly clock: Clock;
  readonly ask: SshAsk;
  readonly state: () => StudyState;
  complain(sentence: string): void;
}

/** Of the code that goes to another machine, unless `bridge.sync.maxMiB` says otherwise. */
const usualMaxMiB = 1024;

/** The machines and clusters of a workspace: the one place that knows what a target's name means. */
export class Targets {
  readonly backend: PoolBackend;
  readonly local: LocalHost;
  private readonly machines = new Map<string, SshHost>();

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
    return host === this.local.id ? this.local : (this.machines.get(host) ?? null);
  }

  async close(): Promise<void> {
    for (const machine of this.machines.values()) machine.dispose();
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
      case 'ssh': {
        const machine = this.ssh(target.host);
        const backend = this.away(new MachineBackend(machine), machine);
        // What one machine takes at once, each machine of a pool takes.
        return { host, backend, maxRuns: this.parts.state().study?.options.maxParallelRuns ?? null };
      }
      case 'slurm': {
        if (target.host === null) return { host, backend: new SlurmBackend(this.local, host), maxRuns: null };
        const login = this.ssh(target.host);
        return { host, backend: this.away(new SlurmBackend(login, host), login), maxRuns: null };
      }
      default:
        throw new Error(`Runs on ${host} cannot be driven by this version of Bridge`);
    }
  }

  /** A machine behind sshd, as the person's ssh configuration knows it. */
  private ssh(alias: string): SshHost {
    const known = this.machines.get(alias);
    if (known) return known;
    const { clock, ask, workspaceId, state } = this.parts;
    const configFile = state().study?.options['ssh.config'] ?? null;
    const machine = new SshHost({ alias, folder: `.bridge/${workspaceId}`, clock, ask, configFile });
    this.machines.set(alias, machine);
    return machine;
  }

  /** What runs on a disk that is not the workspace's: code goes there, results come home. */
  private away(inner: ComputeBackend, host: Host): AwayBackend {
    const { root, bridgeFolder, snapshots, clock, state } = this.parts;
    const source = new CodeFiles({
      ...{ root, snapshots },
      data: () => state().study?.data ?? [],
      outputs: () => declaredOutputs(state()),
    });
    return new AwayBackend({
      ...{ inner, host, source, clock, root, bridgeFolder },
      codeDir: this.codeDir(host.id),
      mostCodeBytes: (state().study?.options['sync.maxMiB'] ?? usualMaxMiB) * 2 ** 20,
      complain: (sentence) => this.parts.complain(sentence),
    });
  }

  /** The folder that the project's notes name for this host. */
  private codeDir(host: string): string | null {
    for (const path of inputPlaces.notes)
      try {
        const notes = parseRemoteNotes(readFileSync(join(this.parts.root, path), 'utf8'));
        if (notes.host === host) return notes.codeDir;
      } catch {
        // There are no such notes.
      }
    return null;
  }

  private hostOf(key: JobKey): string | null {
    const attempts = this.parts.state().jobs.get(runOfKey(key))?.attempts;
    return attempts?.find((each) => each.key === key)?.host ?? null;
  }
}

/** Relative to the workspace. */
function declaredOutputs({ study }: StudyState): string[] {
  const paths = (study?.jobs ?? []).flatMap((job) =>
    outputsOf(job).map((path) => (job.cwd === '.' || job.cwd === '' ? path : `${job.cwd}/${path}`)),
  );
  return [...new Set(paths)];
}

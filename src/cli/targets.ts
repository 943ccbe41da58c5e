import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwayBackend } from '../backends/away/backend';
import { ModalBackend } from '../backends/modal/backend';
import { ModalClient } from '../backends/modal/client';
import { RentedBackend, type RentedStanding } from '../backends/rented/backend';
import { MachineBackend } from '../backends/machine/backend';
import { SlurmBackend } from '../backends/slurm/backend';
import { PoolBackend, type PoolMember } from '../backends/pool/backend';
import { parseProjectNotes, type ProjectNotes } from '../core/notes/projectNotes';
import type { Clock, ComputeBackend, Host } from '../core/ports';
import type { JobKey } from '../core/run/jobHandle';
import { runOfKey } from '../core/run/jobKey';
import type { StudyDeclaration } from '../core/run/declaration';
import { hostOfRental, rentalOfHost } from '../core/run/rentals';
import type { StudyState } from '../core/run/state';
import { hostOfTarget, parseTarget, splitTargets, targetOfHost } from '../core/run/target';
import { outputsOf } from '../engine/judgeAttempt';
import { inputPlaces } from '../engine/inputs';
import type { Quote } from '../engine/quote';
import { LocalHost } from '../hosts/local/host';
import type { SshAsk } from '../hosts/ssh/ask';
import { SshHost } from '../hosts/ssh/host';
import { CodeFiles } from '../store/codeFiles';
import type { Snapshots } from '../store/snapshots';
import { quoteFor } from './rented/quote';
import { VastMachines } from './rented/vast';
import { timeoutSignal } from '../util/timeoutSignal';

export interface TargetsParts {
  readonly root: string;
  /** Bridge's own folder of the workspace on this machine. */
  readonly bridgeFolder: string;
  readonly workspaceId: string;
  readonly snapshots: Snapshots;
  readonly clock: Clock;
  readonly ask: SshAsk;
  /** The key of Vast.ai; null: nobody has one. */
  readonly key: (signal: AbortSignal) => Promise<string | null>;
  readonly state: () => StudyState;
  complain(sentence: string): void;
}

/** Of the code that goes to another machine, unless `bridge.sync.maxMiB` says otherwise. */
const usualMaxMiB = 1024;
/** A provider that does not answer within this has no offers to show. */
const quoteMs = 60_000;
const usualModalSeconds = 24 * 3600;
/** What never goes to Modal, in the syntax of .dockerignore. */
const neverThere = [
  '.git',
  '.bridge',
  '.aris',
  '.vscode',
  '**/.venv',
  '**/node_modules',
  '**/__pycache__',
  '**/.env*',
];

/** The machines and clusters of a workspace: the one place that knows what a target's name means. */
export class Targets {
  readonly backend: PoolBackend;
  readonly local: LocalHost;
  readonly vast: VastMachines;
  private readonly machines = new Map<string, SshHost>();

  constructor(private readonly parts: TargetsParts) {
    this.local = new LocalHost(parts.bridgeFolder);
    this.vast = new VastMachines({
      ...parts,
      configFile: () => parts.state().study?.options['ssh.config'] ?? null,
    });
    this.backend = new PoolBackend({
      current: () => this.current(),
      make: (host) => this.make(host),
      hostOf: (key) => this.hostOf(key),
    });
  }

  /** The machine of a host's name, to ask it what runs run on; null: it cannot be asked from here. */
  machine(host: string): Host | null {
    if (host === this.local.id) return this.local;
    const rental = rentalOfHost(host, this.parts.state().rentals);
    if (rental) return rental.phase === 'gone' ? null : this.vast.machine(rental);
    return this.machines.get(host) ?? null;
  }

  async close(): Promise<void> {
    for (const machine of this.machines.values()) machine.dispose();
    this.vast.dispose();
  }

  /** What a study would cost on the target that it is declared for. */
  quote(study: StudyDeclaration): Promise<Quote> {
    const rents = splitTargets(study.target).includes('vast');
    const signal = timeoutSignal(quoteMs);
    return quoteFor(this.parts.root, study, this.notes(), rents ? this.vast : null, signal);
  }

  private current(): string[] {
    const state = this.parts.state();
    return splitTargets(state.study?.target ?? 'local').flatMap((text) => {
      const target = parseTarget(text);
      if (!target) throw new Error(`The record names a target that this version does not know: ${text}`);
      if (target.kind !== 'vast') return [hostOfTarget(target)];
      const ready = [...state.rentals.values()].filter(({ phase }) => phase === 'ready').map(hostOfRental);
      // Until one is there its place is held by one that does not answer.
      return ready.length > 0 ? ready : ['vast'];
    });
  }

  private make(host: string): PoolMember {
    const rental = rentalOfHost(host, this.parts.state().rentals);
    if (rental || host === 'vast') return this.rented(host);
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
      case 'modal':
        return { host, backend: this.modal(), maxRuns: null };
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

  /** A machine that is rented for the study; its backend is made once it is there. */
  private rented(host: string): PoolMember {
    let made: ComputeBackend | null = null;
    const record = () => rentalOfHost(host, this.parts.state().rentals);
    const standing = (): RentedStanding => {
      const rental = record();
      if (!rental) return { kind: 'coming', why: 'a machine is being rented' };
      if (rental.phase === 'gone') return { kind: 'gone', why: rental.why };
      return rental.address ? { kind: 'here' } : { kind: 'coming', why: 'the rented machine is coming up' };
    };
    const inner = () => {
      const rental = record();
      if (!rental) throw new Error(`No machine ${host} was ever rented`);
      const machine = this.vast.machine(rental);
      return (made ??= this.away(new MachineBackend(machine), machine));
    };
    const maxRuns = this.parts.state().study?.options.maxParallelRuns ?? null;
    return { host, backend: new RentedBackend(host, standing, inner), maxRuns };
  }

  private modal(): ModalBackend {
    const { root, clock, state, workspaceId } = this.parts;
    const { study } = state();
    const { modal } = this.notes();
    const gpu = study?.options['modal.gpu'] ?? modal.gpu;
    return new ModalBackend(
      this.local,
      new ModalClient(this.local, process.env.BRIDGE_MODAL ?? 'modal'),
      {
        ...{ root, python: '3.11', gpu: gpu === null ? [] : gpu.split(/[\s,]+/).filter(Boolean) },
        requirements: existsSync(join(root, 'requirements.txt')) ? 'requirements.txt' : null,
        volume: modal.volume ?? `bridge-${workspaceId.slice(0, 8)}`,
        timeoutSeconds: modal.timeoutSeconds ?? usualModalSeconds,
        ignore: [...neverThere, ...(study?.data ?? [])],
      },
      clock,
    );
  }

  /** What the project's notes say of where experiments run. */
  private notes(): ProjectNotes {
    for (const path of inputPlaces.notes)
      try {
        return parseProjectNotes(readFileSync(join(this.parts.root, path), 'utf8'));
      } catch {
        // There are no such notes.
      }
    return parseProjectNotes('');
  }

  /** The folder that the project's notes name for this host; one that climbs out of itself is none. */
  private codeDir(host: string): string | null {
    const { remote } = this.notes();
    const folder = remote.host === host ? remote.codeFolder : null;
    return folder === null || folder.split('/').includes('..') ? null : folder;
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

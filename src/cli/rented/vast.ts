import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { VastClient, vastUrl } from '../../backends/vast/client';
import { leaseFile, onStartScript } from '../../backends/vast/onStart';
import { VastProvisioner } from '../../backends/vast/provisioner';
import type { Clock } from '../../core/ports';
import { hostOfRental, type RentalRecord, usdPerHour } from '../../core/run/rentals';
import type { RentedParts } from '../../engine/rentals';
import { SshHost } from '../../hosts/ssh/host';
import { writeDurably } from '../../util/durableFile';
import { timeoutSignal } from '../../util/timeoutSignal';

/** Bridge's own folder on a rented machine, relative to the home folder; the machine's own watchdog works in it. */
const folderThere = '.bridge';
/** A machine whose sshd does not answer within this is asked again at the next look. */
const connectMs = 20_000;

export interface VastParts {
  readonly root: string;
  readonly bridgeFolder: string;
  readonly workspaceId: string;
  readonly clock: Clock;
  /** The key of the account; null: nobody has one. */
  readonly key: (signal: AbortSignal) => Promise<string | null>;
  /** The person's own ssh configuration, for the keys that it names; null: `~/.ssh/config`. */
  readonly configFile: () => string | null;
}

/** Machines rented from Vast.ai, each behind its own sshd with a key that is pinned when it is first seen. */
export class VastMachines implements RentedParts {
  readonly provisioner: VastProvisioner;
  private readonly machines = new Map<string, SshHost>();

  constructor(private readonly parts: VastParts) {
    const url = (process.env.BRIDGE_VAST_URL ?? vastUrl).replace(/\/+$/, '');
    const slow = url === vastUrl;
    // Another service than the real one is somebody's own, and limits nothing.
    this.provisioner = new VastProvisioner(
      new VastClient({ url, key: parts.key }, parts.clock, ...(slow ? [] : [0])),
    );
  }

  onStart({ leaseSeconds }: { readonly leaseSeconds: number }): string {
    const url = (process.env.BRIDGE_VAST_URL ?? vastUrl).replace(/\/+$/, '');
    return onStartScript({ url, leaseSeconds, folder: folderThere });
  }

  async connect(rental: RentalRecord, address: { host: string; port: number }): Promise<boolean> {
    this.writeConfig(rental, address);
    const late = new Promise<false>((done) => setTimeout(() => done(false), connectMs).unref());
    const there = this.machine(rental)
      .ready()
      .then(
        () => true,
        () => false,
      );
    return Promise.race([there, late]);
  }

  async renew(rental: RentalRecord): Promise<void> {
    // One that does not answer now is told at the next look; its lease is longer than that.
    await this.machine(rental)
      .exec(['/bin/sh', '-c', `date +%s.%N > "$HOME/${folderThere}/${leaseFile}"`], {
        timeoutMs: 15_000,
        signal: timeoutSignal(20_000),
      })
      .catch(() => undefined);
  }

  /** The machine of a rental; its address was written when it was first reached. */
  machine(rental: RentalRecord): SshHost {
    const alias = hostOfRental(rental);
    const known = this.machines.get(alias);
    if (known) return known;
    const { workspaceId, clock } = this.parts;
    const machine = new SshHost({
      ...{ alias, folder: `${folderThere}/${workspaceId}`, clock, configFile: this.configPath(rental) },
      // It is our own machine, a few minutes old: the first key that is seen is its key, and no other ever.
      ask: { hostKey: async () => true, secret: async () => null },
    });
    this.machines.set(alias, machine);
    if (rental.address) this.writeConfig(rental, rental.address);
    return machine;
  }

  /** `vast-instances.json`, which other tools read; see docs/rented.md. */
  async publish(rentals: readonly RentalRecord[]): Promise<void> {
    const rows = rentals.filter(({ id }) => id !== null).map(instanceRow);
    if (rows.length > 0)
      writeDurably(join(this.parts.root, 'vast-instances.json'), `${JSON.stringify(rows, null, 2)}\n`);
  }

  dispose(): void {
    for (const machine of this.machines.values()) machine.dispose();
  }

  private configPath({ rental }: RentalRecord): string {
    return join(this.parts.bridgeFolder, 'rented', `${rental}.conf`);
  }

  /** What `ssh -F` is given: the machine's address and pinned key, then the person's own configuration. */
  private writeConfig(rental: RentalRecord, { host, port }: { host: string; port: number }): void {
    if (!/^[\w.:-]+$/.test(host)) throw new Error(`the provider names an address that is none: ${host}`);
    const folder = join(this.parts.bridgeFolder, 'rented');
    mkdirSync(folder, { recursive: true });
    const own = this.parts.configFile() ?? join(homedir(), '.ssh', 'config');
    const alias = hostOfRental(rental);
    writeDurably(
      this.configPath(rental),
      [
        `Host "${alias}"`,
        `  HostName ${host}`,
        `  Port ${port}`,
        `  HostKeyAlias ${rental.rental}`,
        `  UserKnownHostsFile "${join(folder, 'known_hosts')}"`,
        '  GlobalKnownHostsFile /dev/null',
        ...(existsSync(own) ? ['Host *', `Include "${own}"`] : []),
        'Host *',
        '  User root',
        '',
      ].join('\n'),
    );
  }
}

const hourMs = 3_600_000;

function instanceRow(rental: RentalRecord): Record<string, unknown> {
  const { id, offer, terms, address, phase, requestedAt } = rental;
  const hours = terms.hours;
  return {
    instance_id: Number(id),
    offer_id: Number(offer.id),
    gpu_name: offer.gpuName,
    num_gpus: offer.gpus,
    dph: usdPerHour(rental),
    ssh_url: address ? `ssh://root@${address.host}:${address.port}` : null,
    ssh_host: address?.host ?? null,
    ssh_port: address?.port ?? null,
    created_at: new Date(requestedAt).toISOString(),
    status: {
      requested: 'loading',
      starting: 'loading',
      ready: 'running',
      ending: 'destroying',
      gone: 'destroyed',
    }[phase],
    experiment: rental.rental,
    estimated_hours: Number(hours.toFixed(2)),
    estimated_cost: Number((hours * usdPerHour(rental)).toFixed(2)),
    ...(rental.goneAt === null
      ? {}
      : {
          destroyed_at: new Date(rental.goneAt).toISOString(),
          hours: Number(((rental.goneAt - requestedAt) / hourMs).toFixed(3)),
        }),
  };
}

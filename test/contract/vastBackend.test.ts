import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { MachineBackend } from '../../src/backends/machine/backend';
import { RentedBackend } from '../../src/backends/rented/backend';
import { VastMachines } from '../../src/cli/rented/vast';
import { hostOfRental, type RentalRecord } from '../../src/core/run/rentals';
import { systemClock } from '../../src/store/systemClock';
import { FakeVast } from '../fakes/vast/service';
import { makeSshMachines, whyNoMachines } from '../machines/sshMachines';
import { backendContract } from './backendContract';

const { signal } = new AbortController();
const need = { gpus: 1, gpuMemoryGiB: 10, diskGiB: 20, hours: 1, resumable: false };
const label = 'bridge-contract-1';

if (whyNoMachines === null)
  backendContract('our queue on a machine of a scripted Vast.ai', async () => {
    const made = makeSshMachines({ count: 1 });
    const [machine] = made.machines;
    // The image's user is root; the pretend machine has one of its own.
    appendFileSync(made.configFile, `Host *\n  User ${machine!.user}\n`);
    const vast = await FakeVast.start();
    vast.born = (instance) => {
      instance.status = 'running';
      instance.ssh = { host: machine!.address, port: 22 };
    };
    const before = process.env.BRIDGE_VAST_URL;
    process.env.BRIDGE_VAST_URL = vast.url;
    const root = mkdtempSync(join(tmpdir(), 'bridge-rented-'));
    const machines = new VastMachines({
      ...{ root, bridgeFolder: join(root, '.bridge'), workspaceId: 'contract', clock: systemClock },
      ...{ key: async () => vast.key, configFile: () => made.configFile },
    });
    const [offer] = await machines.provisioner.search(need, signal);
    const request = {
      offer: offer!,
      label,
      image: 'pytorch/pytorch',
      diskGiB: need.diskGiB,
      onStart: 'true',
    };
    const id = await machines.provisioner.rent(request, signal);
    const here = (await machines.provisioner.list(signal)).find((each) => each.id === id);
    const terms = { ...need, provider: 'vast', maxUsdPerHour: 1, leaseSeconds: 600, image: request.image };
    const rental: RentalRecord = {
      ...{ rental: label, offer: offer!, terms, id, address: here!.address, phase: 'ready' },
      ...{ why: '', lost: false, requestedAt: Date.now(), goneAt: null },
    };
    if (!(await machines.connect(rental, here!.address!)))
      throw new Error('the rented machine does not answer');
    const inner = new MachineBackend(machines.machine(rental));
    const backend = new RentedBackend(
      hostOfRental(rental),
      () => ({ kind: 'here' }),
      () => inner,
    );
    // The runs are the machine's own user's, and so is what they find.
    const folder = join(machine!.home, 'work');
    mkdirSync(folder);
    execFileSync('chown', [machine!.user, folder]);
    const dispose = async () => {
      await machines.provisioner.destroy(id, signal);
      machine!.killEverything();
      machines.dispose();
      await vast.stop();
      if (before === undefined) delete process.env.BRIDGE_VAST_URL;
      else process.env.BRIDGE_VAST_URL = before;
      made.dispose();
      rmSync(root, { recursive: true, force: true });
    };
    return { backend, folder, dispose };
  });
else describe.skip(`a rented machine: ${whyNoMachines}`, () => it('is not tried', () => undefined));

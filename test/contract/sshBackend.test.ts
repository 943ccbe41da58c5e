import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { MachineBackend } from '../../src/backends/machine/backend';
import { askNobody } from '../../src/hosts/ssh/ask';
import { SshHost } from '../../src/hosts/ssh/host';
import { systemClock } from '../../src/store/systemClock';
import { makeSshMachines, whyNoMachines } from '../machines/sshMachines';
import { backendContract } from './backendContract';

if (whyNoMachines === null)
  backendContract('our queue on a machine behind a real sshd', async () => {
    const made = makeSshMachines({ count: 1 });
    const [machine] = made.machines;
    const host = new SshHost({
      ...{ alias: machine!.name, folder: '.bridge/contract', clock: systemClock },
      ...{ configFile: made.configFile, ask: askNobody },
    });
    await host.ready();
    // The runs are the machine's own user's, and so is what they find.
    const folder = join(machine!.home, 'work');
    mkdirSync(folder);
    execFileSync('chown', [machine!.user, folder]);
    const dispose = async () => {
      machine!.killEverything();
      host.dispose();
      made.dispose();
    };
    return { backend: new MachineBackend(host), folder, dispose };
  });
else
  describe.skip(`a machine behind a real sshd: ${whyNoMachines}`, () => it('is not tried', () => undefined));

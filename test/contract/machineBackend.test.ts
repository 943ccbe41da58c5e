import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MachineBackend } from '../../src/backends/machine/backend';
import { LocalHost } from '../../src/hosts/local/host';
import { backendContract } from './backendContract';

backendContract('our queue on this machine', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-backend-'));
  const backend = new MachineBackend(new LocalHost(join(folder, '.bridge')));
  const dispose = async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return { backend, folder: join(folder, 'work'), dispose };
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { SlurmBackend } from '../../src/backends/slurm/backend';
import { LocalHost } from '../../src/hosts/local/host';
import { SlurmCluster, slurmLacks } from '../integration/harness/slurm';
import { backendContract } from './backendContract';

describe.skipIf(slurmLacks)(`with real daemons${slurmLacks ? ` (${slurmLacks})` : ''}`, () => {
  backendContract('a Slurm cluster', async () => {
    const cluster = await SlurmCluster.start();
    const before = process.env.SLURM_CONF;
    process.env.SLURM_CONF = cluster.conf;
    const folder = mkdtempSync(join(tmpdir(), 'bridge-backend-'));
    const backend = new SlurmBackend(new LocalHost(join(folder, '.bridge')));
    const dispose = async () => {
      await cluster.stop();
      if (before === undefined) delete process.env.SLURM_CONF;
      else process.env.SLURM_CONF = before;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    };
    return { backend, folder: join(folder, 'work'), dispose };
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalHost } from '../../src/hosts/local/host';
import { CrashPoint } from '../fakes/crashPoint';
import { crashingHost } from '../fakes/crashing';
import { hostContract } from './hostContract';

function local() {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-host-'));
  const dispose = async () => rmSync(folder, { recursive: true, force: true });
  return { host: new LocalHost(join(folder, 'bridge')), dispose };
}

hostContract('this machine', async () => local());

hostContract('one that could stop at any moment and does not', async () => {
  const { host, dispose } = local();
  return { host: crashingHost(host, new CrashPoint(Number.POSITIVE_INFINITY)), dispose };
});

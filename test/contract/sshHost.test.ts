import { afterAll, beforeAll, describe, it } from 'vitest';
import { askNobody } from '../../src/hosts/ssh/ask';
import { SshHost } from '../../src/hosts/ssh/host';
import { systemClock } from '../../src/store/systemClock';
import { makeSshMachines, whyNoMachines, type SshMachines } from '../machines/sshMachines';
import { hostContract } from './hostContract';

let made: SshMachines;
let count = 0;

if (whyNoMachines === null) {
  beforeAll(() => void (made = makeSshMachines({ count: 1 })));
  afterAll(() => made.dispose());
  hostContract('one behind a real sshd', async () => {
    const host = new SshHost({
      ...{ alias: 'gpu1', folder: `.bridge/contract-${count++}`, clock: systemClock },
      ...{ configFile: made.configFile, ask: askNobody },
    });
    await host.ready();
    return { host, dispose: async () => host.dispose() };
  });
} else
  describe.skip(`a host behind a real sshd: ${whyNoMachines}`, () => it('is not tried', () => undefined));

import type { JobStatus } from '../../core/ports';
import type { ProcessIdentity } from '../../core/run/jobHandle';
import { AttemptFolder } from '../attempt/folder';

const lostRecord = 'its processes are gone and nothing says how it ended';

/** An attempt whose processes are on the very machine that is asked about it: its folder alone says how it stands. */
export class MachineAttempt extends AttemptFolder {
  async status(): Promise<JobStatus> {
    const ended = await this.exited();
    if (ended) return ended;
    for (;;) {
      const claim = await this.claim();
      if (claim.kind === 'taken') return this.statusOf(claim.holder);
      if (claim.kind === 'forbidden') return { kind: 'lost', cause: 'lost', why: 'it never began' };
      // A wrapper names its folder when it is called: it is there, though it has not said so yet.
      if ((await this.host.findByArgument(this.path)).length > 0) return { kind: 'running', elapsedMs: null };
      // Only what stayed as it was while nobody was there was left so by somebody dead.
      if ((await this.claim()).kind !== claim.kind) continue;
      return claim.kind === 'none'
        ? { kind: 'unknown' }
        : { kind: 'lost', cause: 'lost', why: 'it was killed before it began' };
    }
  }

  private async statusOf(holder: ProcessIdentity): Promise<JobStatus> {
    const facts = (await this.host.states([holder]))[0]!;
    if (facts.state === 'alive') return { kind: 'running', elapsedMs: facts.elapsedMs };
    // It may have ended between the two looks.
    const late = await this.exited();
    if (late) return late;
    if (facts.state === 'rebooted')
      return { kind: 'lost', cause: 'rebooted', why: 'the machine restarted while it ran' };
    // Its wrapper was killed, the command lives on: there is nobody to say how it ends, but it has not ended.
    if (await this.host.groupAlive(holder)) return { kind: 'running', elapsedMs: null };
    return (await this.exited()) ?? { kind: 'lost', cause: 'lost', why: lostRecord };
  }
}

import type { ExitRecord } from '../../core/run/event';
import type { Host, JobStatus } from '../../core/ports';
import type { ProcessIdentity } from '../../core/run/jobHandle';
import type { JobRecord } from './jobFolder';
import { forbiddenClaim, parseClaim, parseExit } from './parse';

/** The mark on an attempt: who runs it, that nobody may, or that somebody died while making the mark. */
export type Claim =
  | { readonly kind: 'none' }
  | { readonly kind: 'taken'; readonly holder: ProcessIdentity }
  | { readonly kind: 'torn' }
  | { readonly kind: 'forbidden' };

const lostRecord = 'its processes are gone and nothing says how it ended';

/** The folder of an attempt, which alone says how it stands. */
export class AttemptFolder {
  constructor(
    private readonly host: Host,
    readonly path: string,
  ) {}

  async claim(): Promise<Claim> {
    const text = await this.text('claim');
    if (text === null) return { kind: 'none' };
    if (text === forbiddenClaim) return { kind: 'forbidden' };
    const holder = parseClaim(text);
    return holder ? { kind: 'taken', holder } : { kind: 'torn' };
  }

  /** Takes the claim so that nobody can begin. False: somebody has begun. */
  async forbid(): Promise<boolean> {
    if (await this.host.createFolder(this.path, { claim: forbiddenClaim })) return true;
    if (await this.host.create(`${this.path}/claim`, forbiddenClaim)) return true;
    return (await this.claim()).kind === 'forbidden';
  }

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

  async record(): Promise<JobRecord | null> {
    const text = await this.text('job.json');
    return text === null ? null : (JSON.parse(text) as JobRecord);
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

  private async exited(): Promise<JobStatus | null> {
    const text = await this.text('exit');
    const parsed = text === null ? null : parseExit(text);
    if (parsed === null) return null;
    const [facts] = await this.host.glob(this.path, ['exit']);
    const exit: ExitRecord = {
      ...parsed,
      endedAt: facts ? Math.round(Number(facts.modifiedNs) / 1e6) : 0,
    };
    return { kind: 'exited', exit };
  }

  private async text(name: string): Promise<string | null> {
    const piece = await this.host.read(`${this.path}/${name}`, 0, 1 << 20);
    return piece && new TextDecoder().decode(piece.bytes);
  }
}

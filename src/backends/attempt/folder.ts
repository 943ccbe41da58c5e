import type { ExitRecord } from '../../core/run/event';
import type { FileFacts, FoundOutput, Host, JobStatus, LogChunk } from '../../core/ports';
import type { ProcessIdentity } from '../../core/run/jobHandle';
import type { JobRecord } from './jobFolder';
import { forbiddenClaim, parseClaim, parseExit } from './parse';

/** The mark on an attempt: who runs it, that nobody may, or that somebody died while making the mark. */
export type Claim =
  | { readonly kind: 'none' }
  | { readonly kind: 'taken'; readonly holder: ProcessIdentity }
  | { readonly kind: 'torn' }
  | { readonly kind: 'forbidden' };

/** The folder of an attempt: what was asked for, who began it, what it wrote, how it ended. */
export class AttemptFolder {
  constructor(
    protected readonly host: Host,
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

  async record(): Promise<JobRecord | null> {
    const text = await this.text('job.json');
    return text === null ? null : (JSON.parse(text) as JobRecord);
  }

  /** How it ended, by its own record; null: it left none. */
  async exited(): Promise<Extract<JobStatus, { kind: 'exited' }> | null> {
    const text = await this.text('exit');
    const parsed = text === null ? null : parseExit(text);
    if (parsed === null) return null;
    const [facts] = await this.host.glob(this.path, ['exit']);
    const { kills, ...end } = parsed;
    // Only what was counted when it was started tells which of them came since.
    const before = kills === undefined ? null : ((await this.record())?.kills ?? null);
    const exit: ExitRecord = {
      ...end,
      endedAt: facts ? Math.round(Number(facts.modifiedNs) / 1e6) : 0,
      ...(kills === undefined || before === null ? {} : { oomKills: Math.max(0, kills - before) }),
    };
    return { kind: 'exited', exit };
  }

  /** A piece of its log; negative `from` counts from the end. */
  async log(from: number, maxBytes: number): Promise<LogChunk> {
    const piece = await this.host.read(`${this.path}/log`, from, maxBytes);
    if (!piece) return { from: 0, to: 0, text: '' };
    return {
      from: piece.from,
      to: piece.from + piece.bytes.length,
      text: new TextDecoder().decode(piece.bytes),
    };
  }

  /** Files that match the declared outputs. `before`: what was there before it began, where the record does not say. */
  async outputs(before?: readonly FileFacts[] | null): Promise<readonly FoundOutput[]> {
    const record = await this.record();
    if (record === null) return [];
    const known = new Map((before ?? record.before).map((facts) => [facts.path, facts]));
    const found: FoundOutput[] = [];
    for (const pattern of record.expectedOutputs) {
      for (const facts of await this.host.glob(record.cwd, [pattern])) {
        const old = known.get(facts.path);
        const fresh =
          old === undefined ||
          old.inode !== facts.inode ||
          old.size !== facts.size ||
          old.modifiedNs !== facts.modifiedNs;
        found.push({ pattern, path: facts.path, fresh });
      }
    }
    return found;
  }

  /** A file of the folder; null: there is none. */
  async text(name: string): Promise<string | null> {
    const piece = await this.host.read(`${this.path}/${name}`, 0, 1 << 20);
    return piece && new TextDecoder().decode(piece.bytes);
  }
}

import type { Clock } from '../ports';
import type { AgentContext, AgentEvent, AgentTask, PermissionRequest } from './author';
import { judgePermission } from './judgePermission';

/** One piece of an agent's work as others see it: signs of life, silence, and what it may do. */
export class WatchedTurn {
  /** Requests that were allowed for this run. */
  private readonly allowed = new Set<string>();
  private readonly done = new AbortController();
  private lastSign: number;
  /** While a person thinks, the agent is not silent. */
  private asking = 0;

  constructor(
    private readonly task: AgentTask,
    private readonly context: AgentContext,
    private readonly clock: Clock,
  ) {
    this.lastSign = clock.monotonic();
  }

  alive(): void {
    this.lastSign = this.clock.monotonic();
  }

  report(event: AgentEvent): void {
    this.context.report(event);
  }

  /** Tells when nothing has come for as long as the task allows, once for each silence. */
  watch(): void {
    this.alive();
    void this.watchSilence(this.task.stallMinutes * 60_000);
  }

  end(): void {
    this.done.abort();
  }

  /** Whether it may happen; `why` says what the model is told where it may not. */
  async decide(request: PermissionRequest): Promise<{ readonly allowed: boolean; readonly why: string }> {
    const verdict = judgePermission(request, this.task);
    if (verdict.kind === 'allow') return { allowed: true, why: '' };
    if (verdict.kind === 'refuse') {
      this.report({ kind: 'refused', title: request.title, why: verdict.why });
      return { allowed: false, why: `Refused: ${verdict.why}.` };
    }
    const like = JSON.stringify([request.kind, request.command ?? request.title, request.paths]);
    if (this.allowed.has(like)) return { allowed: true, why: '' };
    this.asking++;
    try {
      const answer = await this.context.ask(request);
      if (answer === 'run') this.allowed.add(like);
      return { allowed: answer !== 'deny', why: 'The person did not allow it.' };
    } finally {
      this.asking--;
      this.alive();
    }
  }

  private async watchSilence(limitMs: number): Promise<void> {
    const { signal } = this.done;
    for (let told = -1; !signal.aborted;) {
      const silentMs = this.asking > 0 ? 0 : this.clock.monotonic() - this.lastSign;
      if (silentMs >= limitMs && told !== this.lastSign) {
        told = this.lastSign;
        this.report({ kind: 'stalled', silentMinutes: silentMs / 60_000 });
      }
      await this.clock.sleep(Math.max(10, silentMs >= limitMs ? limitMs : limitMs - silentMs), signal);
    }
  }
}

import { closeSync, openSync, readSync } from 'node:fs';
import type { Clock } from '../../core/ports';
import { HealthCheck } from '../../core/health/healthCheck';
import type { FollowedRun } from '../../core/results/metricSource';
import type { MetricPoint } from '../../core/results/metricStream';
import type { RemoteFollower, RemoteMetrics } from '../../core/results/remoteMetrics';
import { readWandbRun, type WandbAnswer } from './client';
import { runPathIn, type WandbRunPath } from './parse';
import type { WandbLogin } from './wandbLogin';

const minute = 60_000;
/** Asking costs: twice as long after each healthy answer, and short again when something is wrong. */
export const shortestMs = 10 * minute;
export const longestMs = 60 * minute;
/** The client says where it writes when it starts; a log without it in this many bytes is of a run without W&B. */
const searchedBytes = 1 << 20;

export interface WandbParts {
  /** Asked each time: a person may log in meanwhile. null: not configured, and nothing is asked or said. */
  readonly login: () => WandbLogin | null;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Told once for each trouble, until W&B answers again. */
  readonly tell: (sentence: string) => void;
}

/** Curves of runs that write to W&B and to no file here. Read-only. */
export class WandbMetrics implements RemoteMetrics {
  private told: 'login' | 'down' | null = null;
  /** The server as a whole is left alone until then. */
  private quietUntil = Number.NEGATIVE_INFINITY;
  private quietMs = shortestMs;

  constructor(private readonly parts: WandbParts) {}

  follow(run: FollowedRun, take: (point: MetricPoint) => void): RemoteFollower {
    return new WandbFollower(run, take, this.parts.clock, (path, minStep) => this.ask(path, minStep));
  }

  /** null: it was not asked, or did not answer. */
  private async ask(path: WandbRunPath, minStep: number): Promise<WandbAnswer | null> {
    const { clock, login: find, tell } = this.parts;
    const login = find();
    if (login === null || clock.monotonic() < this.quietUntil) return null;
    const answer = await readWandbRun(login, path, minStep, new AbortController().signal);
    if (answer.kind !== 'login' && answer.kind !== 'down') {
      this.told = null;
      this.quietMs = shortestMs;
      return answer;
    }
    const pause = answer.kind === 'down' ? (answer.retryAfterMs ?? this.quietMs) : longestMs;
    this.quietUntil = clock.monotonic() + Math.min(longestMs, pause);
    this.quietMs = Math.min(longestMs, 2 * this.quietMs);
    if (this.told !== answer.kind)
      tell(
        answer.kind === 'login'
          ? `W&B at ${login.baseUrl} wants a login (${answer.why}): "wandb login", or WANDB_API_KEY. Runs go on; their curves wait.`
          : `W&B at ${login.baseUrl} does not answer (${answer.why}). Runs go on; it is asked again later.`,
      );
    this.told = answer.kind;
    return null;
  }
}

class WandbFollower implements RemoteFollower {
  private path: WandbRunPath | null = null;
  private searched = 0;
  private tail = '';
  private nextStep = 0;
  private due = Number.NEGATIVE_INFINITY;
  private intervalMs = shortestMs;
  private finished = false;
  private found = false;
  private readonly health = new HealthCheck();

  constructor(
    private readonly run: FollowedRun,
    private readonly take: (point: MetricPoint) => void,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly ask: (path: WandbRunPath, minStep: number) => Promise<WandbAnswer | null>,
  ) {}

  async refresh(ended: boolean): Promise<boolean> {
    if (this.finished) return this.found;
    this.path ??= this.search();
    if (this.path === null || (!ended && this.clock.monotonic() < this.due)) return this.found;
    const answer = await this.ask(this.path, this.nextStep);
    this.due = this.clock.monotonic() + this.intervalMs;
    if (answer?.kind !== 'run') return this.found;
    for (const point of answer.points) this.add(point);
    if (answer.lastStep !== null) this.nextStep = answer.lastStep + 1;
    // History is sampled: the newest values stand in the summary.
    for (const point of answer.summary) if (point.step >= this.nextStep) this.add(point);
    for (const { step } of answer.summary) this.nextStep = Math.max(this.nextStep, step + 1);
    this.found ||= answer.points.length + answer.summary.length > 0;
    this.finished = ended;
    const healthy = this.health.report().verdict !== 'stop' && this.health.report().findings.length === 0;
    this.intervalMs = healthy ? Math.min(longestMs, 2 * this.intervalMs) : shortestMs;
    if (!healthy) this.due = this.clock.monotonic() + shortestMs;
    return this.found;
  }

  private add(point: MetricPoint): void {
    this.health.add(point);
    this.take(point);
  }

  /** Looks at what the log has grown by, from its beginning. */
  private search(): WandbRunPath | null {
    if (this.run.log === null || this.searched >= searchedBytes) return null;
    let handle: number;
    try {
      handle = openSync(this.run.log, 'r');
    } catch {
      return null;
    }
    try {
      const chunk = Buffer.allocUnsafe(1 << 16);
      for (;;) {
        const count = readSync(handle, chunk, 0, chunk.length, this.searched);
        if (count === 0 || this.searched >= searchedBytes) return null;
        this.searched += count;
        const text = this.tail + chunk.toString('utf8', 0, count);
        // A link that is cut off at the end of what is there is whole at the next look.
        const whole = text.slice(0, text.lastIndexOf('\n') + 1);
        const path = runPathIn(whole);
        if (path !== null) return path;
        this.tail = text.slice(whole.length).slice(-4096);
      }
    } finally {
      closeSync(handle);
    }
  }
}

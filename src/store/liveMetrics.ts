import { isSettled } from '../core/run/foldJobs';
import type { StudyState } from '../core/run/state';
import type { MetricFollower } from '../core/results/metricSource';
import { mainSeries, RunSeries } from '../core/results/runSeries';
import type { RunCurves } from '../engine/client';
import { followedRun } from '../core/run/followedRun';
import { metricsOf } from './metricFiles';
import { systemClock } from './systemClock';
import { findWandbLogin } from './wandb/wandbLogin';
import { WandbMetrics } from './wandb/wandbMetrics';

/** Runs whose curves are kept; the one that was not asked for longest goes first. */
const runsAtMost = 128;
/** How often what is looked at is read again. */
const refreshMs = 500;
/** A run that nobody asked for in this time is read rarely; what is new in it makes them ask again. */
const forgottenMs = 10_000;
const rareMs = 5000;

interface Followed {
  readonly key: string;
  readonly series: RunSeries;
  readonly follower: MetricFollower;
  wantedAt: number;
  readAt: number;
  /** Read to its end after the run had ended. */
  complete: boolean;
}

/**
 * Reads the metrics of the runs that are looked at, while they are looked at. Memory and time depend on how many runs
 * are asked for, not on how many there are or how long they run.
 */
export class LiveMetrics {
  private readonly followed = new Map<string, Followed>();
  private timer: NodeJS.Timeout | null = null;
  private reading = false;

  constructor(
    private readonly root: string,
    private readonly state: () => StudyState,
    private readonly changed: () => void,
    /** The driver tells of a service that does not answer; who only looks does not say it again. */
    private readonly source = metricsOf(
      new WandbMetrics({ login: findWandbLogin, clock: systemClock, tell: () => undefined }),
    ),
  ) {}

  /** Newest values of the run's main series; what is not read yet comes with the next change. */
  spark(run: string, count: number): readonly number[] {
    const entry = this.want(run);
    if (!entry) return [];
    const main = mainSeries(entry.series.names, this.state().study?.primaryMetric?.name ?? null);
    return main === null ? [] : entry.series.newest(main, count);
  }

  /** All curves of these runs, up to date, each with at most `points` points. */
  async curves(runs: readonly string[], points: number): Promise<readonly RunCurves[]> {
    const wanted = runs.slice(0, runsAtMost).flatMap((run) => {
      const entry = this.want(run);
      return entry ? [{ run, entry }] : [];
    });
    for (const { run, entry } of wanted) await this.read(run, entry);
    return wanted.map(({ run, entry }) => ({
      run,
      curves: entry.series.names.flatMap((series) => {
        const curve = entry.series.draw(series, points);
        return curve === null || curve.points.length === 0 ? [] : [{ series, ...curve }];
      }),
    }));
  }

  dispose(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.followed.clear();
  }

  private want(run: string): Followed | null {
    const job = this.state().jobs.get(run);
    const place = job && followedRun(this.root, job);
    const key = job?.attempts.at(-1)?.key;
    if (!place || key === undefined) return null;
    let entry = this.followed.get(run);
    if (entry?.key !== key) {
      const series = new RunSeries();
      const follower = this.source.follow(place, (point) => series.add(point));
      entry = { key, series, follower, wantedAt: 0, readAt: 0, complete: false };
    }
    entry.wantedAt = performance.now();
    this.followed.delete(run);
    this.followed.set(run, entry);
    for (const oldest of this.followed.keys()) {
      if (this.followed.size <= runsAtMost) break;
      this.followed.delete(oldest);
    }
    if (!this.timer) {
      this.timer = setInterval(() => void this.refresh(), refreshMs);
      this.timer.unref();
      void this.refresh();
    }
    return entry;
  }

  private async refresh(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    try {
      let some = false;
      const now = performance.now();
      for (const [run, entry] of [...this.followed]) {
        const pause = now - entry.wantedAt > forgottenMs ? rareMs : 0;
        if (entry.complete || now - entry.readAt < pause) continue;
        entry.readAt = now;
        const before = this.fingerprint(entry);
        await this.read(run, entry);
        some ||= before !== this.fingerprint(entry);
      }
      if (some) this.changed();
    } finally {
      this.reading = false;
    }
  }

  private async read(run: string, entry: Followed): Promise<void> {
    if (entry.complete) return;
    const ended = isSettled(this.state().jobs.get(run)?.phase);
    await entry.follower.refresh(ended);
    entry.complete = ended;
  }

  private fingerprint({ series }: Followed): string {
    const main = mainSeries(series.names, this.state().study?.primaryMetric?.name ?? null);
    return main === null ? '' : series.newest(main, 64).join();
  }
}

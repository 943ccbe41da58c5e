import { HealthCheck } from '../core/health/healthCheck';
import type { MetricSource } from '../core/results/metricSource';
import { followedRun } from '../core/run/followedRun';
import type { JobState, StudyState } from '../core/run/state';

/** Finished runs of a baseline that others are compared with; more say the same. */
const runsAtMost = 5;

/** Curves of finished baseline runs, each read once. */
export class BaselineCurves {
  private readonly read = new Map<string, HealthCheck>();

  constructor(
    private readonly metrics: MetricSource,
    private readonly root: string,
  ) {}

  /** The finished runs that this run's baseline has: the one it names, else those of its system's baseline. */
  async of(run: JobState, state: StudyState): Promise<readonly HealthCheck[]> {
    const { baseline, system } = run.job;
    const wanted = baseline ?? state.study?.baselines[system ?? ''] ?? null;
    if (wanted === null || wanted === system) return [];
    const runs = [...state.jobs.values()].filter(
      ({ job, phase }) => phase.kind === 'completed' && (job.id === wanted || job.system === wanted),
    );
    const checks: HealthCheck[] = [];
    for (const each of runs.slice(0, runsAtMost)) {
      const check = await this.checkOf(each);
      if (check !== null) checks.push(check);
    }
    return checks;
  }

  private async checkOf(run: JobState): Promise<HealthCheck | null> {
    const key = run.attempts.at(-1)?.key;
    const place = followedRun(this.root, run);
    if (key === undefined || place === null) return null;
    const known = this.read.get(key);
    if (known) return known;
    const check = new HealthCheck();
    await this.metrics.follow(place, (point) => check.add(point)).refresh(true);
    this.read.set(key, check);
    return check;
  }
}

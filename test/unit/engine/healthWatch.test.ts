import { describe, expect, it } from 'vitest';
import type { Capacity } from '../../../src/core/ports';
import type { MetricSource } from '../../../src/core/results/metricSource';
import type { RunEvent } from '../../../src/core/run/event';
import { StateFold } from '../../../src/core/run/reduce';
import { HealthWatch, type HealthWatchParts } from '../../../src/engine/healthWatch';
import { completed, declare, type Happening, jobs, journal, requested } from '../core/run/study';

const minute = 60_000;

/** Losses of each run, in the order in which it logs them. */
type Losses = Readonly<Record<string, readonly number[]>>;

interface World {
  readonly happenings: readonly Happening[];
  readonly losses?: Losses;
  /** Bytes of the log at a minute. */
  readonly logBytes?: (minutes: number) => number;
  readonly gpuPercent?: (minutes: number) => number;
}

/** Looks every minute, and returns what was flagged, with the minute. */
async function flagged(world: World, minutes: number): Promise<{ at: number; why: string }[]> {
  const fold = new StateFold();
  fold.apply(journal(...world.happenings));
  const flags: { at: number; why: string }[] = [];
  let now = 0;
  const capacity = (): Capacity => ({
    ...{ cpus: 1, boot: null, missing: [] },
    gpus: [
      {
        ...{ id: 'g', index: 0, visible: '0', name: 'GPU', memoryTotalMiB: 1, memoryUsedMiB: 1 },
        ...{ foreign: false, utilisationPercent: world.gpuPercent?.(now / minute) ?? null },
      },
    ],
  });
  const metrics: MetricSource = {
    follow: ({ run }, take) => {
      let read = 0;
      return {
        refresh: () => {
          for (const value of (world.losses?.[run] ?? []).slice(read))
            take({ series: 'loss', step: read++, value });
          return Promise.resolve();
        },
      };
    },
  };
  const parts = {
    record: {
      get state() {
        return fold.state;
      },
      happened: (event: RunEvent) => {
        if (event.type === 'job.flagged') flags.push({ at: now / minute, why: event.why });
        fold.apply([{ ...event, at: now }]);
      },
    },
    backend: {
      scheduling: 'bridge',
      probe: () => Promise.resolve(capacity()),
      readLog: () => Promise.resolve({ from: 0, to: world.logBytes?.(now / minute) ?? now, text: '' }),
      cancel: () => Promise.resolve(),
    },
    ...{ files: { root: '/w' }, metrics, clock: { monotonic: () => now }, commit: () => Promise.resolve() },
  } as unknown as HealthWatchParts;
  const watch = new HealthWatch(parts);
  for (; now <= minutes * minute; now += minute) {
    watch.look(new AbortController().signal);
    await watch.settle();
  }
  return flags;
}

const starts = (job: string, gpus: readonly string[] = []): Happening[] => [
  { ...requested(job), gpus } as Happening,
  { type: 'attempt.started', key: `w:${job}:h:1`, handle: { folder: '/f', process: null, externalId: null } },
];
const one = [declare({ jobs: jobs({ R1: 'gpus: 0' }) }), ...starts('R1')];
const curve = (floor: number) => Array.from({ length: 100 }, (_, step) => floor + 2 / (1 + step / 20));

describe('a run that runs', () => {
  it('is flagged once when it goes on and says nothing', async () => {
    const flags = await flagged({ happenings: one, logBytes: (at) => Math.min(at, 10) }, 90);
    expect(flags.map(({ at }) => at)).toEqual([40]);
    expect(flags[0]!.why).toMatch(/^silent: the run is alive and says nothing, for 30 min now/);
  });

  it('is flagged when the GPUs that it holds do nothing', async () => {
    const happenings = [declare({ jobs: jobs({ R1: 'gpus: 1' }) }), ...starts('R1', ['0'])];
    const idle = await flagged({ happenings, gpuPercent: (at) => (at < 5 ? 90 : 1) }, 60);
    expect(idle.map(({ at }) => at)).toEqual([25]);
    expect(idle[0]!.why).toMatch(/^idle-gpu: /);
    expect(await flagged({ happenings, gpuPercent: () => 90 }, 60)).toEqual([]);
  });

  it('is flagged when it lags behind the finished runs of its baseline', async () => {
    const happenings = [
      declare({
        jobs: jobs({ B1: 'gpus: 0, system: sgd', R1: 'gpus: 0, system: new' }),
        baselines: { new: 'sgd' },
      }),
      ...completed('B1').toSpliced(1, 0, ...starts('B1').slice(1)),
      ...starts('R1'),
    ];
    const worse = await flagged({ happenings, losses: { B1: curve(0.5), R1: curve(1.5) } }, 1);
    expect(worse).toEqual([
      { at: 0, why: expect.stringMatching(/^worse-than-baseline: loss is about/) as string },
    ]);
    expect(await flagged({ happenings, losses: { B1: curve(0.5), R1: curve(0.5) } }, 1)).toEqual([]);
  });

  it('is judged by the numbers that the person set', async () => {
    const [declared, ...rest] = one;
    const study = declared as Extract<Happening, { type: 'study.declared' }>;
    const options = { ...study.study.options, healthThresholds: { silentMinutes: 5 } };
    const happenings = [{ ...study, study: { ...study.study, options } }, ...rest];
    const flags = await flagged({ happenings, logBytes: () => 7 }, 20);
    expect(flags.map(({ at }) => at)).toEqual([5]);
  });
});

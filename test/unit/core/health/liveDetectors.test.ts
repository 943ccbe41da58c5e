import { describe, expect, it } from 'vitest';
import { IdleGpus } from '../../../../src/core/health/detectors/idleGpu';
import { Silence } from '../../../../src/core/health/detectors/silent';
import { HealthCheck } from '../../../../src/core/health/healthCheck';
import { readThresholds } from '../../../../src/core/health/thresholds';

const minute = 60_000;

/** A loss that falls as 1/(1 + step/50) towards `floor`, with normal noise of its own seed. */
function falling(floor: number, seed: number, steps = 200, noise = 0.01): HealthCheck {
  const check = new HealthCheck();
  let state = seed * 7919 + 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let step = 0; step < steps; step++) {
    const normal = Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
    check.add({ series: 'train/loss', step, value: floor + 2 / (1 + step / 50) + noise * normal });
  }
  return check;
}

describe('a run that says nothing', () => {
  it('is found after half an hour, and not while it writes', () => {
    const silence = new Silence();
    for (let at = 0; at < 60; at++) silence.look(at * minute, at);
    expect(silence.finding(60 * minute)).toBeNull();
    for (let at = 60; at < 89; at++) silence.look(at * minute, 59);
    expect(silence.finding(88 * minute)).toBeNull();
    expect(silence.finding(89 * minute)?.sentence).toMatch(/says nothing, for 30 min now; it may hang/);
  });

  it('may be silent again for as long as it was before', () => {
    const silence = new Silence();
    silence.look(0, 1);
    silence.look(20 * minute, 2);
    expect(silence.finding(75 * minute)).toBeNull();
    expect(silence.finding(81 * minute)).not.toBeNull();
  });

  it('from its start is told apart', () => {
    const silence = new Silence();
    silence.look(0, 0);
    expect(silence.finding(31 * minute)?.sentence).toMatch(/has said nothing since it started/);
  });
});

describe('GPUs that do nothing', () => {
  const watch = (readings: readonly (number | null)[]) => {
    const idle = new IdleGpus();
    readings.forEach((percent, at) => idle.look(at * minute, percent));
    return idle.finding((readings.length - 1) * minute);
  };

  it('are found after twenty minutes', () => {
    expect(watch(Array.from({ length: 20 }, () => 0))).toBeNull();
    expect(watch(Array.from({ length: 21 }, () => 2))?.sentence).toMatch(/nothing for 20 min/);
  });

  it('are not idle when one reading was busy, or when nobody can tell', () => {
    const readings = Array.from({ length: 25 }, (_, at) => (at === 10 ? 80 : 0));
    expect(watch(readings)).toBeNull();
    expect(watch(Array.from({ length: 60 }, () => null))).toBeNull();
  });
});

describe('a run against its baseline', () => {
  it('is worse when it lags behind every finished run of it at the same step', () => {
    const baselines = [falling(0.5, 1), falling(0.5, 2), falling(0.5, 3)];
    const found = falling(1.5, 4, 120).against(baselines);
    expect(found).toMatchObject([
      { detector: 'worse-than-baseline', series: 'train/loss', severity: 'unsure' },
    ]);
    expect(found[0]!.sentence).toMatch(/where the worst of 3 baseline runs had/);
  });

  it('of the same configuration is not worse, for one baseline run or several', () => {
    let alarms = 0;
    for (let seed = 10; seed < 210; seed++) {
      const one = falling(0.5, seed, 60 + (seed % 140));
      alarms += one.against([falling(0.5, seed + 1000)]).length;
      alarms += one.against([falling(0.5, seed + 2000), falling(0.5, seed + 3000)]).length;
    }
    expect(alarms).toBe(0);
  });

  it('is not judged before a fifth of the baseline’s steps, nor where steps or names differ', () => {
    expect(falling(1.5, 4, 30).against([falling(0.5, 1)])).toEqual([]);
    expect(falling(1.5, 4, 300).against([falling(0.5, 1)])).toEqual([]);
    expect(falling(1.5, 4).against([new HealthCheck()])).toEqual([]);
  });

  it('that is better is no finding', () => {
    expect(falling(0.2, 4).against([falling(0.5, 1)])).toEqual([]);
  });
});

describe('thresholds', () => {
  it('change what a detector calls sick', () => {
    const rises = (check: HealthCheck) => {
      for (let step = 0; step < 100; step++)
        check.add({
          series: 'train/loss',
          step,
          value: step < 40 ? 3 - step * 0.05 : 1 + (step - 40) * 0.02,
        });
      return check.report().findings.map(({ detector }) => detector);
    };
    expect(rises(new HealthCheck())).toContain('divergence');
    expect(rises(new HealthCheck({ divergenceRatio: 5 }))).not.toContain('divergence');
  });

  it('that are none are named', () => {
    expect(readThresholds({ silentMinutes: 5, nonsense: 1, flatRange: -1 })).toEqual({
      ...{ thresholds: { silentMinutes: 5 }, wrong: ['nonsense', 'flatRange'] },
    });
    expect(readThresholds('high').wrong).toHaveLength(1);
  });
});

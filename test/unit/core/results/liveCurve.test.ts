import { describe, expect, it } from 'vitest';
import { LiveCurve } from '../../../../src/core/results/liveCurve';
import { mainSeries } from '../../../../src/core/results/runSeries';
import { streamsOf } from '../../../../src/core/results/streamFiles';

function curve(values: readonly number[]): LiveCurve {
  const it = new LiveCurve();
  values.forEach((value, step) => it.add(step, value));
  return it;
}

describe('a live curve', () => {
  it('draws a short series as it is', () => {
    expect(curve([3, 1, 2]).draw(100)).toEqual({
      points: [
        { step: 0, value: 3 },
        { step: 1, value: 1 },
        { step: 2, value: 2 },
      ],
      restarts: [],
      gaps: [],
    });
  });

  it('keeps the one spike of a million points', () => {
    const it = new LiveCurve();
    for (let step = 0; step < 1_000_000; step++) it.add(step, step === 654_321 ? 99 : Math.sin(step / 1e5));
    const { points } = it.draw(5000);
    expect(points.length).toBeLessThanOrEqual(2 * 1024 + 2);
    expect(points).toContainEqual({ step: 654_321, value: 99 });
    expect(points.map(({ step }) => step)).toEqual([...points.map(({ step }) => step)].sort((a, b) => a - b));
  });

  it('forgets what a resumed run writes anew, and marks where it resumed', () => {
    const it = curve([5, 4, 3, 2]);
    it.add(2, 30);
    it.add(3, 20);
    expect(it.draw(100)).toMatchObject({
      points: [
        { step: 0, value: 5 },
        { step: 1, value: 4 },
        { step: 2, value: 30 },
        { step: 3, value: 20 },
      ],
      restarts: [2],
    });
  });

  it('marks NaN as a gap and draws no point there', () => {
    expect(curve([1, NaN, 3]).draw(10)).toMatchObject({ points: [{ step: 0 }, { step: 2 }], gaps: [1] });
  });

  it('gives the newest values, oldest first', () => {
    expect(curve(Array.from({ length: 500 }, (_, i) => i)).newest(3)).toEqual([497, 498, 499]);
  });
});

describe('the series that stands for a run', () => {
  const logged = ['train/loss', 'train/grad_norm', 'val/loss', 'val/accuracy'];
  it('is the primary metric, or the same measure on another split while that is not there', () => {
    expect(mainSeries([...logged, 'test/accuracy'], 'test/accuracy')).toBe('test/accuracy');
    expect(mainSeries(logged, 'test/accuracy')).toBe('val/accuracy');
  });
  it('is the training loss where no primary metric is declared', () => {
    expect(mainSeries(logged, null)).toBe('train/loss');
  });
});

describe('the files of a run', () => {
  const run = {
    ...{ run: 'R1', cwd: '/w', declared: ['out/a.csv'], log: null, startedAt: 10_000 },
    command: 'python train.py --logdir=runs/one --out out/a.csv',
  };
  const at = (path: string, modifiedMs = 20_000) => ({ path, modifiedMs });
  it('are those that it declares, that carry its name, and that lie where its command says', () => {
    const found = streamsOf(run, [
      at('out/a.csv'),
      at('results/R1.metrics.jsonl'),
      at('results/R10.metrics.jsonl'),
      at('results/R2.metrics.jsonl'),
      at('runs/one/events.out.tfevents.1.host'),
      at('runs/two/events.out.tfevents.1.host'),
      at('metrics.jsonl'),
    ]);
    expect(found).toEqual(['out/a.csv', 'results/R1.metrics.jsonl', 'runs/one/events.out.tfevents.1.host']);
  });
  it('are none that an earlier attempt left behind', () => {
    expect(streamsOf(run, [at('results/R1.metrics.jsonl', 7000)])).toEqual([]);
  });
});

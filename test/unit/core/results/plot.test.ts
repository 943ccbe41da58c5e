import { describe, expect, it } from 'vitest';
import { curvePlot } from '../../../../src/core/results/plot/curvePlot';
import { dotPlot } from '../../../../src/core/results/plot/dotPlot';
import { niceAxis, scale } from '../../../../src/core/results/plot/svg';

const groups = [
  {
    label: 'sgd <b> & "co"',
    values: [
      { run: 'R1', value: 0.8 },
      { run: 'R2', value: 0.9 },
    ],
  },
  { label: 'momentum', values: [{ run: 'R3', value: 0.95 }] },
];

describe('a plot of runs by system', () => {
  it('has a dot a run with its name and value, and says its means to who cannot see them', () => {
    const svg = dotPlot('accuracy', 'Accuracy by system', groups);
    expect(svg.match(/<circle /g)).toHaveLength(3);
    expect(svg).toContain('<title>R2: 0.9</title>');
    expect(svg).toContain('<title id="title">Accuracy by system</title>');
    expect(svg).toMatch(/<desc id="description">.*0\.85 ± 0\.07 \(2\); momentum 0\.95 \(1\)<\/desc>/);
  });

  it('lets no text of a plan out of its place', () => {
    const svg = dotPlot('a]]><script>', '<script>', groups);
    expect(svg).not.toMatch(/<script|<b>/);
    expect(svg).toContain('sgd &lt;b&gt; &amp; &quot;co&quot;');
  });

  it('draws one value and equal values without leaving the paper', () => {
    for (const value of [0, 1e-12, -3, 1e9]) {
      const svg = dotPlot('m', 't', [{ label: 'a', values: [{ run: 'R', value }] }]);
      expect(svg).not.toMatch(/NaN|Infinity/);
    }
  });
});

describe('a plot of curves', () => {
  const line = (from: number, slope: number, to = 10) =>
    Array.from({ length: to + 1 }, (_, step) => ({ step, value: from + slope * step }));

  it('draws mean and band over the steps that all runs of a system have', () => {
    const svg = curvePlot('loss', 'Loss', [
      { label: 'a', curves: [line(0, 1), line(2, 1, 6)] },
      { label: 'b', curves: [line(5, 0)] },
    ])!;
    expect(svg).toContain('a (2) ends at 7 at step 6; b (1) ends at 5 at step 10');
    expect(svg.match(/<polyline /g)).toHaveLength(2);
    // One run has no spread.
    expect(svg.match(/<polygon /g)).toHaveLength(1);
  });

  it('is the same for the same runs, byte for byte, and not there without any', () => {
    const make = () => curvePlot('loss', 'Loss', [{ label: 'a', curves: [line(1, -0.1), line(1.2, -0.1)] }]);
    expect(make()).toBe(make());
    expect(curvePlot('loss', 'Loss', [{ label: 'a', curves: [] }])).toBeNull();
  });

  it('interpolates where runs logged at different steps', () => {
    const svg = curvePlot('loss', 'Loss', [
      {
        label: 'a',
        curves: [
          [
            { step: 0, value: 0 },
            { step: 10, value: 10 },
          ],
          [
            { step: 0, value: 0 },
            { step: 5, value: 5 },
            { step: 10, value: 10 },
          ],
        ],
      },
    ])!;
    expect(svg).toContain('ends at 10 at step 10');
    expect(svg).not.toContain('<polygon');
  });
});

describe('an axis', () => {
  it('has round ticks inside its range', () => {
    expect(niceAxis(0.873, 0.931).ticks).toEqual([0.88, 0.9, 0.92]);
    expect(niceAxis(0, 1000).ticks).toEqual([0, 200, 400, 600, 800, 1000]);
    const { low, high } = niceAxis(5, 5);
    expect([low < 5, high > 5]).toEqual([true, true]);
  });
  it('maps its ends onto paper', () => {
    const map = scale({ low: 0, high: 10, ticks: [] }, 100, 0);
    expect([map(0), map(5), map(10)]).toEqual([100, 50, 0]);
  });
});

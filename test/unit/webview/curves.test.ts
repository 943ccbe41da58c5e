import { describe, expect, test } from 'vitest';
import type { CurveSeries } from '../../../src/protocol/curves';
import { parsePanelIntent } from '../../../src/protocol/parsePanelIntent';
import { parseToPanel } from '../../../src/protocol/parseToPanel';
import { alignSteps } from '../../../webview-ui/src/curves/alignSteps';
import { curvesCsv } from '../../../webview-ui/src/curves/curvesCsv';
import { lineStyles, palettes } from '../../../webview-ui/src/curves/lineStyle';
import { plotData } from '../../../webview-ui/src/curves/plotData';
import { smooth } from '../../../webview-ui/src/curves/smooth';
import { summarise } from '../../../webview-ui/src/curves/summary';
import { curvesQueryOf, firstCurveChoice } from '../../../webview-ui/src/state/curveChoice';
import { curvesView } from '../../fixtures/panelCurves';
import themes from '../../fixtures/themes.json';

const line = (change: Partial<CurveSeries> = {}): CurveSeries => ({
  ...{ key: 'R001', label: 'R001 sgd s=1', system: 'sgd', runs: ['R001'], restarts: [], running: false },
  steps: Float64Array.of(0, 1, 2),
  values: Float64Array.of(1, 2, 3),
  ...{ spread: null, counts: null },
  ...change,
});

describe('smoothing', () => {
  test('begins at the first value and not at zero', () => {
    expect(smooth(Float64Array.of(5, 5, 5), 0.9)).toEqual(Float64Array.of(5, 5, 5));
  });

  test('is the moving average with its beginning corrected', () => {
    // By hand: (0.5·1) / 0.5, then (0.25·1 + 0.5·3) / 0.75.
    expect([...smooth(Float64Array.of(1, 3), 0.5)]).toEqual([1, (0.25 + 1.5) / 0.75]);
  });

  test('a gap stays a gap and does not count', () => {
    const smoothed = smooth(Float64Array.of(2, Number.NaN, 2), 0.5);
    expect([...smoothed]).toEqual([2, Number.NaN, 2]);
  });

  test('weight 0 changes nothing', () => {
    const values = Float64Array.of(1, 9, 4);
    expect(smooth(values, 0)).toBe(values);
  });
});

describe('lines with steps of their own', () => {
  test('stand on the steps of all, and a step that a line lacks is no gap in it', () => {
    const aligned = alignSteps([
      { steps: Float64Array.of(0, 2, 4), columns: [Float64Array.of(1, Number.NaN, 3)] },
      { steps: Float64Array.of(1, 2), columns: [Float64Array.of(7, 8)] },
    ]);
    expect([...aligned.steps]).toEqual([0, 1, 2, 4]);
    expect(aligned.columns).toEqual([
      [1, undefined, null, 3],
      [undefined, 7, 8, undefined],
    ]);
  });

  test('which share their steps are not copied onto others', () => {
    const steps = Float64Array.of(0, 10);
    const track = (value: number) => ({
      steps: Float64Array.from(steps),
      columns: [Float64Array.of(value, value)],
    });
    expect(alignSteps([track(1), track(2)])).toEqual({
      steps,
      columns: [
        [1, 1],
        [2, 2],
      ],
    });
  });
});

describe('what is drawn', () => {
  test('a mean has a band of one deviation to either side, under its line', () => {
    const data = plotData([line({ runs: ['a', 'b'], spread: Float64Array.of(0.5, 0.5, 0.5) })], {
      ...{ smoothing: 0, log: false },
    });
    expect(data.layout.map(({ kind }) => kind)).toEqual(['low', 'high', 'line']);
    expect(data.columns).toEqual([
      [0.5, 1.5, 2.5],
      [1.5, 2.5, 3.5],
      [1, 2, 3],
    ]);
  });

  test('with smoothing the measured line stays, behind the smoothed one', () => {
    const { layout, columns } = plotData([line()], { smoothing: 0.5, log: false });
    expect(layout.map(({ kind }) => kind)).toEqual(['shadow', 'line']);
    expect(columns[0]).toEqual([1, 2, 3]);
    expect(columns[1]).not.toEqual([1, 2, 3]);
  });

  test('a log scale leaves out zero and less, and counts what it left out', () => {
    const data = plotData([line({ values: Float64Array.of(-1, 0, 2) })], { smoothing: 0, log: true });
    expect(data.columns).toEqual([[null, null, 2]]);
    expect(data.dropped).toBe(2);
  });
});

describe('styles of lines', () => {
  test('the first 48 systems are told apart by colour and dashes together', () => {
    const styles = lineStyles(
      Array.from({ length: 48 }, (_, at) => `system ${at}`),
      'dark',
    );
    expect(new Set(styles.map((style) => JSON.stringify(style))).size).toBe(48);
  });

  test('the seeds of a system share a colour and differ in dashes', () => {
    const styles = lineStyles(['sgd', 'sgd', 'sgd', 'momentum'], 'light');
    expect(new Set(styles.slice(0, 3).map(({ color }) => color)).size).toBe(1);
    expect(new Set(styles.slice(0, 3).map(({ dash }) => dash.join())).size).toBe(3);
    expect(styles[3]!.color).not.toBe(styles[0]!.color);
  });

  test.each([
    ['dark', 'dark'],
    ['dark', 'hc'],
    ['light', 'light'],
    ['light', 'hcLight'],
  ] as const)('every colour of the %s palette stands 3:1 against the editor of %s', (ground, theme) => {
    const editor = (themes[theme].variables as Record<string, string>)['--vscode-editor-background']!;
    for (const color of palettes[ground]) expect(contrast(color, editor), color).toBeGreaterThanOrEqual(3);
  });
});

/** WCAG 2.1: (L1 + 0.05) / (L2 + 0.05) of the relative luminances. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('the table and the file', () => {
  test('the table names the lowest, highest and newest value with their steps, and counts gaps', () => {
    const found = summarise(
      line({ values: Float64Array.of(2, Number.NaN, 1), steps: Float64Array.of(0, 5, 9) }),
    );
    expect(found).toMatchObject({
      first: 2,
      lowest: 1,
      lowestAt: 9,
      highestAt: 0,
      last: 1,
      lastAt: 9,
      gaps: 1,
    });
    expect(summarise(line({ values: new Float64Array(3).fill(Number.NaN) }))).toBeNull();
  });

  test('the CSV has a row a point, leaves hidden lines out and defuses formulas', () => {
    const query = curvesQueryOf(firstCurveChoice, null);
    const view = {
      ...curvesView(query),
      metric: 'val/loss',
      series: [
        line({ label: '=cmd("x")', values: Float64Array.of(1, Number.NaN, 3) }),
        line({ key: 'R002' }),
      ],
    };
    const rows = curvesCsv(view, new Set(['R002']))
      .trimEnd()
      .split('\r\n');
    expect(rows[0]).toBe('metric,series,system,runs,step,value,std,n');
    expect(rows.slice(1)).toEqual([
      'val/loss,"\'=cmd(""x"")",sgd,R001,0,1,,1',
      'val/loss,"\'=cmd(""x"")",sgd,R001,1,,,1',
      'val/loss,"\'=cmd(""x"")",sgd,R001,2,3,,1',
    ]);
  });
});

describe('on the wire', () => {
  const query = curvesQueryOf(firstCurveChoice, ['R002', 'R003']);

  test('curves arrive as numbers that can be moved without being copied', () => {
    const message = { type: 'curves', curves: curvesView(query) };
    expect(parseToPanel(structuredClone(message))).toMatchObject({ ok: true });
    const broken = {
      ...message,
      curves: { ...message.curves, series: [line({ values: new Float64Array(2) })] },
    };
    expect(parseToPanel(broken)).toMatchObject({ ok: false });
  });

  test('a question for curves and a file to save are read; a file with a path in its name is not', () => {
    expect(parsePanelIntent({ type: 'curves.look', curves: query })).toMatchObject({ ok: true });
    const save = (name: string) => parsePanelIntent({ type: 'file.save', name, bytes: Uint8Array.of(1) });
    expect(save('val-loss.png')).toMatchObject({ ok: true });
    expect(save('../val-loss.png')).toMatchObject({ ok: false });
  });

  test('given runs are asked for without a milestone', () => {
    expect(curvesQueryOf({ ...firstCurveChoice, milestone: 'M1' }, ['R002'])).toMatchObject({
      milestone: null,
    });
  });
});

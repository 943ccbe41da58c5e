import type { CurveSeries } from '../../../src/protocol/curves';
import { alignSteps, type Aligned } from './alignSteps';
import { smooth } from './smooth';

/** Up to so many lines, what was measured is drawn faintly behind what was smoothed. */
const mostShadows = 20;

export type PlotColumn =
  /** The line that is read: what was measured or, with smoothing, its moving average. */
  | { readonly kind: 'line'; readonly of: number }
  /** What was measured, behind a smoothed line. */
  | { readonly kind: 'shadow'; readonly of: number }
  /** Mean minus and plus one standard deviation. */
  | { readonly kind: 'low' | 'high'; readonly of: number };

export interface PlotData extends Aligned {
  /** What each of `columns` is. */
  readonly layout: readonly PlotColumn[];
  /** Values at or below zero that a logarithmic axis cannot show. */
  readonly dropped: number;
}

/** Everything that is drawn, on common steps: bands first, shadows over them, lines on top. */
export function plotData(
  series: readonly CurveSeries[],
  { smoothing, log }: { readonly smoothing: number; readonly log: boolean },
): PlotData {
  const shadows = smoothing > 0 && series.length <= mostShadows;
  let dropped = 0;
  const positive = (values: Float64Array, counted: boolean): Float64Array =>
    !log
      ? values
      : values.map((value) => {
          if (!(value <= 0)) return value;
          if (counted) dropped++;
          return Number.NaN;
        });
  const perLine = series.map(({ steps, values, spread }, of) => {
    const line = smooth(values, smoothing);
    const layout: PlotColumn[] = [{ kind: 'line', of }];
    const columns = [positive(line, true)];
    if (spread !== null) {
      const edge = (sign: number) => values.map((value, at) => value + sign * spread[at]!);
      layout.push({ kind: 'low', of }, { kind: 'high', of });
      columns.push(positive(smooth(edge(-1), smoothing), false), smooth(edge(1), smoothing));
    }
    if (shadows) {
      layout.push({ kind: 'shadow', of });
      columns.push(positive(values, false));
    }
    return { track: { steps, columns }, layout };
  });
  const aligned = alignSteps(perLine.map(({ track }) => track));
  const cells = perLine
    .flatMap(({ layout }) => layout)
    .map((column, at) => ({ column, cells: aligned.columns[at]! }));
  const rank = { low: 0, high: 0, shadow: 1, line: 2 } as const;
  cells.sort((a, b) => rank[a.column.kind] - rank[b.column.kind]);
  return {
    steps: aligned.steps,
    columns: cells.map((each) => each.cells),
    layout: cells.map((each) => each.column),
    dropped,
  };
}

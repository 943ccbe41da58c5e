import { useEffect, useRef, useState } from 'react';
import type { CurveSeries } from '../../../../src/protocol/curves';
import type { PlotSetup } from '../../curves/curvesPlot';
import { lineStyles, type LineStyle } from '../../curves/lineStyle';
import type { PlotData } from '../../curves/plotData';
import { readLook, watchLook, type PlotLook } from '../../curves/plotLook';
import { formatMeasure } from '../../text/format';
import { useWords } from '../../text/wordsContext';

interface Prepared {
  readonly setup: PlotSetup;
  readonly styles: readonly LineStyle[];
  readonly look: PlotLook;
}

/** The plot's setup: the same object until lines, axis, language or theme change, so that growing curves build no new plot. */
export function usePlotSetup(
  series: readonly CurveSeries[],
  metric: string,
  { layout }: PlotData,
  log: boolean,
): Prepared {
  const words = useWords();
  const [look, setLook] = useState(readLook);
  useEffect(
    () =>
      watchLook(() =>
        setLook((before) => {
          const now = readLook();
          return JSON.stringify(now) === JSON.stringify(before) ? before : now;
        }),
      ),
    [],
  );
  const labels = series.map(({ label }) => label);
  const restarts = series.map((each) => each.restarts);
  const mark = JSON.stringify([labels, restarts, layout, log, metric, look, words.locale]);
  const kept = useRef<{ readonly mark: string; readonly prepared: Prepared } | null>(null);
  if (kept.current?.mark !== mark) {
    const styles = lineStyles(
      series.map(({ system }) => system),
      look.ground,
    );
    const setup: PlotSetup = {
      ...{ layout, styles, labels, restarts, log, look, xLabel: words.curves.step },
      yLabel: log ? words.curves.logOf(metric) : metric,
      formatNumber: (value) => formatMeasure(value, words),
    };
    kept.current = { mark, prepared: { setup, styles, look } };
  }
  return kept.current.prepared;
}

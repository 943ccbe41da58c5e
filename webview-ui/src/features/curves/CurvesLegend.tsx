import { useSyncExternalStore, type ReactElement } from 'react';
import type { CurveSeries } from '../../../../src/protocol/curves';
import type { LineStyle } from '../../curves/lineStyle';
import type { ReadingStore } from '../../curves/readingStore';
import { formatMeasure } from '../../text/format';
import { useWords } from '../../text/wordsContext';

interface CurvesLegendProps {
  readonly series: readonly CurveSeries[];
  readonly styles: readonly LineStyle[];
  readonly hidden: ReadonlySet<string>;
  readonly readings: ReadingStore;
  readonly onToggle: (key: string) => void;
}

/** Every line with its colour and dashes, its value under the pointer, and a button that hides it. */
export function CurvesLegend({
  series,
  styles,
  hidden,
  readings,
  onToggle,
}: CurvesLegendProps): ReactElement {
  const words = useWords();
  const reading = useSyncExternalStore(readings.subscribe, readings.snapshot);
  return (
    <div className="curves-legend">
      <p className="curves-step number">
        {reading === null
          ? words.curves.atEnd
          : words.curves.atStep(reading.step.toLocaleString(words.locale))}
      </p>
      <ul aria-label={words.curves.legend}>
        {series.map(({ key, label, runs, values }, at) => {
          const shown = !hidden.has(key);
          const value = reading === null ? lastOf(values) : (reading.values[at] ?? null);
          const name = runs.length > 1 ? `${label} (${runs.length})` : label;
          return (
            <li key={key}>
              <button
                type="button"
                className={`curves-entry ${shown ? '' : 'curves-off'}`}
                aria-pressed={shown}
                title={shown ? words.curves.hide(label) : words.curves.show(label)}
                onClick={() => onToggle(key)}
              >
                <Swatch style={styles[at]!} />
                <bdi className="curves-label">{name}</bdi>
                <span className="number">{value === null || !shown ? '' : formatMeasure(value, words)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Swatch({ style }: { readonly style: LineStyle }): ReactElement {
  return (
    <svg className="swatch" width="30" height="10" viewBox="0 0 30 10" aria-hidden="true">
      <line
        x1="1"
        y1="5"
        x2="29"
        y2="5"
        stroke={style.color}
        strokeWidth="2"
        strokeDasharray={style.dash.join(' ')}
      />
    </svg>
  );
}

function lastOf(values: Float64Array): number | null {
  const last = values.findLast(Number.isFinite);
  return last ?? null;
}

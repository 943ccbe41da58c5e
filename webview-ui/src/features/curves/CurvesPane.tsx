import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import type { CurvesView } from '../../../../src/protocol/curves';
import { Button } from '../../components/controls';
import { Foldable } from '../../components/Foldable';
import type { CurvesPlot } from '../../curves/curvesPlot';
import { curvesCsv } from '../../curves/curvesCsv';
import { curvesPicture } from '../../curves/curvesPicture';
import { plotData } from '../../curves/plotData';
import { ReadingStore } from '../../curves/readingStore';
import { curvesQueryOf } from '../../state/curveChoice';
import { CurvesStore } from '../../state/curvesStore';
import { usePanel } from '../../state/panelContext';
import type { CurvesPlace } from '../../state/panelState';
import { useWords } from '../../text/wordsContext';
import { CurvesControls } from './CurvesControls';
import { CurvesFigure } from './CurvesFigure';
import { CurvesLegend } from './CurvesLegend';
import { CurvesTable } from './CurvesTable';
import { describeCurves } from './describeCurves';
import { usePlotSetup } from './usePlotSetup';

const noCurves = new CurvesStore();

interface CurvesPaneProps {
  readonly place: CurvesPlace;
  /** Runs to draw; null: those of the chosen milestone. */
  readonly runs: readonly string[] | null;
}

/** Curves as they grow: asked for while this is shown, and only then. */
export function CurvesPane({ place, runs }: CurvesPaneProps): ReactElement {
  const words = useWords();
  const { state, dispatch, send, curves } = usePanel();
  const { subscribe, snapshot } = curves ?? noCurves;
  const view = useSyncExternalStore(subscribe, snapshot);
  const choice = state.curves[place];
  // Compared as text: the list of runs is another object at each drawing.
  const query = JSON.stringify(curvesQueryOf(choice, runs));
  useEffect(() => {
    send({ type: 'curves.look', curves: JSON.parse(query) as CurvesView['query'] });
  }, [send, query]);
  useEffect(() => () => send({ type: 'curves.look', curves: null }), [send]);

  const mine = view !== null && (view.query.runs === null) === (runs === null) ? view : null;
  if (mine === null) return <p className="aside curves-none">{words.curves.reading}</p>;
  return (
    <div className="curves" aria-busy={JSON.stringify(mine.query) !== query}>
      <CurvesControls
        view={mine}
        choice={choice}
        givenRuns={runs !== null}
        onChange={(change) => dispatch({ type: 'curved', place, change })}
      />
      {mine.metric === null || mine.series.length === 0 ? (
        <p className="aside curves-none">{words.curves.nothing}</p>
      ) : (
        <Drawn view={mine} metric={mine.metric} place={place} />
      )}
    </div>
  );
}

interface DrawnProps {
  readonly view: CurvesView;
  readonly metric: string;
  readonly place: CurvesPlace;
}

function Drawn({ view, metric, place }: DrawnProps): ReactElement {
  const words = useWords();
  const { state, dispatch, send } = usePanel();
  const { smoothing, log } = state.curves[place];
  const { series } = view;
  const data = useMemo(() => plotData(series, { smoothing, log }), [series, smoothing, log]);
  const { setup, styles, look } = usePlotSetup(series, metric, data, log);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const hiddenLines = useMemo(() => series.map(({ key }) => hidden.has(key)), [series, hidden]);
  const [zoomed, setZoomed] = useState(false);
  const [readings] = useState(() => new ReadingStore());
  const plot = useRef<CurvesPlot | null>(null);
  const toggle = (key: string) => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    setHidden(next);
  };
  const fileName = (ending: string) => `${metric.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.${ending}`;
  const savePicture = async () => {
    if (plot.current === null) return;
    const lines = series.flatMap(({ key, label }, at) =>
      hidden.has(key) ? [] : [{ label, style: styles[at]! }],
    );
    const bytes = await curvesPicture({ plot: plot.current.picture, title: setup.yLabel, lines, look });
    send({ type: 'file.save', name: fileName('png'), bytes });
  };
  const tableKey = `curves:${place}`;
  return (
    <>
      <div className="curves-drawn">
        <CurvesFigure
          setup={setup}
          data={data}
          hidden={hiddenLines}
          alt={describeCurves(view, metric, words)}
          hint={words.curves.keys}
          plot={plot}
          onRead={readings.set}
          onZoom={setZoomed}
        />
        <CurvesLegend series={series} styles={styles} hidden={hidden} readings={readings} onToggle={toggle} />
      </div>
      <Notes view={view} smoothing={smoothing} dropped={data.dropped} />
      <div className="actions">
        <Button disabled={!zoomed} onPress={() => plot.current?.resetZoom()}>
          {words.curves.resetZoom}
        </Button>
        <Button onPress={() => void savePicture()}>{words.curves.savePng}</Button>
        <Button
          onPress={() =>
            send({
              type: 'file.save',
              name: fileName('csv'),
              bytes: new TextEncoder().encode(curvesCsv(view, hidden)),
            })
          }
        >
          {words.curves.saveCsv}
        </Button>
      </div>
      <Foldable
        title={words.curves.table}
        open={state.expanded.has(tableKey)}
        onToggle={(open) => dispatch({ type: 'expanded', key: tableKey, open })}
      >
        <CurvesTable series={series} metric={metric} />
      </Foldable>
    </>
  );
}

/** What a reader must know of this picture, and nothing that is not so. */
function Notes(props: {
  readonly view: CurvesView;
  readonly smoothing: number;
  readonly dropped: number;
}): ReactElement | null {
  const { curves } = useWords();
  const { series, omitted, silent } = props.view;
  const notes = [
    props.smoothing > 0 ? curves.smoothed(props.smoothing.toFixed(2), series.length <= 20) : null,
    series.some(({ spread }) => spread !== null) ? curves.band : null,
    series.some(({ restarts }) => restarts.length > 0) ? curves.restarted : null,
    props.dropped > 0 ? curves.notOnLog(props.dropped) : null,
    omitted > 0 ? curves.omitted(omitted) : null,
    silent > 0 ? curves.silent(silent) : null,
  ].filter((note) => note !== null);
  return notes.length === 0 ? null : <p className="aside curves-notes">{notes.join(' ')}</p>;
}

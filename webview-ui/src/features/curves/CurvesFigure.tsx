import {
  memo,
  useEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MutableRefObject,
  type ReactElement,
} from 'react';
import { CurvesPlot, type PlotReading, type PlotSetup } from '../../curves/curvesPlot';
import type { PlotData } from '../../curves/plotData';

interface CurvesFigureProps {
  /** The same object as long as the plot need not be built anew. */
  readonly setup: PlotSetup;
  readonly data: PlotData;
  /** Lines that are hidden, by index. */
  readonly hidden: readonly boolean[];
  /** What the picture shows, in words. */
  readonly alt: string;
  readonly hint: string;
  readonly plot: MutableRefObject<CurvesPlot | null>;
  readonly onRead: (reading: PlotReading | null) => void;
  readonly onZoom: (zoomed: boolean) => void;
}

/** The picture of the curves, by mouse and by keys. */
export const CurvesFigure = memo(function CurvesFigure(props: CurvesFigureProps): ReactElement {
  const { setup, data, hidden, alt, hint, plot, onRead, onZoom } = props;
  const place = useRef<HTMLDivElement>(null);
  const newest = useRef({ data, hidden });
  newest.current = { data, hidden };
  const drawn = useRef<PlotData | null>(null);
  const [built, setBuilt] = useState(0);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = new CurvesPlot(element, setup, newest.current.data, { onRead, onZoom });
    drawn.current = newest.current.data;
    plot.current = made;
    setBuilt((count) => count + 1);
    onZoom(false);
    const sizes = new ResizeObserver(([entry]) => {
      if (entry !== undefined) made.setSize(entry.contentRect.width, entry.contentRect.height);
    });
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      plot.current = null;
      made.destroy();
    };
  }, [setup, plot, onRead, onZoom]);

  useEffect(() => {
    if (drawn.current === data) return;
    drawn.current = data;
    plot.current?.setData(data);
  }, [data, plot]);

  useEffect(() => {
    plot.current?.setHidden((line) => hidden[line] === true);
  }, [hidden, plot, built]);

  const onKeyDown = (event: KeyboardEvent) => {
    const made = plot.current;
    if (made === null) return;
    const { key, shiftKey } = event;
    if (key === 'ArrowRight') made.moveReading(shiftKey ? 10 : 1);
    else if (key === 'ArrowLeft') made.moveReading(shiftKey ? -10 : -1);
    else if (key === '+' || key === '=') made.zoomBy(0.5);
    else if (key === '-') made.zoomBy(2);
    else if (key === '0' || key === 'Escape') made.resetZoom();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      className="curves-figure"
      role="img"
      aria-label={alt}
      aria-description={hint}
      title={hint}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className="curves-place" ref={place} />
    </div>
  );
});

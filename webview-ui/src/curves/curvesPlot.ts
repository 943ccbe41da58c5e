import uPlot from 'uplot';
import type { LineStyle } from './lineStyle';
import type { PlotData } from './plotData';
import type { PlotLook } from './plotLook';

/** What decides how a plot is built; a plot with another setup is another plot. */
export interface PlotSetup {
  readonly layout: PlotData['layout'];
  /** By line. */
  readonly styles: readonly LineStyle[];
  readonly labels: readonly string[];
  /** Steps to mark, by line. */
  readonly restarts: readonly (readonly number[])[];
  readonly log: boolean;
  readonly look: PlotLook;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly formatNumber: (value: number) => string;
}

/** What lies under the pointer: the step, and the values by line (null: no point near). */
export interface PlotReading {
  readonly step: number;
  readonly values: readonly (number | null)[];
}

/**
 * Points up to which lines have their dashes: of a million points a dash is a blur, and drawing it takes several times as
 * long. The legend and the reading under the pointer tell such lines apart.
 */
const mostPatternedPoints = 200_000;

interface PlotEvents {
  readonly onRead: (reading: PlotReading | null) => void;
  readonly onZoom: (zoomed: boolean) => void;
}

/** The picture itself: uPlot on a canvas, with what the panel needs of it. Whoever makes one destroys it. */
export class CurvesPlot {
  private readonly plot: uPlot;
  private zoomed = false;

  private readonly crowded: boolean;

  constructor(
    place: HTMLElement,
    private readonly setup: PlotSetup,
    data: PlotData,
    private readonly events: PlotEvents,
  ) {
    this.crowded = data.steps.length * data.columns.length > mostPatternedPoints;
    const { width, height } = place.getBoundingClientRect();
    this.plot = new uPlot({ ...this.options(), width, height }, columnsOf(data), place);
  }

  get picture(): HTMLCanvasElement {
    return this.plot.ctx.canvas;
  }

  /** New values for the same lines; a zoom stays where it is. */
  setData(data: PlotData): void {
    const { plot } = this;
    const { min, max } = plot.scales.x ?? {};
    if (!this.zoomed || min === undefined || max === undefined) return plot.setData(columnsOf(data), true);
    plot.batch(() => {
      plot.setData(columnsOf(data), false);
      plot.setScale('x', { min, max });
    });
  }

  setSize(width: number, height: number): void {
    if (width > 0 && height > 0 && (width !== this.plot.width || height !== this.plot.height))
      this.plot.setSize({ width, height });
  }

  setHidden(isHidden: (line: number) => boolean): void {
    const { plot } = this;
    plot.batch(() => {
      this.setup.layout.forEach(({ of }, at) => {
        const show = !isHidden(of);
        if (plot.series[at + 1]?.show !== show) plot.setSeries(at + 1, { show });
      });
    });
  }

  /** Zooms by `factor` (below 1: closer) around what is read, or the middle. */
  zoomBy(factor: number): void {
    const { min, max } = this.plot.scales.x ?? {};
    if (min === undefined || max === undefined) return;
    const { idx } = this.plot.cursor;
    const centre = idx == null ? (min + max) / 2 : (this.plot.data[0][idx] ?? (min + max) / 2);
    const low = centre - (centre - min) * factor;
    const high = centre + (max - centre) * factor;
    if (high > low) this.plot.setScale('x', { min: low, max: high });
  }

  resetZoom(): void {
    this.plot.setData(this.plot.data, true);
  }

  /** Moves what is read by so many points; from nowhere, to the middle of what is seen. */
  moveReading(by: number): void {
    const { plot } = this;
    const steps = plot.data[0];
    const { min, max } = plot.scales.x ?? {};
    if (steps.length === 0 || min === undefined || max === undefined) return;
    const { idx } = plot.cursor;
    const at = idx == null ? plot.valToIdx((min + max) / 2) : idx + by;
    const step = steps[Math.max(0, Math.min(at, steps.length - 1))]!;
    plot.setCursor({ left: plot.valToPos(step, 'x'), top: plot.over.clientHeight / 2 });
  }

  destroy(): void {
    this.plot.destroy();
  }

  private options(): Omit<uPlot.Options, 'width' | 'height'> {
    const { setup } = this;
    const { look, formatNumber } = setup;
    const axis = {
      stroke: look.quiet,
      font: look.font,
      labelFont: look.font,
      labelSize: 20,
      grid: { stroke: look.grid, width: 1 },
      ticks: { stroke: look.grid, width: 1, size: 4 },
    };
    const numbers = (_plot: uPlot, splits: number[]) =>
      splits.map((value) => (value === null ? null : formatNumber(value)));
    return {
      legend: { show: false },
      padding: [8, 26, 0, 0],
      cursor: { drag: { x: true, y: false, dist: 4 }, points: { size: 7 } },
      scales: { x: { time: false }, y: setup.log ? { distr: 3, range: tightLog } : { distr: 1 } },
      axes: [
        { ...axis, label: setup.xLabel, size: 34, values: numbers, incrs: stepsBetween },
        {
          ...axis,
          label: setup.yLabel,
          size: (_plot, values) => sizeOf(values),
          ...(setup.log ? {} : { values: numbers }),
        },
      ],
      series: [{}, ...setup.layout.map((column) => this.seriesOf(column))],
      bands: bandsOf(setup),
      hooks: {
        setLegend: [() => this.events.onRead(this.read())],
        setScale: [(plot, key) => key === 'x' && this.zoomChanged(plot)],
        draw: [(plot) => this.markRestarts(plot)],
      },
    };
  }

  private seriesOf({ kind, of }: PlotData['layout'][number]): uPlot.Series {
    const { styles, labels } = this.setup;
    const { color, dash } = styles[of]!;
    const label = labels[of]!;
    const edge = kind === 'low' || kind === 'high';
    const points = { show: kind === 'line' ? undefined : false };
    return {
      label,
      stroke: edge ? 'transparent' : color,
      width: edge ? 0 : kind === 'shadow' || this.crowded ? 1 : 1.75,
      dash: kind === 'line' && !this.crowded ? [...dash] : [],
      alpha: kind === 'shadow' ? 0.35 : 1,
      points: { ...points, size: 4 },
    };
  }

  private read(): PlotReading | null {
    const { idx, idxs } = this.plot.cursor;
    if (idx == null) return null;
    const values: (number | null)[] = this.setup.styles.map(() => null);
    this.setup.layout.forEach(({ kind, of }, at) => {
      const own = idxs?.[at + 1];
      if (kind === 'line' && own != null) values[of] = this.plot.data[at + 1]?.[own] ?? null;
    });
    return { step: this.plot.data[0][idx]!, values };
  }

  private zoomChanged({ scales, data }: uPlot): void {
    const { min, max } = scales.x ?? {};
    const steps = data[0];
    if (min == null || max == null || steps.length === 0) return;
    const zoomed = min > steps[0]! || max < steps[steps.length - 1]!;
    if (zoomed === this.zoomed) return;
    this.zoomed = zoomed;
    this.events.onZoom(zoomed);
  }

  /** A short stroke on the axis of steps wherever a run went on after an interruption. */
  private markRestarts(plot: uPlot): void {
    const { ctx, bbox, series } = plot;
    const bottom = bbox.top + bbox.height;
    this.setup.restarts.forEach((steps, line) => {
      const column = this.setup.layout.findIndex(({ kind, of }) => kind === 'line' && of === line);
      if (series[column + 1]?.show !== true) return;
      ctx.save();
      ctx.strokeStyle = this.setup.styles[line]!.color;
      ctx.lineWidth = 2 * devicePixelRatio;
      for (const step of steps) {
        const x = plot.valToPos(step, 'x', true);
        if (x < bbox.left || x > bbox.left + bbox.width) continue;
        ctx.beginPath();
        ctx.moveTo(x, bottom);
        ctx.lineTo(x, bottom - 10 * devicePixelRatio);
        ctx.stroke();
      }
      ctx.restore();
    });
  }
}

const round = [1, 2, 2.5, 5];
const decades = Array.from({ length: 22 }, (_, at) => 10 ** (at - 6));
const increments = decades.flatMap((decade) => round.map((digit) => digit * decade));

/** Whole steps are never marked at halves. */
const stepsBetween = ({ data }: uPlot): number[] =>
  data[0].every(Number.isInteger) ? increments.filter(Number.isInteger) : increments;

/** From the data's own lowest to its highest, not to whole powers of ten. */
const tightLog: uPlot.Range.Function = (_plot, min, max) => uPlot.rangeLog(min, max, 10, false);

function columnsOf({ steps, columns }: PlotData): uPlot.AlignedData {
  return [steps, ...columns];
}

function bandsOf({ layout, styles }: PlotSetup): uPlot.Band[] {
  return layout.flatMap(({ kind, of }, at) => {
    if (kind !== 'high') return [];
    const low = layout.findIndex((each) => each.kind === 'low' && each.of === of);
    return [{ series: [at + 1, low + 1] as uPlot.Band.Bounds, fill: `${styles[of]!.color}38` }];
  });
}

/** Room for the longest number of the axis, in pixels. */
function sizeOf(values: readonly (string | null)[] | null): number {
  const longest = (values ?? []).reduce((most, value) => Math.max(most, value?.length ?? 0), 0);
  return Math.max(36, 16 + longest * 7.2);
}

import type { CurvePoint } from '../downsample';
import { summarise } from '../statistics';
import {
  at,
  horizontalAxis,
  label,
  niceAxis,
  plotColours,
  plotWidth,
  scale,
  svgDocument,
  verticalAxis,
  type Frame,
} from './svg';

export interface CurveGroup {
  readonly label: string;
  /** One a run; steps ascend. */
  readonly curves: readonly (readonly CurvePoint[])[];
}

interface Band {
  readonly label: string;
  readonly runs: number;
  readonly points: readonly { readonly step: number; readonly mean: number; readonly std: number }[];
}

/** Steps at which curves are averaged. */
const gridSize = 200;
const legendRow = 18;

/** The mean over the runs of each system as a line, one standard deviation as a band. */
export function curvePlot(series: string, title: string, groups: readonly CurveGroup[]): string | null {
  const bands = groups.map(bandOf).filter(({ points }) => points.length > 1);
  if (bands.length === 0) return null;
  const all = bands.flatMap(({ points }) => points);
  const ys = niceAxis(
    Math.min(...all.map(({ mean, std }) => mean - std)),
    Math.max(...all.map(({ mean, std }) => mean + std)),
  );
  const xs = niceAxis(Math.min(...all.map(({ step }) => step)), Math.max(...all.map(({ step }) => step)), 7);
  const top = 40 + legendRow * Math.ceil(bands.length / 3);
  const frame: Frame = { left: 70, top, width: plotWidth - 94, height: 300 };
  const x = scale(xs, frame.left, frame.left + frame.width);
  const y = scale(ys, frame.top + frame.height, frame.top);
  const body = [
    label(24, 24, title, 'start', ' font-size="15" font-weight="600"'),
    ...bands.flatMap(({ label: name, runs }, i) => {
      const left = frame.left + (i % 3) * 210;
      const row = 44 + legendRow * Math.floor(i / 3);
      const colour = plotColours[i % plotColours.length]!;
      return [
        `<rect x="${left}" y="${row - 8}" width="14" height="4" fill="${colour}"/>`,
        label(left + 20, row, `${name} (${runs})`),
      ];
    }),
    ...verticalAxis(ys, frame, y),
    ...horizontalAxis(xs, frame, x),
    ...bands.flatMap(({ points }, i) => {
      const colour = plotColours[i % plotColours.length]!;
      const edge = (sign: number) =>
        points.map(({ step, mean, std }) => `${at(x(step))},${at(y(mean + sign * std))}`);
      const line = points.map(({ step, mean }) => `${at(x(step))},${at(y(mean))}`);
      const spread = points.some(({ std }) => std > 0);
      return [
        ...(spread
          ? [
              `<polygon points="${[...edge(1), ...edge(-1).reverse()].join(' ')}" fill="${colour}" opacity="0.15"/>`,
            ]
          : []),
        `<polyline points="${line.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.8" stroke-linejoin="round"/>`,
      ];
    }),
    label(frame.left + frame.width / 2, frame.top + frame.height + 38, 'step', 'middle'),
  ];
  const described = bands.map(({ label: name, runs, points }) => {
    const last = points[points.length - 1]!;
    return `${name} (${runs}) ends at ${Number(last.mean.toPrecision(4))} at step ${last.step}`;
  });
  return svgDocument(
    { title, description: `${series}: ${described.join('; ')}`, height: frame.top + frame.height + 52 },
    body,
  );
}

/** Runs of a system on common steps, where all of them have a value: nothing is drawn beyond the shortest one. */
function bandOf({ label: name, curves }: CurveGroup): Band {
  const drawn = curves.filter((points) => points.length > 1);
  const from = Math.max(...drawn.map((points) => points[0]!.step));
  const to = Math.min(...drawn.map((points) => points[points.length - 1]!.step));
  if (drawn.length === 0 || !(to > from)) return { label: name, runs: 0, points: [] };
  const own = [...new Set(drawn.flatMap((points) => points.map(({ step }) => step)))]
    .filter((step) => step >= from && step <= to)
    .sort((a, b) => a - b);
  const grid =
    own.length <= gridSize
      ? own
      : Array.from({ length: gridSize }, (_, i) => from + ((to - from) * i) / (gridSize - 1));
  const cursors = drawn.map(() => 0);
  const points = grid.map((step) => {
    const values = drawn.map((curve, i) => {
      while (curve[cursors[i]! + 1] !== undefined && curve[cursors[i]! + 1]!.step <= step) cursors[i]!++;
      return interpolate(curve[cursors[i]!]!, curve[cursors[i]! + 1], step);
    });
    const { mean, std } = summarise(values);
    return { step, mean, std: std ?? 0 };
  });
  return { label: name, runs: drawn.length, points };
}

function interpolate(before: CurvePoint, after: CurvePoint | undefined, step: number): number {
  if (after === undefined || after.step === before.step) return before.value;
  return before.value + ((after.value - before.value) * (step - before.step)) / (after.step - before.step);
}

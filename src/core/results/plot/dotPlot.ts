import { decimalsFor } from '../number';
import { meanText } from '../report/describeFinding';
import { summarise } from '../statistics';
import { at, label, niceAxis, plotColours, plotWidth, scale, svgDocument, xml, type Axis } from './svg';

export interface DotGroup {
  readonly label: string;
  readonly values: readonly { readonly run: string; readonly value: number }[];
}

const rowHeight = 34;
const top = 44;

/** One row a system: a dot a run, the mean as a line, its standard deviation as a bar. */
export function dotPlot(metric: string, title: string, groups: readonly DotGroup[]): string {
  const values = groups.flatMap((group) => group.values.map(({ value }) => value));
  const decimals = decimalsFor(values);
  const left = 24 + Math.min(240, 7 * Math.max(...groups.map((group) => group.label.length)));
  const right = plotWidth - 170;
  const axis = niceAxis(Math.min(...values), Math.max(...values));
  const margin = 0.04 * (axis.high - axis.low);
  const wide: Axis = { ...axis, low: axis.low - margin, high: axis.high + margin };
  const x = scale(wide, left, right);
  const bottom = top + groups.length * rowHeight;
  const summaries = groups.map((group) => summarise(group.values.map(({ value }) => value)));
  const texts = groups.map((group, i) => `${group.label} ${meanText(summaries[i]!, decimals)}`);
  const body = [
    label(24, 24, title, 'start', ' font-size="15" font-weight="600"'),
    ...axis.ticks.flatMap((tick) => [
      `<line x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${top}" y2="${bottom}" stroke="#e5e5e5"/>`,
      label(x(tick), bottom + 18, String(tick), 'middle'),
    ]),
    ...groups.flatMap((group, row) => {
      const colour = plotColours[row % plotColours.length]!;
      const y = top + (row + 0.5) * rowHeight;
      const { mean, std } = summaries[row]!;
      const bar =
        std === null
          ? []
          : [
              `<rect x="${at(x(mean - std))}" y="${at(y - 7)}" width="${at(x(mean + std) - x(mean - std))}" height="14" fill="${colour}" opacity="0.18"/>`,
            ];
      return [
        label(left - 10, y + 4, group.label, 'end'),
        ...bar,
        `<line x1="${at(x(mean))}" x2="${at(x(mean))}" y1="${at(y - 10)}" y2="${at(y + 10)}" stroke="${colour}" stroke-width="2"/>`,
        ...group.values.map(
          ({ run, value }) =>
            `<circle cx="${at(x(value))}" cy="${at(y)}" r="4" fill="${colour}" fill-opacity="0.75"><title>${xml(`${run}: ${value}`)}</title></circle>`,
        ),
        label(right + 14, y + 4, meanText(summaries[row]!, decimals)),
      ];
    }),
    label((left + right) / 2, bottom + 38, metric, 'middle'),
  ];
  return svgDocument({ title, description: texts.join('; '), height: bottom + 52 }, body);
}

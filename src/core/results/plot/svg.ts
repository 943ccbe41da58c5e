/** Colours that stay apart for colour-blind readers (Okabe & Ito, "Color Universal Design", 2008). */
export const plotColours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];

/** Where values lie on paper. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const plotWidth = 720;

/** A whole drawing with the words that screen readers speak. The same content gives the same bytes. */
export function svgDocument(
  content: { readonly title: string; readonly description: string; readonly height: number },
  body: readonly string[],
): string {
  const { title, description, height } = content;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${plotWidth} ${height}" width="${plotWidth}" height="${height}" role="img" aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="12">`,
    `<title id="title">${xml(title)}</title>`,
    `<desc id="description">${xml(description)}</desc>`,
    `<rect width="${plotWidth}" height="${height}" fill="#ffffff"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

/** Text as XML character data or attribute value; control characters, which XML forbids, go. */
export function xml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

/** A coordinate: two digits are finer than any screen. */
export function at(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function label(
  x: number,
  y: number,
  text: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
  more = '',
): string {
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="#333333"${more}>${xml(text)}</text>`;
}

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/**
 * An axis over a range with about `count` round ticks (1, 2 or 5 times a power of ten); a range of one value gets room
 * around it.
 */
export function niceAxis(low: number, high: number, count = 5): Axis {
  const room = low === high ? Math.abs(low) * 0.05 || 0.5 : 0;
  const from = low - room;
  const to = high + room;
  const raw = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((each) => each * power >= raw) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  return { low: from, high: to, ticks };
}

/** Grid and numbers of the vertical axis. */
export function verticalAxis(axis: Axis, frame: Frame, y: (value: number) => number): readonly string[] {
  return axis.ticks.flatMap((tick) => [
    `<line x1="${at(frame.left)}" x2="${at(frame.left + frame.width)}" y1="${at(y(tick))}" y2="${at(y(tick))}" stroke="#e5e5e5"/>`,
    label(frame.left - 8, y(tick) + 4, String(tick), 'end'),
  ]);
}

export function horizontalAxis(axis: Axis, frame: Frame, x: (value: number) => number): readonly string[] {
  const bottom = frame.top + frame.height;
  return [
    `<line x1="${at(frame.left)}" x2="${at(frame.left + frame.width)}" y1="${at(bottom)}" y2="${at(bottom)}" stroke="#777777"/>`,
    ...axis.ticks.flatMap((tick) => [
      `<line x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${at(bottom)}" y2="${at(bottom + 4)}" stroke="#777777"/>`,
      label(x(tick), bottom + 18, String(tick), 'middle'),
    ]),
  ];
}

/** A linear map of an axis onto paper; `to` may be smaller than `from`. */
export function scale(axis: Axis, from: number, to: number): (value: number) => number {
  return (value) => from + ((value - axis.low) / (axis.high - axis.low)) * (to - from);
}

/** How a line is drawn: colour and dashes together tell it from the others. */
export interface LineStyle {
  readonly color: string;
  /** Lengths in pixels, line and gap in turn; empty: solid. */
  readonly dash: readonly number[];
}

export type Ground = 'dark' | 'light';

/**
 * After Okabe and Ito ("Color Universal Design", 2008), eight colours that people with any colour vision tell apart;
 * moved in lightness until each stands at least 3:1 against an editor of its kind (WCAG 2.1, 1.4.11).
 */
export const palettes: Readonly<Record<Ground, readonly string[]>> = {
  dark: ['#56b4e9', '#e69f00', '#1fc99a', '#f0e442', '#e07b39', '#cc79a7', '#6d9bff', '#d0d0d0'],
  light: ['#0072b2', '#b35900', '#00785a', '#a34a7f', '#c23b00', '#3d6fb6', '#7d6a00', '#3b3b3b'],
};

const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 2], [14, 5]];

/**
 * The style of each line: lines of one system share a colour and differ in dashes, systems differ in both. Above 48
 * combinations they come again; then the legend and the hover tell.
 */
export function lineStyles(systems: readonly (string | null)[], ground: Ground): readonly LineStyle[] {
  const palette = palettes[ground];
  const order = new Map<string, number>();
  const within = new Map<number, number>();
  return systems.map((system, at) => {
    const key = system ?? `line ${at}`;
    if (!order.has(key)) order.set(key, order.size);
    const index = order.get(key)!;
    const turn = within.get(index) ?? 0;
    within.set(index, turn + 1);
    const place = index % palette.length;
    const round = Math.floor(index / palette.length);
    return {
      color: palette[place]!,
      dash: dashes[(place + round + turn) % dashes.length]!,
    };
  });
}

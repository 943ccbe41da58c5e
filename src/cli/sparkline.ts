const bars = '▁▂▃▄▅▆▇█';

/** Values as one line of text, oldest first, from the lowest bar for the least to the highest for the greatest. */
export function sparkline(values: readonly number[]): string {
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  return values
    .map((value) => bars[range === 0 ? 3 : Math.min(7, Math.floor(((value - least) / range) * 8))]!)
    .join('');
}

/** `▇▅▃▂▁ 0.123`; empty where there is nothing yet. */
export function describeSpark(values: readonly number[]): string {
  const newest = values.at(-1);
  return newest === undefined ? '' : `${sparkline(values)} ${Number(newest.toPrecision(4))}`;
}

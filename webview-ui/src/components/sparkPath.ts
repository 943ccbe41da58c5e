/**
 * The SVG path of a small curve through `values` in a box of `width` by `height`; null where fewer than two are
 * finite. A value that is not finite (a run that diverged) leaves a gap.
 */
export function sparkPath(values: readonly number[], width: number, height: number): string | null {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return null;
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const step = width / (values.length - 1);
  // A flat curve lies in the middle.
  const y = (value: number) => (high === low ? height / 2 : height - ((value - low) / (high - low)) * height);
  let path = '';
  let pen = 'M';
  values.forEach((value, index) => {
    if (!Number.isFinite(value)) {
      pen = 'M';
      return;
    }
    path += `${pen}${(index * step).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = 'L';
  });
  return path;
}

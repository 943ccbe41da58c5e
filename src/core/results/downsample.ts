/** A point of a curve to draw. */
export interface CurvePoint {
  readonly step: number;
  readonly value: number;
}

/**
 * Keeps `count` points that look like all of them: largest-triangle-three-buckets (Steinarsson, "Downsampling
 * Time Series for Visual Representation", MSc thesis, University of Iceland, 2013). First and last points
 * stay. Values must be finite; steps ascend.
 */
export function downsample<P extends CurvePoint>(points: readonly P[], count: number): readonly P[] {
  if (count >= points.length || points.length <= 2) return points;
  if (count < 3) return [points[0]!, points.at(-1)!].slice(0, Math.max(count, 0));
  const kept: P[] = [points[0]!];
  const width = (points.length - 2) / (count - 2);
  for (let bucket = 0; bucket < count - 2; bucket++) {
    const from = 1 + Math.floor(bucket * width);
    const to = 1 + Math.floor((bucket + 1) * width);
    const next = points.slice(
      to,
      Math.max(to + 1, Math.min(1 + Math.floor((bucket + 2) * width), points.length)),
    );
    const nextStep = next.reduce((sum, p) => sum + p.step, 0) / next.length;
    const nextValue = next.reduce((sum, p) => sum + p.value, 0) / next.length;
    const before = kept.at(-1)!;
    let best = points[from]!;
    let largest = -1;
    for (const point of points.slice(from, to)) {
      const area = Math.abs(
        (before.step - nextStep) * (point.value - before.value) -
          (before.step - point.step) * (nextValue - before.value),
      );
      if (area > largest) [largest, best] = [area, point];
    }
    kept.push(best);
  }
  kept.push(points.at(-1)!);
  return kept;
}

/** A curve as it was read: steps ascend, values are finite, `gaps` are steps at which no number was written. */
export interface PlainCurve {
  readonly points: readonly { readonly step: number; readonly value: number }[];
  readonly gaps: readonly number[];
}

export interface MeanCurve {
  readonly steps: Float64Array;
  readonly values: Float64Array;
  readonly spread: Float64Array | null;
  readonly counts: Float64Array | null;
}

/**
 * The mean of runs at each step that one of them has, with the sample standard deviation. Between two of its points a
 * run is taken to go straight, before its first and after its last it does not count, and at a gap neither. A
 * single run is itself, with NaN at its gaps. Where fewer than half of the runs have a value (two at the least) there
 * is no mean: the few that went on longer would pass for all. Of several at most `most` steps are kept, evenly, with the first and the last.
 */
export function meanCurve(curves: readonly PlainCurve[], most: number): MeanCurve {
  // A single run was thinned where it was read, by its extremes; picking again could lose them.
  const steps = curves.length === 1 ? allSteps(curves) : thinned(allSteps(curves), most);
  const tracks = curves.map((curve) => valuesAt(curve, steps));
  const values = new Float64Array(steps.length);
  if (curves.length === 1) return { steps, values: tracks[0]!, spread: null, counts: null };
  const spread = new Float64Array(steps.length);
  const counts = new Float64Array(steps.length);
  const least = Math.max(2, Math.ceil(curves.length / 2));
  for (let at = 0; at < steps.length; at++) {
    // Welford's running mean and sum of squares: no loss of digits for large values that are close together.
    let n = 0;
    let mean = 0;
    let squares = 0;
    for (const track of tracks) {
      const value = track[at]!;
      if (Number.isNaN(value)) continue;
      n++;
      const off = value - mean;
      mean += off / n;
      squares += off * (value - mean);
    }
    values[at] = n < least ? Number.NaN : mean;
    spread[at] = n < least ? Number.NaN : Math.sqrt(squares / (n - 1));
    counts[at] = n;
  }
  return { steps, values, spread, counts };
}

function allSteps(curves: readonly PlainCurve[]): Float64Array {
  const steps = new Set<number>();
  for (const { points, gaps } of curves) {
    for (const { step } of points) steps.add(step);
    for (const gap of gaps) steps.add(gap);
  }
  return Float64Array.from(steps).sort();
}

function thinned(steps: Float64Array, most: number): Float64Array {
  if (steps.length <= most) return steps;
  const stride = (steps.length - 1) / (most - 1);
  return Float64Array.from({ length: most }, (_, at) => steps[Math.round(at * stride)]!);
}

/** The curve's value at each of `steps` (ascending), NaN outside it and where no number was written. */
function valuesAt({ points, gaps }: PlainCurve, steps: Float64Array): Float64Array {
  const broken = new Set(gaps);
  const values = new Float64Array(steps.length).fill(Number.NaN);
  let right = 0;
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at]!;
    while (right < points.length && points[right]!.step < step) right++;
    const after = points[right];
    if (after === undefined) break;
    if (after.step === step) values[at] = after.value;
    else if (right > 0 && !broken.has(step)) {
      const before = points[right - 1]!;
      // A gap between the two neighbours breaks the line all the way between them.
      if (gaps.some((gap) => before.step < gap && gap < after.step)) continue;
      const share = (step - before.step) / (after.step - before.step);
      values[at] = before.value + share * (after.value - before.value);
    }
  }
  return values;
}

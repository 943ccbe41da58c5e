/**
 * Exponential moving average, with the correction for its beginning that Adam uses (Kingma and Ba, "Adam: A Method for
 * Stochastic Optimization", 2015, section 3): the first value is itself and not drawn towards zero. `weight` is
 * that of the past, 0 to below 1; 0 changes nothing. What is not finite stays as it is and does not count.
 */
export function smooth(values: Float64Array, weight: number): Float64Array {
  if (weight <= 0) return values;
  const smoothed = new Float64Array(values.length);
  let average = 0;
  let share = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (!Number.isFinite(value)) {
      smoothed[at] = value;
      continue;
    }
    average = weight * average + (1 - weight) * value;
    share = weight * share + (1 - weight);
    smoothed[at] = average / share;
  }
  return smoothed;
}

import { contains, newRows, overlap } from './rows';
import { dataOf, influencesOf, mergeInfluences, type Data, type Influence, type Value } from './value';

/** Columns that were chosen by what a selector, a model or a correlation said of the rows. */
export function chosenColumns(base: Data, { name, over, at }: Value & { kind: 'stat' }): Data {
  const influence: Influence = { effect: 'select', name, over, at, column: null };
  return {
    ...base,
    influences: mergeInfluences(base.influences, [influence]),
    prediction: null,
    column: null,
  };
}

/** Gaps that took the value of the row before or after. */
export function filledFromNeighbours(base: Data, name: string, at: number): Data {
  const influence: Influence = { effect: 'neighbour', name, over: base.rows, at, column: null };
  return { ...base, influences: mergeInfluences(base.influences, [influence]), prediction: null };
}

/** Rows drawn with repetition: after it, one sample stands there more than once. */
export function resampled(base: Data, name: string, at: number): Data {
  const influence: Influence = { effect: 'resample', name, over: base.rows, at, column: null };
  return dataOf(newRows('derived', [base.rows]), {
    influences: mergeInfluences(base.influences, [influence]),
    column: base.column,
  });
}

/** What a value brings into the frame that it is assigned into. */
export function influenceOfAssigned(value: Value): readonly Influence[] {
  if (value.kind === 'stat') {
    const effect = value.how === 'group' ? 'target' : 'impute';
    return [{ effect, name: value.name, over: value.over, at: value.at, column: value.column }];
  }
  return influencesOf(value);
}

/** A comparison: a mask; of a prediction against a threshold still the prediction, now as labels. */
export function compared(left: Value, right: Value, data: Data): Value {
  const other = data === left ? right : left;
  const prediction =
    data.prediction && other.kind !== 'data' ? { ...data.prediction, output: 'labels' as const } : null;
  return { ...data, mask: true, prediction, column: null };
}

/** Arithmetic: with a statistic of the rows it is normalisation; with a number a prediction stays one. */
export function normalised(left: Value, right: Value, data: Data, op: string): Value {
  const other = data === left ? right : left;
  // One largest value for all pixels is a unit, as 255 is.
  const unit = other.kind === 'stat' && op === '/' && /^a?max$/.test(other.name) && other.column === null;
  if (other.kind === 'stat' && !unit && ['-', '/', '*', '+'].includes(op)) {
    const scales = contains(other.over, data.rows, true) || overlap(other.over, data.rows);
    const mark: Influence = {
      effect: other.how === 'group' ? 'target' : 'scale',
      name: other.name,
      over: other.over,
      at: other.at,
      column: other.column,
    };
    return {
      ...data,
      prediction: null,
      influences:
        scales || other.over.kind !== 'derived' ? mergeInfluences(data.influences, [mark]) : data.influences,
    };
  }
  if (other.kind === 'data') {
    return dataOf(data.rows, { influences: mergeInfluences(data.influences, other.influences) });
  }
  return {
    ...data,
    mask: false,
    prediction: other.kind === 'const' ? data.prediction : null,
    influences: mergeInfluences(data.influences, influencesOf(other)),
  };
}

import type { ClassDef, FunctionDef } from '../python/ast';
import type { Rows, Split } from './rows';

export type Effect =
  | 'scale'
  | 'impute'
  | 'encode'
  | 'vectorise'
  | 'project'
  | 'select'
  | 'cluster'
  | 'target'
  | 'resample'
  | 'duplicate'
  | 'neighbour'
  | 'aggregate'
  | 'discretise'
  | 'augment';

/** Something that was computed from rows and went into a value: the mark that leakage leaves. */
export interface Influence {
  readonly effect: Effect;
  /** `StandardScaler`, `mean`. */
  readonly name: string;
  readonly over: Rows;
  /** Offset of the code that did it. */
  readonly at: number;
  /** Of a statistic by group: the column that was averaged, which matters when it is the target. */
  readonly column: string | null;
}

export type Output = 'labels' | 'continuous' | 'probability' | 'unknown';

export interface Prediction {
  readonly by: Estimator;
  readonly output: Output;
  readonly at: number;
}

export type Task = 'classification' | 'regression' | null;
export type Family =
  'model' | 'transformer' | 'stateless' | 'sampler' | 'compound' | 'search' | 'splitter' | 'unknown';

/** An object with `fit`; it lives on and changes, as in Python. */
export interface Estimator {
  readonly name: string;
  readonly family: Family;
  readonly effect: Effect | null;
  readonly task: Task;
  readonly at: number;
  readonly args: ReadonlyMap<string, Value>;
  readonly steps: readonly Estimator[];
  fit: Fit | null;
  /** Rows that early stopping or a kept checkpoint looked at. */
  watched: { readonly rows: Rows; readonly at: number; readonly how: string } | null;
  /** Scores on the very rows of the fit, until a score on others redeems them. */
  scoredOnTraining: { readonly at: number; readonly label: string }[];
  scoredElsewhere: boolean;
}

export interface Fit {
  readonly rows: readonly Rows[];
  readonly influences: readonly Influence[];
  readonly at: number;
  readonly label: string;
  readonly targetColumn: string | null;
}

export interface Scope {
  readonly values: Map<string, Value>;
  readonly parent: Scope | null;
}

export type Value =
  | {
      readonly kind: 'unknown';
      readonly over: readonly Rows[];
      readonly influences: readonly Influence[];
      readonly score: boolean;
    }
  | Data
  | {
      readonly kind: 'stat';
      readonly over: Rows;
      readonly how: 'statistic' | 'group' | 'selection';
      readonly name: string;
      readonly at: number;
      readonly column: string | null;
    }
  | { readonly kind: 'estimator'; readonly estimator: Estimator }
  | {
      readonly kind: 'function';
      readonly def: FunctionDef;
      readonly scope: Scope;
      readonly self: Value | null;
    }
  | { readonly kind: 'class'; readonly def: ClassDef; readonly scope: Scope }
  | {
      readonly kind: 'instance';
      readonly def: ClassDef;
      readonly scope: Scope;
      readonly attributes: Map<string, Value>;
    }
  | { readonly kind: 'ref'; readonly path: string }
  | { readonly kind: 'sequence'; readonly items: readonly Value[] }
  | { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, Value> }
  | { readonly kind: 'const'; readonly value: string | number | boolean | null }
  /** Index arrays of one side of a split. */
  | {
      readonly kind: 'indices';
      readonly split: Split;
      readonly side: 'train' | 'test';
      readonly shares: Map<Rows, Rows>;
    }
  /** What a splitter yields, fold by fold. */
  | { readonly kind: 'folds'; readonly name: string; readonly at: number }
  /** Several parts of the same rows, in the order of their names (`random_split`, a split function not known here). */
  | { readonly kind: 'divided'; readonly data: Data; readonly split: Split; readonly sure: boolean }
  /** `df.index`: names rows rather than holding them. */
  | { readonly kind: 'index'; readonly rows: Rows };

export interface Data {
  readonly kind: 'data';
  readonly rows: Rows;
  readonly influences: readonly Influence[];
  readonly prediction: Prediction | null;
  /** The one column that it is, where the code names it. */
  readonly column: string | null;
  readonly grouped: boolean;
  /** True of a comparison: a mask that selects rows. */
  readonly mask: boolean;
}

export const nothing: Value = { kind: 'unknown', over: [], influences: [], score: false };

export function dataOf(rows: Rows, more: Partial<Data> = {}): Data {
  return {
    kind: 'data',
    rows,
    influences: [],
    prediction: null,
    column: null,
    grouped: false,
    mask: false,
    ...more,
  };
}

export function mergeInfluences(...lists: readonly (readonly Influence[])[]): readonly Influence[] {
  const filled = lists.filter(({ length }) => length > 0);
  if (filled.length <= 1) return filled[0] ?? [];
  const merged: Influence[] = [];
  for (const influence of filled.flat())
    if (
      merged.length < 24 &&
      !merged.some(
        ({ at, over, effect }) =>
          at === influence.at && over === influence.over && effect === influence.effect,
      )
    )
      merged.push(influence);
  return merged;
}

export function influencesOf(value: Value): readonly Influence[] {
  if (value.kind === 'data' || value.kind === 'unknown') return value.influences;
  if (value.kind === 'sequence') return mergeInfluences(...value.items.slice(0, 50).map(influencesOf));
  return [];
}

/** The rows that a value was computed from, as far as they are known. */
export function rowsBehind(value: Value, depth = 0): readonly Rows[] {
  if (depth > 4) return [];
  switch (value.kind) {
    case 'data':
      return [value.rows];
    case 'unknown':
      return value.over;
    case 'stat':
      return [value.over];
    case 'sequence':
      return unique(value.items.slice(0, 50).flatMap((item) => rowsBehind(item, depth + 1)));
    case 'divided':
      return [value.data.rows];
    default:
      return [];
  }
}

export function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

/** What holds after two branches: what both say, and influences of either. */
export function join(a: Value, b: Value): Value {
  if (a === b) return a;
  if (a.kind === 'data' && b.kind === 'data') {
    if (a.rows !== b.rows)
      return {
        kind: 'unknown',
        over: unique([a.rows, b.rows]),
        influences: mergeInfluences(a.influences, b.influences),
        score: false,
      };
    return {
      ...a,
      influences: mergeInfluences(a.influences, b.influences),
      prediction: a.prediction && b.prediction ? b.prediction : null,
    };
  }
  if (a.kind === 'sequence' && b.kind === 'sequence' && a.items.length === b.items.length)
    return { kind: 'sequence', items: a.items.map((item, at) => join(item, b.items[at]!)) };
  const empty = (value: Value) =>
    (value.kind === 'unknown' && value.over.length === 0) || (value.kind === 'const' && value.value === null);
  if (empty(a)) return b;
  if (empty(b)) return a;
  if (a.kind === 'const' && b.kind === 'const') return a.value === b.value ? a : nothing;
  if (
    a.kind === 'estimator' ||
    a.kind === 'function' ||
    a.kind === 'class' ||
    a.kind === 'ref' ||
    a.kind === 'instance'
  )
    return b;
  return {
    kind: 'unknown',
    over: unique([...rowsBehind(a), ...rowsBehind(b)]),
    influences: mergeInfluences(influencesOf(a), influencesOf(b)),
    score: false,
  };
}

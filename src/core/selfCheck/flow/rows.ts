export type Role = 'train' | 'test' | 'validation';

/** One place where rows were divided. */
export interface Split {
  /** `train_test_split`, `KFold.split`, `slices`. */
  readonly name: string;
  readonly at: number;
  /** Rows are drawn at random, so that neighbours come to stand on different sides. */
  readonly shuffled?: boolean;
}

/**
 * An identity of rows: which samples a value holds, whatever its columns are now. `part` and `subset` lie certainly within
 * their parent, `union` holds all of its parents, `derived` comes out of a function that is not known here.
 */
export interface Rows {
  readonly kind: 'source' | 'part' | 'subset' | 'union' | 'derived';
  readonly parents: readonly Rows[];
  readonly split: Split | null;
  /** Which side of a split, or what its name or the call that loads it says. */
  role: Role | null;
  /** As the program calls it. */
  label: string;
  /** First and last row (excluded) within the parent where both are known; null is the open end. */
  readonly range: readonly [number | null, number | null] | null;
  /** Drawn at random from its parent. */
  readonly sampled: boolean;
  /** Offset of the code that shows that these rows are ordered in time. */
  temporal: number | null;
}

export function newRows(
  kind: Rows['kind'],
  parents: readonly Rows[],
  more: Partial<Omit<Rows, 'kind' | 'parents'>> = {},
): Rows {
  const temporal = parents.find((parent) => parent.temporal !== null)?.temporal ?? null;
  const inherited = kind === 'subset' || kind === 'derived' ? (parents[0]?.role ?? null) : null;
  const base = {
    split: null,
    role: inherited,
    label: parents[0]?.label ?? '',
    range: null,
    sampled: false,
    temporal,
  };
  return { kind, parents, ...base, ...more };
}

/** Is `inner` certainly within `outer`? With `weak` also through functions that are not known. */
export function contains(outer: Rows, inner: Rows, weak = false, depth = 0): boolean {
  if (outer === inner) return true;
  if (depth > 30) return false;
  if (outer.kind === 'union' && outer.parents.some((parent) => contains(parent, inner, weak, depth + 1)))
    return true;
  if (inner.kind === 'union')
    return (
      inner.parents.length > 0 && inner.parents.every((parent) => contains(outer, parent, weak, depth + 1))
    );
  if (inner.kind === 'source' || (inner.kind === 'derived' && !weak)) return false;
  return inner.parents.some((parent) => contains(outer, parent, weak, depth + 1));
}

/** Do both certainly hold a common row? */
export function overlap(a: Rows, b: Rows, depth = 0): boolean {
  if (a === b || contains(a, b) || contains(b, a)) return true;
  if (depth > 10) return false;
  if (a.kind === 'union') return a.parents.some((parent) => overlap(parent, b, depth + 1));
  if (b.kind === 'union') return b.parents.some((parent) => overlap(a, parent, depth + 1));
  if (a.parents[0] === undefined || a.parents[0] !== b.parents[0]) return false;
  if (a.range && b.range) return crosses(a.range, b.range);
  return a.sampled && b.sampled;
}

/** Half-open ranges with known signs; `[:-100]` and `[-100:]` do not cross, and what mixes signs is not told apart. */
function crosses(
  [a, b]: readonly [number | null, number | null],
  [c, d]: readonly [number | null, number | null],
): boolean {
  const known = [a, b, c, d].filter((bound): bound is number => bound !== null && bound !== 0);
  if (known.some((bound) => bound < 0) && known.some((bound) => bound > 0)) return false;
  const negative = known.some((bound) => bound < 0);
  const low = (bound: number | null) => bound ?? (negative ? -Infinity : 0);
  const high = (bound: number | null) => bound ?? (negative ? 0 : Infinity);
  return Math.max(low(a), low(c)) < Math.min(high(b), high(d));
}

/** The split that made these rows, or rows around them. */
export function splitOf(rows: Rows, depth = 0): Rows | null {
  if (rows.kind === 'part') return rows;
  if (depth > 30 || rows.kind === 'union') return null;
  for (const parent of rows.parents) {
    const found = splitOf(parent, depth + 1);
    if (found) return found;
  }
  return null;
}

export function roleOf(rows: Rows, depth = 0): Role | null {
  if (rows.role !== null || depth > 30) return rows.role;
  const roles = new Set(
    rows.kind === 'source' ? [] : rows.parents.map((parent) => roleOf(parent, depth + 1)),
  );
  return roles.size === 1 ? [...roles][0]! : null;
}

const words: readonly (readonly [Role, RegExp])[] = [
  ['test', /(?:^|_)[xy]?(?:test|tst|te|holdout|heldout|oos)\d*(?:_|$)|^[xy]?test|_test/],
  ['validation', /(?:^|_)[xy]?(?:val|valid|validation|dev|eval|cv)\d*(?:_|$)|^[xy]?val(?:id|_|s|l|d|$)/],
  ['train', /(?:^|_)[xy]?(?:train|trn|tr|training)\d*(?:_|$)|^[xy]?train|_train/],
];

/** What a name says of the rows it holds: `X_test`, `testloader`, `xVal`; null where it says nothing or two things. */
export function roleOfName(name: string): Role | null {
  const plain = name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
  const found = words.filter(([, pattern]) => pattern.test(plain)).map(([role]) => role);
  return found.length === 1 ? found[0]! : null;
}

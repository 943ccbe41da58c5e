import type { ExprOf } from '../python/ast';
import { stacked } from './evaluate';
import { assignTo } from './assign';
import { chosenColumns, filledFromNeighbours, resampled } from './dataEffects';
import type { Flow } from './flow';
import { newRows } from './rows';
import { dataOf, influencesOf, mergeInfluences, nothing, type Data, type Value } from './value';

const statistics = new Set(
  'corr size mean median std var min max quantile sum mode skew kurt kurtosis describe agg aggregate nunique count idxmax corrwith'.split(
    ' ',
  ),
);
const silent = new Set(
  'cov unique value_counts nunique info plot hist boxplot isna isnull notnull notna keys items to_csv to_pickle to_json save item get_feature_names get_feature_names_out'.split(
    ' ',
  ),
);
const fewerRows = new Set(
  'dropna drop_duplicates query head tail filter nlargest nsmallest truncate between_time first last take'.split(
    ' ',
  ),
);
const otherRows = new Set(
  'resample pivot pivot_table melt stack unstack explode reindex asfreq repeat append_rows window batch unfold'.split(
    ' ',
  ),
);
const named = /date|time|year|month|day|week|timestamp|^ts$|^ds$/i;

/** Methods that are only asked of frames and arrays: they make an unknown receiver rows. */
const frameMethods = new Set(
  'fillna dropna drop drop_duplicates astype groupby sample iterrows sort_values reset_index set_index merge get_dummies to_numpy reshape rename apply applymap'.split(
    ' ',
  ),
);

/** Statistics along an axis are only taken of arrays and frames. */
export function isFrameMethod(name: string, keys: ReadonlyMap<string, Value>): boolean {
  return frameMethods.has(name) || (statistics.has(name) && keys.has('axis'));
}

/** `data.name(args)`: what pandas, numpy and torch make of rows. */
export function callDataMethod(
  flow: Flow,
  expr: ExprOf<'call'>,
  base: Data,
  name: string,
  args: readonly Value[],
  keys: ReadonlyMap<string, Value>,
): Value {
  const callee = expr.callee as ExprOf<'attribute'>;
  const result = compute(flow, expr, base, name, args, keys);
  const inPlace = keys.get('inplace');
  if (inPlace?.kind === 'const' && inPlace.value === true && result.kind === 'data') {
    let target = callee.base;
    while (target.kind === 'index' || target.kind === 'attribute') {
      if (target.kind === 'attribute' && flow.evaluate(target.base).kind === 'instance') break;
      target = target.base;
    }
    const whole = target === callee.base ? result : flow.data(target);
    if (whole)
      assignTo(flow, target, { ...whole, influences: mergeInfluences(whole.influences, result.influences) });
  }
  return result;
}

/** How the call that this method is asked of begins: `df.rolling(` of `df.rolling(3).mean()`. */
function callBefore(flow: Flow, { callee }: ExprOf<'call'>): string {
  if (callee.kind !== 'attribute') return '';
  let base = callee.base;
  while (base.kind === 'index' || base.kind === 'attribute') base = base.base;
  return base.kind === 'call' ? `${flow.file.text.slice(base.callee.from, base.callee.to).slice(-40)}(` : '';
}

function compute(
  flow: Flow,
  expr: ExprOf<'call'>,
  base: Data,
  name: string,
  args: readonly Value[],
  keys: ReadonlyMap<string, Value>,
): Value {
  const { from } = expr;
  const axis = keys.get('axis');
  const alongRow =
    axis?.kind === 'const' && (axis.value === 1 || axis.value === 'columns' || axis.value === -1);
  if (silent.has(name)) return nothing;
  if (statistics.has(name)) {
    if (base.mask && base.prediction === null)
      return { kind: 'unknown', over: [base.rows], influences: [], score: false };
    // A mean over a moving window, or of a coarser time, is a column again and no statistic of all the rows.
    if (/\.(?:rolling|expanding|ewm|resample)\($/.test(callBefore(flow, expr)))
      return { ...base, prediction: null };
    if (alongRow) return { ...base, prediction: null };
    const how = base.grouped ? 'group' : /^corr/.test(name) ? 'selection' : 'statistic';
    return { kind: 'stat', over: base.rows, how, name, at: from, column: base.column };
  }
  switch (name) {
    case 'groupby':
      return { ...base, grouped: true, column: null, prediction: null };
    case 'transform':
    case 'apply': {
      const fills =
        base.grouped &&
        expr.args.some(({ value }) => /fillna/.test(flow.file.text.slice(value.from, value.to)));
      if (fills)
        return {
          ...base,
          grouped: false,
          influences: mergeInfluences(base.influences, [
            { effect: 'impute', name: 'the mean by group', over: base.rows, at: from, column: null },
          ]),
        };
      if (base.grouped && name === 'transform')
        return {
          kind: 'stat',
          over: base.rows,
          how: 'group',
          name: 'groupby.transform',
          at: from,
          column: base.column,
        };
      return { ...base, prediction: null };
    }
    case 'ffill':
    case 'bfill':
    case 'pad':
    case 'backfill':
    case 'interpolate':
      return filledFromNeighbours(base, name, from);
    case 'fillna':
    case 'replace':
    case 'where':
    case 'mask':
    case 'map': {
      const given = [...args, ...keys.values()].find((value) => value.kind === 'stat');
      const method = keys.get('method');
      if (name === 'fillna' && method?.kind === 'const' && typeof method.value === 'string')
        return filledFromNeighbours(base, method.value, from);
      if (given?.kind !== 'stat') return { ...base, prediction: null };
      const effect =
        name === 'map' || given.how === 'group' ? (name === 'fillna' ? 'impute' : 'target') : 'impute';
      return {
        ...base,
        influences: mergeInfluences(base.influences, [
          { effect, name: given.name, over: given.over, at: given.at, column: given.column },
        ]),
      };
    }
    case 'sample': {
      const value = (key: string) => keys.get(key) ?? null;
      const all = value('frac');
      const again = value('replace');
      if (again?.kind === 'const' && again.value === true)
        return resampled(base, 'sample(replace=True)', from);
      if (all?.kind === 'const' && all.value === 1) return base;
      return { ...base, rows: newRows('subset', [base.rows], { sampled: true, label: flow.source(expr) }) };
    }
    case 'drop': {
      const chosen = [...args, ...keys.values()].find(
        (value) => value.kind === 'stat' && value.how === 'selection',
      );
      if (chosen?.kind === 'stat') return chosenColumns(base, chosen);
      const dropped = args[0] ?? keys.get('index') ?? keys.get('labels');
      if (dropped?.kind === 'index' && !alongRow)
        return {
          ...base,
          rows: flow.share(base.rows, `drop ${expr.from}`, () =>
            newRows('subset', [base.rows], { label: flow.source(expr), role: null }),
          ),
        };
      return { ...base, prediction: null, column: null };
    }
    case 'isin':
      return { ...base, mask: true };
    case 'append': {
      const other = args[0];
      return other?.kind === 'data' ? stacked(flow, [base, other], from) : base;
    }
    case 'sort_values':
    case 'set_index':
    case 'sort_index': {
      const by = args[0] ?? keys.get('by') ?? keys.get('keys');
      const text =
        by?.kind === 'const'
          ? String(by.value)
          : by?.kind === 'sequence' && by.items[0]?.kind === 'const'
            ? String(by.items[0].value)
            : '';
      if (name !== 'sort_index' && named.test(text)) base.rows.temporal ??= from;
      return base;
    }
    case 'shift':
      if (!base.mask) base.rows.temporal ??= from;
      return base;
    case 'train_test_split': {
      const split = { name: 'train_test_split', at: from };
      const part = (role: 'train' | 'test') =>
        dataOf(newRows('part', [base.rows], { split, role }), { influences: base.influences });
      return {
        kind: 'dict',
        entries: new Map([
          ['train', part('train')],
          ['test', part('test')],
        ]),
      };
    }
    case 'merge':
    case 'join': {
      const other = args.find((value) => value.kind === 'data');
      return {
        ...base,
        influences: mergeInfluences(base.influences, other ? influencesOf(other) : []),
        prediction: null,
      };
    }
    case 'argmax':
    case 'round':
    case 'rint':
      return base.prediction ? { ...base, prediction: { ...base.prediction, output: 'labels' } } : base;
    case 'astype': {
      const type = args[0];
      const whole =
        (type?.kind === 'ref' && /int|bool/.test(type.path)) ||
        (type?.kind === 'const' && /int|bool/.test(String(type.value)));
      return base.prediction && whole
        ? { ...base, prediction: { ...base.prediction, output: 'labels' } }
        : base;
    }
    case 'index':
      return nothing;
  }
  if (fewerRows.has(name))
    return {
      ...base,
      rows: flow.share(base.rows, `${name} ${expr.from}`, () =>
        newRows('subset', [base.rows], { label: flow.source(expr) }),
      ),
    };
  if (otherRows.has(name)) {
    const rows = newRows('derived', [base.rows]);
    if (name === 'resample') rows.temporal ??= from;
    return dataOf(rows, { influences: base.influences });
  }
  return { ...base, influences: mergeInfluences(base.influences, ...args.map(influencesOf)) };
}

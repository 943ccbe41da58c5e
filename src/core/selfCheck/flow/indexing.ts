import type { Expr, ExprOf } from '../python/ast';
import type { Flow } from './flow';
import { newRows, roleOfName, type Rows } from './rows';
import { dataOf, join, nothing, type Data, type Value } from './value';
import { chosenColumns } from './dataEffects';
import { partOf } from './divide';

/** `base[items]`: a column, a slice, a mask, one side of a split, or an element. */
export function indexed(flow: Flow, expr: ExprOf<'index'>): Value {
  const base = flow.evaluate(expr.base);
  const [first] = expr.items;
  if (!first) return base;
  const key = flow.evaluate(first);
  for (const item of expr.items.slice(1)) flow.evaluate(item);
  // `X.columns[model.coef_ != 0]` is a choice of columns by that model.
  if (key.kind === 'stat' && key.how === 'selection' && base.kind !== 'data') return key;
  switch (base.kind) {
    case 'data':
      return rowsOfData(flow, expr, base, first, key);
    case 'sequence': {
      if (key.kind === 'const' && typeof key.value === 'number') return base.items.at(key.value) ?? nothing;
      if (first.kind === 'slice') return { kind: 'sequence', items: base.items };
      return base.items.length > 0 ? base.items.slice(0, 8).reduce(join) : nothing;
    }
    case 'dict': {
      if (key.kind === 'const') return base.entries.get(String(key.value)) ?? nothing;
      const values = [...base.entries.values()].slice(0, 8);
      return values.length > 0 ? values.reduce(join) : nothing;
    }
    case 'divided':
      return key.kind === 'const' && typeof key.value === 'number'
        ? partOf(flow, [], base, key.value)
        : nothing;
    case 'unknown': {
      if (key.kind === 'const' && typeof key.value === 'string') {
        const role = roleOfName(key.value);
        const label = flow.source(expr);
        if (role !== null) {
          const place = flow.data(expr.base, base);
          if (place)
            return dataOf(
              flow.share(place.rows, `key ${key.value}`, () => newRows('source', [], { label, role })),
            );
        }
        if (base.over.length === 0 && expr.base.kind === 'name') {
          const data = flow.data(expr.base, base);
          if (data) return { ...data, column: key.value };
        }
      }
      if (key.kind === 'indices' || (key.kind === 'data' && key.mask)) {
        const data = flow.data(expr.base, base);
        if (data) return rowsOfData(flow, expr, data, first, key);
      }
      return base.over.length + base.influences.length > 0 ? { ...base, score: false } : nothing;
    }
    case 'stat':
      return base;
    default:
      return nothing;
  }
}

const rowNames = /idx|ind(?:ex|ices|s)?(?:_|$)|mask|perm|fold|shuffle|order|rows|keep|(?:^|_)(?:i|j|k|ii)$/i;

function rowsOfData(flow: Flow, expr: ExprOf<'index'>, base: Data, first: Expr, key: Value): Data {
  const byRows = expr.base.kind === 'attribute' && /^(?:loc|iloc|ix)$/.test(expr.base.name);
  const part = (rows: Rows): Data => ({ ...base, rows, mask: false });
  switch (key.kind) {
    case 'indices': {
      const role = key.side === 'test' ? 'test' : 'train';
      const rows =
        key.shares.get(base.rows) ??
        newRows('part', [base.rows], { split: key.split, role, label: flow.source(expr) });
      key.shares.set(base.rows, rows);
      return part(rows);
    }
    case 'const':
      if (typeof key.value === 'string')
        return byRows
          ? part(derived(flow, base.rows, `loc ${key.value}`))
          : { ...base, column: key.value, prediction: null };
      return part(subset(flow, base.rows, `row ${String(key.value)}`, { label: flow.source(expr) }));
    case 'sequence': {
      const only = key.items.length === 1 && key.items[0]?.kind === 'const' ? key.items[0].value : null;
      return byRows && key.items.some((item) => item.kind === 'const' && typeof item.value === 'number')
        ? part(derived(flow, base.rows, key))
        : { ...base, column: typeof only === 'string' ? only : null };
    }
    case 'stat':
      return key.how === 'selection' ? chosenColumns(base, key) : base;
    case 'data':
      if (key.mask)
        return part(
          flow.share(base.rows, key, () => newRows('subset', [base.rows], { label: flow.source(expr) })),
        );
      return part(derived(flow, base.rows, key.rows));
    case 'index':
      return part(
        flow.share(base.rows, key.rows, () => newRows('subset', [base.rows], { label: flow.source(expr) })),
      );
    default:
      break;
  }
  if (first.kind === 'slice') {
    if (!first.low && !first.high) {
      const [, second] = expr.items;
      const column =
        second?.kind === 'const' && typeof second.value === 'string' ? second.value : base.column;
      return { ...base, column };
    }
    const bound = (side: Expr | null): number | null | undefined => {
      if (!side) return null;
      const value = flow.evaluate(side);
      return value.kind === 'const' && typeof value.value === 'number' ? value.value : undefined;
    };
    const [low, high] = [bound(first.low), bound(first.high)];
    const range = low === undefined || high === undefined ? null : ([low, high] as const);
    return part(subset(flow, base.rows, `slice ${flow.source(first)}`, { range, label: flow.source(expr) }));
  }
  const name = flow.source(first);
  if (
    key.kind === 'unknown' &&
    key.over.length === 0 &&
    !byRows &&
    first.kind === 'name' &&
    !rowNames.test(name) &&
    roleOfName(name) === null
  )
    return base;
  if (
    !byRows &&
    (first.kind === 'name' || first.kind === 'attribute' || first.kind === 'call') &&
    !rowNames.test(name) &&
    /col|feat|var|name|label|target|attr|pred|\bdrop\(/i.test(name)
  )
    return base;
  const role = roleOfName(name);
  return part(
    flow.share(base.rows, key === nothing ? `index ${name}` : key, () =>
      newRows('derived', [base.rows], { role, label: flow.source(expr) }),
    ),
  );
}

function subset(flow: Flow, rows: Rows, key: unknown, more: Partial<Rows>): Rows {
  return flow.share(rows, key, () => newRows('subset', [rows], more));
}

function derived(flow: Flow, rows: Rows, key: unknown): Rows {
  return flow.share(rows, key, () => newRows('derived', [rows]));
}

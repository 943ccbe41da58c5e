import type { Expr, ExprOf } from '../python/ast';
import { callExpression } from './calls';
import type { Flow } from './flow';
import { assignTo } from './assign';
import { elementOf } from './execute';
import { judgeSearchScore } from './judge';
import { judgeChoice } from './judgeSelection';
import { compared, normalised } from './dataEffects';
import { indexed } from './indexing';
import { newRows } from './rows';
import {
  dataOf,
  influencesOf,
  join,
  mergeInfluences,
  nothing,
  rowsBehind,
  unique,
  type Value,
} from './value';

/** What an expression evaluates to, as far as rows, estimators and scores are concerned. */
export function evaluate(flow: Flow, expr: Expr): Value {
  switch (expr.kind) {
    case 'name':
      return flow.lookup(expr.name) ?? { kind: 'ref', path: expr.name };
    case 'const':
      return { kind: 'const', value: expr.value };
    case 'format':
      for (const part of expr.parts) if (typeof part !== 'string') flow.evaluate(part);
      return nothing;
    case 'attribute':
      return attribute(flow, expr);
    case 'index':
      return indexed(flow, expr);
    case 'slice':
      if (expr.low) flow.evaluate(expr.low);
      if (expr.high) flow.evaluate(expr.high);
      return nothing;
    case 'call':
      return callExpression(flow, expr);
    case 'sequence':
      return { kind: 'sequence', items: expr.items.slice(0, 200).map((item) => flow.evaluate(item)) };
    case 'dict': {
      const entries = new Map<string, Value>();
      for (const [at, { key, value }] of expr.entries.entries()) {
        if (key) flow.evaluate(key);
        if (at < 200) entries.set(key?.kind === 'const' ? String(key.value) : `?${at}`, flow.evaluate(value));
      }
      return { kind: 'dict', entries };
    }
    case 'binary':
      return binary(flow, expr);
    case 'unary': {
      const value = flow.evaluate(expr.operand);
      return value.kind === 'data'
        ? { ...value, prediction: null }
        : value.kind === 'const'
          ? nothing
          : value;
    }
    case 'conditional': {
      const [then, otherwise] = [flow.evaluate(expr.then), flow.evaluate(expr.otherwise)];
      flow.evaluate(expr.test);
      judgeChoice(flow, expr, expr.test, then, otherwise);
      return join(then, otherwise);
    }
    case 'lambda':
      return nothing;
    case 'comprehension': {
      const { scope } = flow;
      const tests: Value[] = [];
      flow.scope = { values: new Map(), parent: scope };
      for (const { target, iterable, conditions } of expr.clauses) {
        assignTo(flow, target, elementOf(flow, flow.evaluate(iterable), iterable));
        for (const condition of conditions) tests.push(chosenOnly(flow.evaluate(condition)));
      }
      const values = expr.elements.map((element) => flow.evaluate(element));
      flow.scope = scope;
      return combine([...values, ...tests]);
    }
    case 'star':
      return flow.evaluate(expr.value);
    case 'walrus': {
      const value = flow.evaluate(expr.value);
      assignTo(flow, expr.target, value);
      return value;
    }
    case 'opaque':
      for (const part of expr.parts) flow.evaluate(part);
      return nothing;
  }
}

/** Of a condition only what it chooses by counts, not the rows that it was computed from. */
function chosenOnly(value: Value): Value {
  return value.kind === 'stat' && value.how === 'selection' ? value : nothing;
}

/** What is known of something computed from several values in a way that is not known. */
export function combine(values: readonly Value[]): Value {
  const chosen = values.find((value) => value.kind === 'stat' && value.how === 'selection');
  if (chosen) return chosen;
  const over = unique(values.flatMap((value) => rowsBehind(value)));
  const influences = mergeInfluences(...values.map(influencesOf));
  if (over.length === 0 && influences.length === 0) return nothing;
  return { kind: 'unknown', over: over.slice(0, 12), influences, score: false };
}

const sameRows = new Set(
  'loc iloc values data target T str dt cat array features images iat at real flat A'.split(' '),
);
const described = new Set(
  'shape size ndim dtype dtypes columns empty name names feature_names target_names DESCR nbytes'.split(' '),
);

function attribute(flow: Flow, expr: ExprOf<'attribute'>): Value {
  const { name } = expr;
  const base = flow.evaluate(expr.base);
  switch (base.kind) {
    case 'ref':
      return { kind: 'ref', path: `${base.path}.${name}` };
    case 'instance': {
      const value = base.attributes.get(name);
      if (value) return value;
      const method = base.def.body.find(
        (statement) => statement.kind === 'function' && statement.name === name,
      );
      return method?.kind === 'function'
        ? { kind: 'function', def: method, scope: base.scope, self: base }
        : nothing;
    }
    case 'data':
      if (described.has(name)) return nothing;
      if (name === 'index') return { kind: 'index', rows: base.rows };
      if (sameRows.has(name)) return base;
      return { ...base, column: name, prediction: null };
    case 'estimator': {
      const { estimator } = base;
      if (name === 'best_score_') judgeSearchScore(flow, estimator, expr);
      if (name === 'best_estimator_' || name === 'estimator' || name === 'model') return base;
      const [rows] = estimator.fit?.rows ?? [];
      if (rows && /^(?:support_|ranking_|scores_|pvalues_|feature_importances_|coef_)$/.test(name))
        return {
          kind: 'stat',
          over: rows,
          how: 'selection',
          name: estimator.name,
          at: estimator.fit!.at,
          column: null,
        };
      if (rows && name === 'labels_' && estimator.effect === 'cluster')
        return dataOf(rows, {
          influences: [
            { effect: 'cluster', name: estimator.name, over: rows, at: estimator.fit!.at, column: null },
          ],
        });
      return nothing;
    }
    case 'unknown':
      if (/^(?:loc|iloc|values)$/.test(name) && expr.base.kind !== 'attribute')
        return flow.data(expr.base, base) ?? nothing;
      if (described.has(name)) return nothing;
      return base.over.length > 0 ? { ...base, score: false } : nothing;
    case 'stat':
      return base;
    case 'dict': {
      const entry = base.entries.get(name);
      return entry ?? nothing;
    }
    default:
      return nothing;
  }
}

const comparisons = new Set(['==', '!=', '<', '>', '<=', '>=', 'in', 'not in', 'is', 'is not']);

function binary(flow: Flow, expr: ExprOf<'binary'>): Value {
  const { op } = expr;
  const [left, right] = [flow.evaluate(expr.left), flow.evaluate(expr.right)];
  const data = left.kind === 'data' ? left : right.kind === 'data' ? right : null;
  if (comparisons.has(op)) return data ? compared(left, right, data) : combine([left, right]);
  if (op === 'and' || op === 'or') return combine([left, right]);
  if (op === '%' && left.kind === 'const' && typeof left.value === 'string') return nothing;
  if (data) {
    if (op === '&' || op === '|') return { ...data, mask: true };
    return normalised(left, right, data, op);
  }
  if (left.kind === 'stat') return left;
  if (right.kind === 'stat') return right;
  if (left.kind === 'sequence' && right.kind === 'sequence' && op === '+')
    return { kind: 'sequence', items: [...left.items, ...right.items].slice(0, 200) };
  const duplicated = op === '*' && left.kind === 'sequence' && right.kind !== 'sequence';
  if (duplicated) return { kind: 'sequence', items: [...left.items, ...left.items].slice(0, 60) };
  return combine([left, right]);
}

/** Rows put under each other; the same rows twice are marked, for a later split would part them from themselves. */
export function stacked(flow: Flow, parts: readonly Value[], at: number): Value {
  const data = parts.flatMap((part) => (part.kind === 'data' ? [part] : []));
  if (data.length === 0) return combine(parts);
  const rows = data.map((part) => part.rows);
  const influences = mergeInfluences(...data.map((part) => part.influences));
  if (rows.length === 1 && data.length === parts.length) return data[0]!;
  const label = rows
    .map((row) => row.label)
    .slice(0, 2)
    .join(' and ');
  const union = flow.union(rows, () => newRows('union', unique(rows), { label }));
  const twice = rows.filter((row, index) =>
    rows
      .slice(0, index)
      .some(
        (other) =>
          other === row || (other.kind !== 'derived' && row.kind === 'subset' && row.parents[0] === other),
      ),
  );
  if (twice.length === 0) return dataOf(union, { influences });
  const again = { effect: 'duplicate' as const, name: 'repeated rows', over: union, at, column: null };
  return dataOf(union, { influences: mergeInfluences(influences, [again]) });
}

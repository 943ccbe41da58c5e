import type { Expr } from '../python/ast';
import { influenceOfAssigned } from './dataEffects';
import { divideByNames, partOf } from './divide';
import type { Flow } from './flow';
import { newRows, roleOfName } from './rows';
import { dataOf, mergeInfluences, nothing, type Value } from './value';

/** Binds a target of any shape. */
export function assignTo(flow: Flow, target: Expr, value: Value): void {
  if (target.kind === 'sequence') {
    unpack(flow, target.items, value);
    return;
  }
  if (target.kind === 'star') {
    assignTo(flow, target.value, nothing);
    return;
  }
  if (target.kind === 'index' || (target.kind === 'attribute' && !isObject(flow, target.base))) {
    assignInto(flow, target, value);
    return;
  }
  const name = target.kind === 'name' ? target.name : target.kind === 'attribute' ? target.name : '';
  if (value.kind === 'data') {
    const { rows } = value;
    const role = roleOfName(name);
    if (rows.role === null && role !== null && rows.kind === 'source') rows.role = role;
    if (rows.kind === 'part' && rows.role === 'test' && role === 'validation') rows.role = role;
    if (rows.label === '' && name !== '') rows.label = name;
  }
  const scored = value.kind === 'unknown' && !value.score && value.over.length > 0 && isScoreName(name);
  flow.assign(target, scored ? { ...value, score: true } : value);
}

export function isScoreName(name: string): boolean {
  return /(?:^|_)(?:acc|accuracy|score|f1|auc|auroc|loss|error|err|mse|rmse|mae|r2|bleu|miou|iou|dice|metric|perf|ndcg|recall|precision|top1|top_?1)s?(?:_|$)/i.test(
    name,
  );
}

function isObject(flow: Flow, base: Expr): boolean {
  return flow.evaluate(base).kind === 'instance';
}

function unpack(flow: Flow, targets: readonly Expr[], value: Value): void {
  if (value.kind === 'sequence' && !targets.some(({ kind }) => kind === 'star')) {
    divideByNames(flow, targets, value);
    targets.forEach((target, at) => assignTo(flow, target, partOf(flow, targets, value, at)));
    return;
  }
  if (value.kind === 'divided') {
    targets.forEach((target, at) => assignTo(flow, target, partOf(flow, targets, value, at)));
    return;
  }
  const names = targets.map((target) => roleOfName(flow.source(target)));
  if (
    value.kind === 'unknown' &&
    value.over.length === 1 &&
    names.includes('train') &&
    (names.includes('test') || names.includes('validation'))
  ) {
    // A function that is not known here and whose results are called train and test has divided the rows.
    const call = flow.statement ?? targets[0]!;
    const data = dataOf(newRows('derived', value.over, { role: null }), { influences: value.influences });
    const divided: Value = {
      kind: 'divided',
      data,
      split: { name: 'the split', at: call.from },
      sure: false,
    };
    targets.forEach((target, at) => assignTo(flow, target, partOf(flow, targets, divided, at)));
    return;
  }
  for (const target of targets)
    assignTo(flow, target, value.kind === 'data' || value.kind === 'unknown' ? value : nothing);
}

/** `df['a'] = value`, `df.loc[rows, 'a'] = value`: what went into the value went into the whole frame. */
function assignInto(flow: Flow, target: Expr & { kind: 'index' | 'attribute' }, value: Value): void {
  if (target.kind === 'index') for (const item of target.items) flow.evaluate(item);
  let base = target.base;
  while (
    base.kind === 'index' ||
    (base.kind === 'attribute' && /^(?:loc|iloc|values|at|iat)$/.test(base.name))
  )
    base = base.base;
  const before = flow.evaluate(base);
  if (before.kind === 'dict' && target.kind === 'index') {
    const [key] = target.items;
    const entries = new Map(before.entries);
    entries.set(key?.kind === 'const' ? String(key.value) : `?${entries.size}`, value);
    if (entries.size < 60) assignTo(flow, base, { kind: 'dict', entries });
    return;
  }
  if (before.kind !== 'data' && !(before.kind === 'unknown' && value.kind === 'data')) return;
  const data = flow.data(base, before);
  if (!data) return;
  const added = influenceOfAssigned(value);
  if (added.length > 0)
    assignTo(flow, base, { ...data, influences: mergeInfluences(data.influences, added) });
}

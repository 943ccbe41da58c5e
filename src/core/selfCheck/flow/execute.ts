import type { Expr, Stmt } from '../python/ast';
import { divideByNames, partOf } from './divide';
import type { Flow } from './flow';
import { judgeBest, judgeTrial } from './judgeSelection';
import { influenceOfAssigned } from './dataMethods';
import { newRows, roleOfName } from './rows';
import {
  dataOf,
  influencesOf,
  join,
  mergeInfluences,
  nothing,
  rowsBehind,
  unique,
  type Scope,
  type Value,
} from './value';

/** Runs statements; true when the block was left by return, raise, break or continue, so that what follows doesn't run. */
export function execute(flow: Flow, body: readonly Stmt[]): boolean {
  for (const statement of body) {
    if (flow.exhausted) return true;
    flow.statement = statement;
    if (executeOne(flow, statement)) return true;
  }
  return false;
}

function executeOne(flow: Flow, statement: Stmt): boolean {
  switch (statement.kind) {
    case 'assign': {
      if (!statement.value) return false;
      const value = flow.evaluate(statement.value);
      for (const target of statement.targets) {
        if (target.kind === 'name') flow.definitions.set(target.name, flow.source(statement.value));
        assignTo(flow, target, value);
      }
      return false;
    }
    case 'update': {
      const { target, value, op } = statement;
      const [before, change] = [flow.evaluate(target), flow.evaluate(value)];
      const list = before.kind === 'sequence' && op === '+=' && change.kind === 'sequence';
      if (list)
        assignTo(flow, target, { kind: 'sequence', items: [...before.items, ...change.items].slice(-60) });
      else if (before.kind === 'data') {
        const read: Expr = {
          kind: 'binary',
          op: op.slice(0, -1),
          left: target,
          right: value,
          from: statement.from,
          to: statement.to,
        };
        assignTo(flow, target, flow.evaluate(read));
      } else
        assignTo(flow, target, {
          kind: 'unknown',
          over: unique([...rowsBehind(before), ...rowsBehind(change)]),
          influences: mergeInfluences(influencesOf(before), influencesOf(change)),
          score: false,
        });
      return false;
    }
    case 'expr':
      flow.evaluate(statement.value);
      return false;
    case 'import':
      for (const { module, name, local } of statement.names)
        if (name !== '*')
          flow.bind(local, { kind: 'ref', path: name === null ? module : `${module}.${name}` });
      return false;
    case 'if':
      return executeIf(flow, statement);
    case 'for':
      executeFor(flow, statement);
      return false;
    case 'while':
      flow.evaluate(statement.test);
      repeat(flow, () => execute(flow, statement.body));
      execute(flow, statement.otherwise);
      return false;
    case 'try': {
      const [first = [], ...rest] = statement.bodies;
      const left = execute(flow, first);
      for (const body of rest) branch(flow, body);
      return left && rest.length === 0;
    }
    case 'with':
      for (const { value, target } of statement.items) {
        const entered = flow.evaluate(value);
        if (target) assignTo(flow, target, entered);
      }
      return execute(flow, statement.body);
    case 'function':
      flow.bind(statement.name, { kind: 'function', def: statement, scope: flow.scope, self: null });
      for (const decorator of statement.decorators) flow.evaluate(decorator);
      return false;
    case 'class':
      flow.bind(statement.name, { kind: 'class', def: statement, scope: flow.scope });
      return false;
    case 'return': {
      const value: Value = statement.value ? flow.evaluate(statement.value) : { kind: 'const', value: null };
      judgeTrial(flow, statement, value);
      if (statement.value && flow.returns) flow.returns.push(value);
      return true;
    }
    case 'other':
      for (const value of statement.values) flow.evaluate(value);
      return /^(?:raise|continue|break)\b/.test(flow.file.text.slice(statement.from, statement.from + 9));
  }
}

function executeIf(flow: Flow, statement: Stmt & { kind: 'if' }): boolean {
  const before = flow.scope.values;
  const ends: Map<string, Value>[] = [];
  let allLeft = true;
  const bodies = [...statement.branches.map(({ body }) => body), statement.otherwise];
  const never = new Set<readonly Stmt[]>();
  for (const { test, body } of statement.branches) {
    const value = flow.evaluate(test);
    judgeBest(flow, test, body);
    // A switch that is given as False on this call.
    if (value.kind === 'const' && value.value === false && test.kind === 'name') never.add(body);
  }
  for (const body of bodies) {
    if (never.has(body)) continue;
    setValues(flow.scope, new Map(before));
    const left = execute(flow, body);
    if (!left) ends.push(flow.scope.values);
    allLeft &&= left;
  }
  setValues(flow.scope, ends.length === 0 ? before : ends.reduce(joinValues));
  return allLeft && bodies.length > 1 && statement.otherwise.length > 0;
}

/** A body that may or may not run. */
function branch(flow: Flow, body: readonly Stmt[]): void {
  const before = flow.scope.values;
  setValues(flow.scope, new Map(before));
  const left = execute(flow, body);
  setValues(flow.scope, left ? before : joinValues(before, flow.scope.values));
}

function joinValues(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): Map<string, Value> {
  const joined = new Map(a);
  for (const [name, value] of b) {
    const other = a.get(name);
    joined.set(name, other ? join(other, value) : value);
  }
  return joined;
}

function setValues(scope: Scope, values: Map<string, Value>): void {
  (scope as { values: Map<string, Value> }).values = values;
}

/** What is carried from one pass into the next shows on the second; nested loops run their second pass only once. */
function repeat(flow: Flow, body: () => void): void {
  flow.loopDepth++;
  body();
  if (flow.loopDepth <= 2) body();
  flow.loopDepth--;
}

function executeFor(flow: Flow, { target, iterable, body, otherwise }: Stmt & { kind: 'for' }): void {
  const over = flow.evaluate(iterable);
  const items = over.kind === 'sequence' && over.items.length <= 12 ? over.items : null;
  if (items && items.length > 0 && items.some(({ kind }) => kind !== 'const')) {
    flow.loopDepth++;
    for (const item of items) {
      assignTo(flow, target, item);
      execute(flow, body);
    }
    flow.loopDepth--;
  } else {
    repeat(flow, () => {
      assignTo(flow, target, elementOf(flow, over, iterable));
      execute(flow, body);
    });
  }
  execute(flow, otherwise);
}

/** One element of what is iterated over. */
export function elementOf(flow: Flow, over: Value, iterable: Expr): Value {
  if (over.kind === 'data') return over;
  if (over.kind === 'sequence') return over.items.length > 0 ? over.items.reduce(join) : nothing;
  // Before scikit-learn 0.18 a splitter was itself what is iterated over.
  const old = over.kind === 'estimator' && over.estimator.family === 'splitter' ? over.estimator : null;
  if (over.kind === 'folds' || old) {
    const { name, at } = over.kind === 'folds' ? over : old!;
    const split = { name: `${name}.split`, at };
    const shares = { train: new Map(), test: new Map() };
    return {
      kind: 'sequence',
      items: [
        { kind: 'indices', split, side: 'train', shares: shares.train },
        { kind: 'indices', split, side: 'test', shares: shares.test },
      ],
    };
  }
  if (
    over.kind === 'unknown' &&
    (iterable.kind === 'name' || iterable.kind === 'attribute') &&
    roleOfName(flow.source(iterable)) !== null
  )
    return flow.data(iterable, over) ?? nothing;
  return over.kind === 'unknown' ? over : nothing;
}

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

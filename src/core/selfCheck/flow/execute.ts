import type { Expr, Stmt } from '../python/ast';
import { assignTo } from './assign';
import type { Flow } from './flow';
import { judgeBest, judgeChoiceOf, judgeTrial } from './judgeSelection';
import { roleOfName, type Rows } from './rows';
import {
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
    judgeChoiceOf(flow, test, body);
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
  if (over.kind === 'data' || over.kind === 'stat') return over;
  if (over.kind === 'sequence') return over.items.length > 0 ? over.items.reduce(join) : nothing;
  // Before scikit-learn 0.18 a splitter was itself what is iterated over.
  const old = over.kind === 'estimator' && over.estimator.family === 'splitter' ? over.estimator : null;
  if (over.kind === 'folds' || old) {
    const { name, at } = over.kind === 'folds' ? over : old!;
    const split = { name: `${name}.split`, at };
    const shares = { train: new Map<Rows, Rows>(), test: new Map<Rows, Rows>() };
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

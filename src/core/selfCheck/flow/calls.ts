import type { ExprOf } from '../python/ast';
import { callDataMethod, isFrameMethod } from './dataMethods';
import { callEstimator, estimatorMethods, newEstimator, transformed } from './estimatorCalls';
import { combine } from './evaluate';
import { assignTo } from './assign';
import type { Flow } from './flow';
import { knownClass } from './knownClasses';
import { callLibrary } from './libraryCalls';
import { newRows, roleOfName } from './rows';
import { dataOf, nothing, rowsBehind, unique, type Estimator, type Value } from './value';

/** A call with its arguments evaluated, in order and by name. */
export interface Call {
  readonly expr: ExprOf<'call'>;
  readonly args: readonly Value[];
  readonly keys: ReadonlyMap<string, Value>;
}

export function callExpression(flow: Flow, expr: ExprOf<'call'>): Value {
  const { callee } = expr;
  if (callee.kind === 'attribute') {
    const base = flow.evaluate(callee.base);
    const call = readCall(flow, expr);
    const method = callMethod(flow, call, base, callee);
    if (method) return method;
    return callValue(flow, flow.evaluate(callee), call.args, call.keys, expr);
  }
  const target = flow.evaluate(callee);
  const { args, keys } = readCall(flow, expr);
  return callValue(flow, target, args, keys, expr);
}

/** Evaluates the arguments; one that is called after rows (`test_loader`) becomes rows even if its origin is not known. */
function readCall(flow: Flow, expr: ExprOf<'call'>): Call {
  const args: Value[] = [];
  const keys = new Map<string, Value>();
  for (const { name, spread, value } of expr.args.slice(0, 100)) {
    let read = flow.evaluate(value);
    if (
      read.kind === 'ref' &&
      value.kind === 'name' &&
      roleOfName(value.name) !== null &&
      !flow.lookup(value.name)
    )
      read = nothing;
    if (
      read.kind === 'unknown' &&
      read.over.length === 0 &&
      value.kind === 'name' &&
      roleOfName(value.name) !== null
    )
      read = flow.data(value, read) ?? read;
    if (name !== null) keys.set(name, read);
    else if (spread === '*' && read.kind === 'sequence') args.push(...read.items.slice(0, 20));
    else if (spread === '**' && read.kind === 'dict')
      for (const [key, item] of read.entries) keys.set(key, item);
    else args.push(read);
  }
  return { expr, args, keys };
}

function callMethod(flow: Flow, call: Call, base: Value, callee: ExprOf<'attribute'>): Value | null {
  const { expr, args, keys } = call;
  const { name } = callee;
  switch (base.kind) {
    case 'data':
      return callDataMethod(flow, expr, base, name, args, keys);
    case 'estimator':
      return callEstimator(flow, call, base, name);
    case 'sequence':
      return changeList(flow, callee, base, name, args);
    case 'dict':
      if (name === 'items')
        return {
          kind: 'sequence',
          items: [...base.entries].map(([key, value]) => ({
            kind: 'sequence',
            items: [{ kind: 'const', value: key }, value],
          })),
        };
      if (name === 'values') return { kind: 'sequence', items: [...base.entries.values()] };
      if (name === 'get')
        return args[0]?.kind === 'const' ? (base.entries.get(String(args[0].value)) ?? nothing) : nothing;
      return null;
    case 'stat':
      return base;
    case 'folds':
      return nothing;
    case 'unknown': {
      if (name === 'optimize' || base.score) return combine([base, ...args]);
      if (estimatorMethods.has(name) && args.length > 0 && !(name === 'transform' && base.over.length > 0)) {
        const estimator = newEstimator(
          flow,
          'object',
          { family: 'unknown', effect: null, task: null },
          callee.base.from,
          new Map(),
        );
        const value: Value = { kind: 'estimator', estimator };
        if (callee.base.kind === 'name' || callee.base.kind === 'attribute')
          assignTo(flow, callee.base, value);
        return callEstimator(flow, call, value, name);
      }
      const frame =
        isFrameMethod(name, keys) && (callee.base.kind === 'name' || base.over.length > 0)
          ? flow.data(callee.base, base)
          : null;
      if (frame) return callDataMethod(flow, expr, frame, name, args, keys);
      return combine([base, ...args, ...keys.values()]);
    }
    case 'ref': {
      // A name that nothing here binds, asked to fit or predict, is an estimator from elsewhere.
      if (base.path.includes('.') || flow.lookup(base.path)) return null;
      if (!estimatorMethods.has(name) || args.length === 0) return null;
      flow.bind(base.path, nothing);
      return callMethod(flow, call, nothing, callee);
    }
    default:
      return null;
  }
}

function changeList(
  flow: Flow,
  callee: ExprOf<'attribute'>,
  base: Value & { kind: 'sequence' },
  name: string,
  args: readonly Value[],
): Value {
  const [added] = args;
  const more = !added
    ? []
    : name === 'append' || name === 'add'
      ? [added]
      : name === 'extend' && added.kind === 'sequence'
        ? added.items
        : [];
  if (more.length > 0 && base.items.length < 60)
    assignTo(flow, callee.base, { kind: 'sequence', items: [...base.items, ...more] });
  return nothing;
}

/** Calls whatever the callee is: the file's own functions and classes are followed, a library's are known by their names. */
export function callValue(
  flow: Flow,
  target: Value,
  args: readonly Value[],
  keys: ReadonlyMap<string, Value>,
  expr: ExprOf<'call'> | null,
): Value {
  switch (target.kind) {
    case 'function':
      return callFunction(flow, target, args, keys) ?? combine([...args, ...keys.values()]);
    case 'class': {
      const known = target.def.bases
        .map((base) => flow.source(base))
        .some((base) => /Module|Dataset|Module$/.test(base));
      const instance: Value = {
        kind: 'instance',
        def: target.def,
        scope: target.scope,
        attributes: new Map(),
      };
      const init = target.def.body.find(
        (statement) => statement.kind === 'function' && statement.name === '__init__',
      );
      if (init?.kind === 'function')
        callFunction(flow, { kind: 'function', def: init, scope: target.scope, self: instance }, args, keys);
      const data = args.find((value) => value.kind === 'data');
      // A dataset around rows is those rows.
      if (
        known &&
        data?.kind === 'data' &&
        /Dataset/.test(target.def.bases.map((base) => flow.source(base)).join())
      )
        return data;
      return instance;
    }
    case 'instance': {
      const call = target.def.body.find(
        (statement) => statement.kind === 'function' && statement.name === '__call__',
      );
      if (call?.kind === 'function')
        return (
          callFunction(
            flow,
            { kind: 'function', def: call, scope: target.scope, self: target },
            args,
            keys,
          ) ?? nothing
        );
      return combine(args);
    }
    case 'ref':
      if (expr) {
        const found = callLibrary(flow, { expr, args, keys }, target.path);
        if (found) return found;
      }
      return combine([...args, ...keys.values()]);
    case 'estimator': {
      // A Keras preprocessing layer is called on the rows that it maps.
      if (target.estimator.effect === 'augment')
        return augmentedBy(target.estimator, [...args, ...keys.values()]);
      const [data] = args;
      const maps = target.estimator.family === 'transformer' && target.estimator.fit && data?.kind === 'data';
      return maps ? transformed(target.estimator, data) : combine(args);
    }
    default:
      return combine([...args, ...keys.values()]);
  }
}

function augmentedBy({ name, at }: Estimator, images: readonly Value[]): Value {
  const over = newRows('source', []);
  return {
    kind: 'unknown',
    over: unique(images.flatMap((image) => rowsBehind(image))),
    influences: [{ effect: 'augment', name, over, at, column: null }],
    score: false,
  };
}

/** Runs one of the file's own functions on these arguments; parameters without one are known by their names only. */
export function callFunction(
  flow: Flow,
  target: Value & { kind: 'function' },
  args: readonly Value[],
  keys: ReadonlyMap<string, Value>,
): Value | null {
  const { def, self } = target;
  const bindings = new Map<string, Value>();
  const positional = def.params.filter(({ spread }) => spread === '');
  const isStatic = def.decorators.some(
    (decorator) => decorator.kind === 'name' && decorator.name === 'staticmethod',
  );
  const given = self && !isStatic ? [self, ...args] : args;
  positional.forEach((param, at) => {
    const value = keys.get(param.name) ?? given[at];
    if (value) bindings.set(param.name, value);
    else if (param.value)
      bindings.set(
        param.name,
        param.value.kind === 'const' ? { kind: 'const', value: param.value.value } : nothing,
      );
    else {
      const role = roleOfName(param.name);
      bindings.set(
        param.name,
        role === null ? nothing : dataOf(newRows('source', [], { label: param.name, role })),
      );
    }
  });
  for (const { name, spread } of def.params) {
    if (spread === '*') bindings.set(name, { kind: 'sequence', items: given.slice(positional.length) });
    else if (spread === '**') bindings.set(name, { kind: 'dict', entries: keys });
  }
  return flow.inline(def, target.scope, bindings);
}

/** An estimator of a class known by its name; null for any other class or function. */
export function constructed(flow: Flow, { expr, args, keys }: Call, name: string): Value | null {
  const known = knownClass(name);
  if (!known) return null;
  const steps = unique([...args, ...keys.values()].flatMap((value) => estimatorsIn(value)));
  const all = new Map<string, Value>(keys);
  args.forEach((value, at) => all.set(String(at), value));
  return { kind: 'estimator', estimator: newEstimator(flow, name, known, expr.from, all, steps) };
}

function estimatorsIn(value: Value, depth = 0): Estimator[] {
  if (value.kind === 'estimator') return [value.estimator];
  if (depth > 4) return [];
  if (value.kind === 'sequence') return value.items.flatMap((item) => estimatorsIn(item, depth + 1));
  return value.kind === 'dict'
    ? [...value.entries.values()].flatMap((item) => estimatorsIn(item, depth + 1))
    : [];
}

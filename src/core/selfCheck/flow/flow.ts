import type { Expr, FunctionDef, Stmt } from '../python/ast';
import type { Finding } from '../finding';
import type { PythonFile } from '../sourceFile';
import { callFunction, callValue } from './calls';
import { evaluate } from './evaluate';
import { execute } from './execute';
import { finishEstimators } from './judgeTrainingScore';
import { newRows, roleOfName, type Rows } from './rows';
import {
  dataOf,
  join,
  mergeInfluences,
  nothing,
  type Data,
  type Estimator,
  type Scope,
  type Value,
} from './value';

/** Expressions evaluated at most a file; what a larger program does further on is not judged. */
const budget = 150_000;
const maxInlining = 5;

/** A finding under way: places are offsets until it is handed out. */
export interface Draft extends Omit<Finding, 'file' | 'line' | 'endLine'> {
  readonly at: number;
  readonly to: number;
}

/**
 * Follows values through one file in the order in which it would run: assignments, calls of the file's own functions and
 * classes, branches joined, loop bodies twice. What is not known stays unknown and is never judged.
 */
export class Flow {
  readonly module: Scope = { values: new Map(), parent: null };
  scope: Scope = this.module;
  readonly drafts = new Map<string, Draft>();
  readonly estimators: Estimator[] = [];
  /** Text of the expression last assigned to a name: for what is only recognised by how it is written. */
  readonly definitions = new Map<string, string>();
  readonly called = new Set<FunctionDef>();
  readonly files = new Map<string, Rows>();
  returns: Value[] | null = null;
  loopDepth = 0;
  statement: Stmt | null = null;
  private readonly shares = new Map<Rows, Map<unknown, Rows>>();
  private readonly numbers = new Map<Rows, number>();
  private readonly inlining: FunctionDef[] = [];
  private left = budget;

  constructor(readonly file: PythonFile) {}

  run(): readonly Draft[] {
    execute(this, this.file.body);
    this.runUncalled(this.file.body, null);
    finishEstimators(this);
    return [...this.drafts.values()];
  }

  /** Functions that nothing here calls are judged by what their parameters are called. */
  private runUncalled(body: readonly Stmt[], self: Value | null): void {
    for (const statement of body) {
      this.scope = this.module;
      if (statement.kind === 'function' && !this.called.has(statement))
        callFunction(this, { kind: 'function', def: statement, scope: this.module, self }, [], new Map());
      else if (statement.kind === 'class') {
        const instance = callValue(
          this,
          { kind: 'class', def: statement, scope: this.module },
          [],
          new Map(),
          null,
        );
        this.runUncalled(statement.body, instance);
      } else if (statement.kind === 'if') {
        for (const branch of statement.branches) this.runUncalled(branch.body, self);
      }
    }
  }

  evaluate(expr: Expr): Value {
    return this.left-- > 0 ? evaluate(this, expr) : nothing;
  }

  get exhausted(): boolean {
    return this.left <= 0;
  }

  lookup(name: string): Value | null {
    for (let scope: Scope | null = this.scope; scope; scope = scope.parent) {
      const value = scope.values.get(name);
      if (value) return value;
    }
    return null;
  }

  bind(name: string, value: Value): void {
    this.scope.values.set(name, value);
  }

  /** Runs a body in a scope of its own and joins what it returns; null where it is nested too deeply or recursive. */
  inline(def: FunctionDef, parent: Scope, bindings: ReadonlyMap<string, Value>): Value | null {
    if (this.inlining.length >= maxInlining || this.inlining.includes(def) || this.exhausted) return null;
    this.called.add(def);
    const { scope, returns, loopDepth, statement } = this;
    this.inlining.push(def);
    this.scope = { values: new Map(bindings), parent };
    this.returns = [];
    this.loopDepth = 0;
    execute(this, def.body);
    const returned = this.returns;
    this.inlining.pop();
    Object.assign(this, { scope, returns, loopDepth, statement });
    return returned.length === 0 ? { kind: 'const', value: null } : returned.reduce(join);
  }

  /** The expression as rows: an unknown value becomes a source of rows that keeps its identity. Null for what can't be one. */
  data(expr: Expr, value: Value = this.evaluate(expr)): Data | null {
    if (value.kind === 'data') return value;
    if (value.kind === 'divided') return value.data;
    if (value.kind === 'sequence') {
      const items = value.items.filter((item): item is Data => item.kind === 'data');
      const [first] = items;
      return first
        ? { ...first, influences: mergeInfluences(...items.map(({ influences }) => influences)) }
        : null;
    }
    if (value.kind !== 'unknown') return null;
    const label = this.source(expr);
    const role =
      expr.kind === 'name' || expr.kind === 'attribute' ? roleOfName(label.replace(/^self\./, '')) : null;
    const [over] = value.over;
    const rows =
      over && value.over.length === 1
        ? newRows('derived', [over], { label, role: role ?? over.role })
        : newRows('source', [], { label, role });
    const data = dataOf(rows, { influences: value.influences });
    if (expr.kind === 'name') this.rebind(expr.name, data);
    else if (expr.kind === 'attribute') this.assign(expr, data);
    return data;
  }

  /** Replaces a value where it was found: a name of an outer scope is not shadowed. */
  private rebind(name: string, value: Value): void {
    for (let scope: Scope | null = this.scope; scope; scope = scope.parent)
      if (scope.values.has(name) || scope.parent === null) {
        scope.values.set(name, value);
        return;
      }
  }

  assign(target: Expr, value: Value): void {
    if (target.kind === 'name') this.rebindLocal(target.name, value);
    else if (target.kind === 'attribute') {
      const base = this.evaluate(target.base);
      if (base.kind === 'instance') base.attributes.set(target.name, value);
    }
  }

  private rebindLocal(name: string, value: Value): void {
    this.scope.values.set(name, value);
  }

  /** The same key within the same rows is the same share: `X[:n]` and `y[:n]`. */
  share(parent: Rows, key: unknown, make: () => Rows): Rows {
    let keyed = this.shares.get(parent);
    if (!keyed) this.shares.set(parent, (keyed = new Map<unknown, Rows>()));
    let rows = keyed.get(key);
    if (!rows) keyed.set(key, (rows = make()));
    return rows;
  }

  /** The same rows put under each other in the same order are the same rows again. */
  union(parts: readonly Rows[], make: () => Rows): Rows {
    const key = parts.map((rows) => {
      if (!this.numbers.has(rows)) this.numbers.set(rows, this.numbers.size);
      return this.numbers.get(rows);
    });
    return this.share(parts[0]!, `union ${key.join()}`, make);
  }

  /** Short text of a piece of the program, for a sentence. */
  source({ from, to }: { from: number; to: number }): string {
    const text = this.file.text.slice(from, to).replace(/\s+/g, ' ');
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
  }

  place(at: number): string {
    return this.file.placeAt(at);
  }

  report(key: string, draft: Draft): void {
    if (!this.drafts.has(key)) this.drafts.set(key, draft);
  }
}

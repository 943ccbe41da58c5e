import type { Expr, Stmt } from './ast';

/** The expressions directly within one. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'format':
      return expr.parts.filter((part): part is Expr => typeof part !== 'string');
    case 'attribute':
      return [expr.base];
    case 'index':
      return [expr.base, ...expr.items];
    case 'slice':
      return [expr.low, expr.high].filter((part) => part !== null);
    case 'call':
      return [expr.callee, ...expr.args.map(({ value }) => value)];
    case 'sequence':
      return expr.items;
    case 'dict':
      return expr.entries.flatMap(({ key, value }) => (key ? [key, value] : [value]));
    case 'binary':
      return [expr.left, expr.right];
    case 'unary':
      return [expr.operand];
    case 'conditional':
      return [expr.test, expr.then, expr.otherwise];
    case 'lambda':
      return [expr.body, ...expr.params.flatMap(({ value }) => (value ? [value] : []))];
    case 'comprehension':
      return [
        ...expr.elements,
        ...expr.clauses.flatMap(({ target, iterable, conditions }) => [target, iterable, ...conditions]),
      ];
    case 'star':
      return [expr.value];
    case 'walrus':
      return [expr.target, expr.value];
    case 'opaque':
      return expr.parts;
    case 'name':
    case 'const':
      return [];
  }
}

/** The expressions and the statements directly within a statement. */
export function insideOf(statement: Stmt): {
  readonly exprs: readonly Expr[];
  readonly bodies: readonly (readonly Stmt[])[];
} {
  switch (statement.kind) {
    case 'assign':
      return { exprs: [...statement.targets, ...(statement.value ? [statement.value] : [])], bodies: [] };
    case 'update':
      return { exprs: [statement.target, statement.value], bodies: [] };
    case 'expr':
      return { exprs: [statement.value], bodies: [] };
    case 'if':
      return {
        exprs: statement.branches.map(({ test }) => test),
        bodies: [...statement.branches.map(({ body }) => body), statement.otherwise],
      };
    case 'for':
      return { exprs: [statement.target, statement.iterable], bodies: [statement.body, statement.otherwise] };
    case 'while':
      return { exprs: [statement.test], bodies: [statement.body, statement.otherwise] };
    case 'try':
      return { exprs: [], bodies: statement.bodies };
    case 'with':
      return {
        exprs: statement.items.flatMap(({ value, target }) => (target ? [value, target] : [value])),
        bodies: [statement.body],
      };
    case 'function':
      return {
        exprs: [...statement.decorators, ...statement.params.flatMap(({ value }) => (value ? [value] : []))],
        bodies: [statement.body],
      };
    case 'class':
      return { exprs: [...statement.decorators, ...statement.bases], bodies: [statement.body] };
    case 'return':
      return { exprs: statement.value ? [statement.value] : [], bodies: [] };
    case 'other':
      return { exprs: statement.values, bodies: [] };
    case 'import':
      return { exprs: [], bodies: [] };
  }
}

/** Visits every expression below some statements, outer before inner, with the statement that it stands in. */
export function eachExpr(body: readonly Stmt[], visit: (expr: Expr, statement: Stmt) => void): void {
  eachStmt(body, (statement) => {
    const open = [...insideOf(statement).exprs].reverse();
    for (let expr = open.pop(); expr; expr = open.pop()) {
      visit(expr, statement);
      open.push(...[...partsOf(expr)].reverse());
    }
  });
}

/** Visits every statement, in the order of the text. */
export function eachStmt(body: readonly Stmt[], visit: (statement: Stmt) => void): void {
  for (const statement of body) {
    visit(statement);
    for (const inner of insideOf(statement).bodies) eachStmt(inner, visit);
  }
}

/** `a.b.c` of a name or a chain of attributes; null for anything else. */
export function dottedName(expr: Expr): string | null {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind !== 'attribute') return null;
  const base = dottedName(expr.base);
  return base === null ? null : `${base}.${expr.name}`;
}

/** The last part of what is called: `fit` of `a.b.fit(x)`; empty where it has no name. */
export function lastName(expr: Expr): string {
  return expr.kind === 'name' || expr.kind === 'attribute' ? expr.name : '';
}

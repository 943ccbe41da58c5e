/** Where a piece of Python stands: offsets into the text that was parsed, `to` excluded. */
export interface Placed {
  readonly from: number;
  readonly to: number;
}

export type Expr = Placed &
  (
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'const'; readonly value: string | number | boolean | null }
    /** An f-string: literal text and holes, in order. */
    | { readonly kind: 'format'; readonly parts: readonly (string | Expr)[] }
    | { readonly kind: 'attribute'; readonly base: Expr; readonly name: string }
    | { readonly kind: 'index'; readonly base: Expr; readonly items: readonly Expr[] }
    | { readonly kind: 'slice'; readonly low: Expr | null; readonly high: Expr | null }
    | { readonly kind: 'call'; readonly callee: Expr; readonly args: readonly Argument[] }
    | { readonly kind: 'sequence'; readonly type: 'tuple' | 'list' | 'set'; readonly items: readonly Expr[] }
    | { readonly kind: 'dict'; readonly entries: readonly { key: Expr | null; value: Expr }[] }
    /** Arithmetic, comparison (`==`, `not in`) and `and`, `or`. */
    | { readonly kind: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr }
    | { readonly kind: 'unary'; readonly op: string; readonly operand: Expr }
    | { readonly kind: 'conditional'; readonly test: Expr; readonly then: Expr; readonly otherwise: Expr }
    | { readonly kind: 'lambda'; readonly params: readonly Param[]; readonly body: Expr }
    | {
        readonly kind: 'comprehension';
        readonly elements: readonly Expr[];
        readonly clauses: readonly Clause[];
      }
    | { readonly kind: 'star'; readonly value: Expr }
    | { readonly kind: 'walrus'; readonly target: Expr; readonly value: Expr }
    /** What could not be read, or is nested too deeply; its readable parts. */
    | { readonly kind: 'opaque'; readonly parts: readonly Expr[] }
  );

export type ExprOf<K extends Expr['kind']> = Extract<Expr, { kind: K }>;

/** One argument of a call: `value`, `name=value`, `*value` or `**value`. */
export interface Argument {
  readonly name: string | null;
  readonly spread: '' | '*' | '**';
  readonly value: Expr;
}

/** `for target in iterable if conditions` of a comprehension. */
export interface Clause {
  readonly target: Expr;
  readonly iterable: Expr;
  readonly conditions: readonly Expr[];
}

export interface Param extends Placed {
  readonly name: string;
  readonly spread: '' | '*' | '**';
  readonly annotation: Expr | null;
  readonly value: Expr | null;
}

export interface FunctionDef extends Placed {
  readonly kind: 'function';
  readonly name: string;
  readonly params: readonly Param[];
  readonly body: readonly Stmt[];
  readonly decorators: readonly Expr[];
}

export interface ClassDef extends Placed {
  readonly kind: 'class';
  readonly name: string;
  readonly bases: readonly Expr[];
  readonly body: readonly Stmt[];
  readonly decorators: readonly Expr[];
}

/** `from module import name as local`, or `import module as local` with `name` null. */
export interface Imported {
  readonly module: string;
  readonly name: string | null;
  readonly local: string;
}

export type Stmt = Placed &
  (
    | {
        readonly kind: 'assign';
        readonly targets: readonly Expr[];
        readonly annotation: Expr | null;
        readonly value: Expr | null;
      }
    | { readonly kind: 'update'; readonly target: Expr; readonly op: string; readonly value: Expr }
    | { readonly kind: 'expr'; readonly value: Expr }
    | { readonly kind: 'import'; readonly names: readonly Imported[] }
    | {
        readonly kind: 'if';
        readonly branches: readonly { test: Expr; body: readonly Stmt[] }[];
        readonly otherwise: readonly Stmt[];
      }
    | {
        readonly kind: 'for';
        readonly target: Expr;
        readonly iterable: Expr;
        readonly body: readonly Stmt[];
        readonly otherwise: readonly Stmt[];
      }
    | {
        readonly kind: 'while';
        readonly test: Expr;
        readonly body: readonly Stmt[];
        readonly otherwise: readonly Stmt[];
      }
    | { readonly kind: 'try'; readonly bodies: readonly (readonly Stmt[])[] }
    | {
        readonly kind: 'with';
        readonly items: readonly { value: Expr; target: Expr | null }[];
        readonly body: readonly Stmt[];
      }
    | FunctionDef
    | ClassDef
    | { readonly kind: 'return'; readonly value: Expr | null }
    /** Anything else that holds expressions: raise, assert, del, print of Python 2. */
    | { readonly kind: 'other'; readonly values: readonly Expr[] }
  );

import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import type { Expr, Imported, Placed, Stmt } from './ast';
import { childrenOf, ExpressionReader, maxDepth } from './expressions';

/** Brackets nested deeper than this are no program; the parser's own recursion would not survive them. */
const maxNesting = 400;

/**
 * Reads Python 3 (and the `print` of Python 2) as far as it can be read; what can't is left out. Null when the text is
 * nested too deeply to be a program. `@lezer/python` was chosen of the pure JavaScript parsers because it keeps going
 * after an error, which notebooks and half-written scripts need, and is maintained with CodeMirror.
 */
export function parsePython(text: string): Stmt[] | null {
  if (isTooDeep(text)) return null;
  try {
    return new StatementReader(new ExpressionReader(text)).body(parser.parse(text).topNode, 0);
  } catch (error) {
    // The tree builder recurses; a text that exhausts the stack in spite of the check above is no program either.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 40 || code === 91 || code === 123) {
      if (++depth > maxNesting) return true;
    } else if ((code === 41 || code === 93 || code === 125) && depth > 0) depth--;
    else if (code === 10 && /^(?:def|class|import|from)\b/.test(text.slice(at + 1, at + 8))) depth = 0;
  }
  return /^[ \t]{1000,}\S/m.test(text);
}

class StatementReader {
  constructor(private readonly expressions: ExpressionReader) {}

  body(node: SyntaxNode, depth: number): Stmt[] {
    if (depth > maxDepth / 2) return [];
    return childrenOf(node).flatMap((child) => this.statement(child, depth));
  }

  private block(node: SyntaxNode | null | undefined, depth: number): Stmt[] {
    return node ? this.body(node, depth + 1) : [];
  }

  private statement(node: SyntaxNode, depth: number): Stmt[] {
    const { from, to } = node;
    const x = this.expressions;
    const all = childrenOf(node);
    switch (node.name) {
      case 'StatementGroup':
        return this.body(node, depth + 1);
      case 'ExpressionStatement': {
        const value = x.single(all);
        return value ? [{ kind: 'expr', value, from, to }] : [];
      }
      case 'AssignStatement': {
        const type = node.getChild('TypeDef')?.lastChild;
        const runs: SyntaxNode[][] = [[]];
        for (const child of all) {
          if (child.name === 'AssignOp') runs.push([]);
          else if (child.name !== 'TypeDef') runs.at(-1)!.push(child);
        }
        const read = runs.map((run) => x.single(run));
        const value = runs.length > 1 ? (read.pop() ?? null) : null;
        const targets = read.filter((target): target is Expr => target !== null);
        const annotation = type && type.name !== ':' && type.name !== '⚠' ? x.read(type) : null;
        return [{ kind: 'assign', targets, annotation, value, from, to }];
      }
      case 'UpdateStatement': {
        const at = all.findIndex(({ name }) => name === 'UpdateOp');
        const [target, value] = [x.single(all.slice(0, at)), x.single(all.slice(at + 1))];
        return target && value ? [{ kind: 'update', target, op: x.source(all[at]!), value, from, to }] : [];
      }
      case 'ImportStatement':
        return [{ kind: 'import', names: this.imports(all), from, to }];
      case 'IfStatement': {
        const branches: { test: Expr; body: Stmt[] }[] = [];
        let otherwise: Stmt[] = [];
        let test: SyntaxNode[] = [];
        let last = '';
        for (const child of all) {
          if (['if', 'elif', 'else'].includes(child.name)) {
            last = child.name;
            test = [];
          } else if (child.name !== 'Body') test.push(child);
          else if (last === 'else') otherwise = this.block(child, depth);
          else
            branches.push({
              test: x.single(test) ?? { kind: 'opaque', parts: [], from, to: from },
              body: this.block(child, depth),
            });
        }
        return [{ kind: 'if', branches, otherwise, from, to }];
      }
      case 'ForStatement': {
        const bodies = node.getChildren('Body');
        const start = all.findIndex(({ name }) => name === 'for');
        const middle = all.findIndex(({ name }) => name === 'in');
        const end = all.findIndex(({ name }) => name === 'Body');
        const [target, iterable] = [
          x.single(all.slice(start + 1, middle)),
          x.single(all.slice(middle + 1, end)),
        ];
        const [body, otherwise] = [this.block(bodies[0], depth), this.block(bodies[1], depth)];
        if (!target || !iterable || middle < 0) return [...body, ...otherwise];
        return [{ kind: 'for', target, iterable, body, otherwise, from, to }];
      }
      case 'WhileStatement': {
        const bodies = node.getChildren('Body');
        const test = x.single(
          all.slice(
            1,
            all.findIndex(({ name }) => name === 'Body'),
          ),
        );
        const [body, otherwise] = [this.block(bodies[0], depth), this.block(bodies[1], depth)];
        return test ? [{ kind: 'while', test, body, otherwise, from, to }] : body;
      }
      case 'TryStatement':
        return [
          { kind: 'try', bodies: node.getChildren('Body').map((body) => this.block(body, depth)), from, to },
        ];
      case 'MatchStatement': {
        const clauses = node.getChild('MatchBody')?.getChildren('MatchClause') ?? [];
        const subject = all[1] ? x.read(all[1]) : null;
        const test: Expr = subject ?? { kind: 'opaque', parts: [], from, to: from };
        const branches = clauses.map((clause) => ({
          test,
          body: this.block(clause.getChild('Body'), depth),
        }));
        return [{ kind: 'if', branches, otherwise: [], from, to }];
      }
      case 'WithStatement':
        return [
          {
            kind: 'with',
            items: this.withItems(all),
            body: this.block(node.getChild('Body'), depth),
            from,
            to,
          },
        ];
      case 'DecoratedStatement': {
        const decorators = node.getChildren('Decorator').flatMap((decorator) => this.decorator(decorator));
        const inner = node.getChild('FunctionDefinition') ?? node.getChild('ClassDefinition');
        const read = inner ? this.statement(inner, depth) : [];
        return read.map((statement) =>
          statement.kind === 'function' || statement.kind === 'class'
            ? { ...statement, decorators }
            : statement,
        );
      }
      case 'FunctionDefinition': {
        const name = node.getChild('VariableName');
        const params = node.getChild('ParamList');
        const body = this.block(node.getChild('Body'), depth);
        if (!name) return [];
        return [
          {
            kind: 'function',
            name: x.source(name),
            params: params ? x.params(params, 0) : [],
            body,
            decorators: [],
            from,
            to,
          },
        ];
      }
      case 'ClassDefinition': {
        const name = node.getChild('VariableName');
        const args = node.getChild('ArgList');
        const bases = args
          ? x.args(args, 0).flatMap(({ name: key, value }) => (key === null ? [value] : []))
          : [];
        const body = this.block(node.getChild('Body'), depth);
        return name ? [{ kind: 'class', name: x.source(name), bases, body, decorators: [], from, to }] : [];
      }
      case 'ReturnStatement':
        return [{ kind: 'return', value: x.single(all.slice(1)), from, to }];
      case 'Comment':
        return [];
    }
    const values = all.filter(
      ({ name, firstChild }) => firstChild !== null || name === 'VariableName' || name === 'String',
    );
    return values.length > 0
      ? [{ kind: 'other', values: values.map((value) => x.read(value)), from, to }]
      : [];
  }

  private imports(nodes: readonly SyntaxNode[]): Imported[] {
    const text = (list: readonly SyntaxNode[]) => list.map((node) => this.expressions.source(node)).join('');
    const at = nodes.findIndex(({ name }) => name === 'import');
    const module = nodes[0]?.name === 'from' ? text(nodes.slice(1, at)) : null;
    const groups: SyntaxNode[][] = [[]];
    for (const node of nodes.slice(at + 1)) {
      if (node.name === ',') groups.push([]);
      else if (node.name !== '(' && node.name !== ')') groups.at(-1)!.push(node);
    }
    return groups.flatMap((group): Imported[] => {
      const split = group.findIndex(({ name }) => name === 'as');
      const name = text(split < 0 ? group : group.slice(0, split));
      if (name === '') return [];
      const alias = split < 0 ? null : text(group.slice(split + 1));
      if (module !== null) return [{ module, name, local: alias ?? name }];
      return [
        { module: alias ? name : name.split('.')[0]!, name: null, local: alias ?? name.split('.')[0]! },
      ];
    });
  }

  private withItems(nodes: readonly SyntaxNode[]): { value: Expr; target: Expr | null }[] {
    const items: { value: Expr; target: Expr | null }[] = [];
    const rest = nodes.filter(
      ({ name }) => name !== 'with' && name !== 'async' && name !== '⚠' && name !== 'Body',
    );
    for (let at = 0; at < rest.length; at++) {
      if (rest[at]!.name === ',' || rest[at]!.name === 'as') continue;
      const value = this.expressions.read(rest[at]!);
      const named = rest[at + 1]?.name === 'as' && rest[at + 2] !== undefined;
      items.push({ value, target: named ? this.expressions.read(rest[at + 2]!) : null });
      if (named) at += 2;
    }
    return items;
  }

  /** `@a.b(x)` as the call or name that it is; the grammar gives its pieces in a row. */
  private decorator(node: SyntaxNode): Expr[] {
    let read: Expr | null = null;
    for (const child of childrenOf(node)) {
      if (child.name === 'VariableName' || child.name === 'PropertyName') {
        const name = this.expressions.source(child);
        const place: Placed = { from: read?.from ?? child.from, to: child.to };
        read = read ? { kind: 'attribute', base: read, name, ...place } : { kind: 'name', name, ...place };
      } else if (child.name === 'ArgList' && read)
        read = {
          kind: 'call',
          callee: read,
          args: this.expressions.args(child, 0),
          from: read.from,
          to: child.to,
        };
      else if (child.name !== 'At' && child.name !== '.' && !read) read = this.expressions.read(child);
    }
    return read ? [read] : [];
  }
}

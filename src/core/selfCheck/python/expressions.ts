import type { SyntaxNode } from '@lezer/common';
import type { Argument, Clause, Expr, Param } from './ast';
import { numberValue, stringValue } from './strings';

/** Deeper than people write; beyond, an expression is opaque, so that no text can exhaust the stack. */
export const maxDepth = 200;

const skipped = new Set(['(', ')', '[', ']', '{', '}', ',', '⚠', 'Comment']);

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}

/** Reads expressions of one text into our own tree, in which names of the grammar don't occur. */
export class ExpressionReader {
  constructor(readonly text: string) {}

  source(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  read(node: SyntaxNode, depth = 0): Expr {
    const { from, to } = node;
    if (depth > maxDepth) return { kind: 'opaque', parts: [], from, to };
    const next = (child: SyntaxNode) => this.read(child, depth + 1);
    const parts = () => childrenOf(node).filter(({ name }) => !skipped.has(name));
    switch (node.name) {
      case 'VariableName':
      case 'PropertyName':
        return { kind: 'name', name: this.source(node), from, to };
      case 'Number':
        return { kind: 'const', value: numberValue(this.source(node)), from, to };
      case 'String':
        return { kind: 'const', value: stringValue(this.source(node)), from, to };
      case 'Boolean':
        return { kind: 'const', value: this.source(node) === 'True', from, to };
      case 'None':
        return { kind: 'const', value: null, from, to };
      case 'ContinuedString':
      case 'FormatString':
        return this.format(node, depth);
      case 'ParenthesizedExpression': {
        const inner = parts()[0];
        return inner ? next(inner) : { kind: 'opaque', parts: [], from, to };
      }
      case 'TupleExpression':
      case 'ArrayExpression':
      case 'SetExpression': {
        const type =
          node.name === 'TupleExpression' ? 'tuple' : node.name === 'ArrayExpression' ? 'list' : 'set';
        return { kind: 'sequence', type, items: this.list(childrenOf(node), depth), from, to };
      }
      case 'DictionaryExpression':
        return this.dictionary(node, depth);
      case 'MemberExpression':
        return this.member(node, depth);
      case 'CallExpression': {
        const callee = node.firstChild;
        if (!callee) break;
        const args = node.getChild('ArgList');
        return { kind: 'call', callee: next(callee), args: args ? this.args(args, depth + 1) : [], from, to };
      }
      case 'BinaryExpression': {
        const all = childrenOf(node);
        const [left, right] = [all[0], all.at(-1)];
        if (!left || !right || all.length < 3) break;
        const op = this.text.slice(all[1]!.from, all.at(-2)!.to).replace(/\s+/g, ' ');
        return { kind: 'binary', op, left: next(left), right: next(right), from, to };
      }
      case 'UnaryExpression': {
        const operand = node.lastChild;
        if (!operand || !node.firstChild || operand.from === node.firstChild.from) break;
        const op = this.source(node.firstChild);
        const read = next(operand);
        if (op === '-' && read.kind === 'const' && typeof read.value === 'number')
          return { kind: 'const', value: -read.value, from, to };
        return { kind: 'unary', op, operand: read, from, to };
      }
      case 'ConditionalExpression': {
        const [then, test, otherwise] = parts().filter(({ name }) => name !== 'if' && name !== 'else');
        if (!then || !test || !otherwise) break;
        return {
          kind: 'conditional',
          test: next(test),
          then: next(then),
          otherwise: next(otherwise),
          from,
          to,
        };
      }
      case 'LambdaExpression': {
        const params = node.getChild('ParamList');
        const body = node.lastChild;
        if (!body) break;
        return {
          kind: 'lambda',
          params: params ? this.params(params, depth) : [],
          body: next(body),
          from,
          to,
        };
      }
      case 'ArrayComprehensionExpression':
      case 'SetComprehensionExpression':
      case 'DictionaryComprehensionExpression':
      case 'ComprehensionExpression':
        return this.comprehension(childrenOf(node), from, to, depth);
      case 'NamedExpression': {
        const [target, value] = [node.firstChild, node.lastChild];
        if (!target || !value) break;
        return { kind: 'walrus', target: next(target), value: next(value), from, to };
      }
      case 'AwaitExpression':
      case 'YieldExpression': {
        const inner = node.lastChild;
        if (inner && inner.name !== '⚠' && inner.from !== node.firstChild?.from) return next(inner);
        break;
      }
    }
    const rest = parts().filter(({ firstChild, name }) => firstChild !== null || name === 'VariableName');
    return { kind: 'opaque', parts: rest.map(next), from, to };
  }

  /** The expressions of a comma-separated run of nodes; `*x` becomes a star. */
  list(nodes: readonly SyntaxNode[], depth: number): Expr[] {
    const found: Expr[] = [];
    let star: SyntaxNode | null = null;
    for (const node of nodes) {
      if (node.name === '*' || node.name === '**') star = node;
      else if (!skipped.has(node.name)) {
        const value = this.read(node, depth + 1);
        found.push(star ? { kind: 'star', value, from: star.from, to: node.to } : value);
        star = null;
      }
    }
    return found;
  }

  /** One expression of a run of nodes: a tuple where a comma separates them. */
  single(nodes: readonly SyntaxNode[], depth = 0): Expr | null {
    const items = this.list(nodes, depth);
    if (items.length === 0) return null;
    if (items.length === 1 && !nodes.some(({ name }) => name === ',')) return items[0]!;
    return { kind: 'sequence', type: 'tuple', items, from: items[0]!.from, to: items.at(-1)!.to };
  }

  args(list: SyntaxNode, depth: number): Argument[] {
    const nodes = childrenOf(list);
    if (nodes.some(({ name }) => name === 'for'))
      return [{ name: null, spread: '', value: this.comprehension(nodes, list.from, list.to, depth) }];
    const found: Argument[] = [];
    let spread: Argument['spread'] = '';
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at]!;
      if (node.name === '*' || node.name === '**') spread = node.name;
      else if (nodes[at + 1]?.name === 'AssignOp' && nodes[at + 2] && !skipped.has(nodes[at + 2]!.name)) {
        found.push({ name: this.source(node), spread: '', value: this.read(nodes[at + 2]!, depth + 1) });
        at += 2;
      } else if (!skipped.has(node.name) && node.name !== 'AssignOp') {
        found.push({ name: null, spread, value: this.read(node, depth + 1) });
        spread = '';
      }
    }
    return found;
  }

  params(list: SyntaxNode, depth: number): Param[] {
    const found: Param[] = [];
    let spread: Param['spread'] = '';
    let assigned = false;
    const last = (change: Partial<Param>) => {
      const param = found.pop();
      if (param) found.push({ ...param, ...change });
    };
    for (const node of childrenOf(list)) {
      const { name, from, to } = node;
      if (name === '*' || name === '**') spread = name;
      else if (name === ',') spread = '';
      else if (name === 'AssignOp') assigned = true;
      else if (name === 'TypeDef') {
        const type = node.lastChild;
        if (type && type.name !== ':') last({ annotation: this.read(type, depth + 1) });
      } else if (assigned) {
        last({ value: this.read(node, depth + 1) });
        assigned = false;
      } else if (name === 'VariableName')
        found.push({ name: this.source(node), spread, annotation: null, value: null, from, to });
    }
    return found;
  }

  private format(node: SyntaxNode, depth: number): Expr {
    const { from, to } = node;
    if (node.name === 'ContinuedString') {
      const pieces = childrenOf(node).map((child) => this.read(child, depth + 1));
      const joined = pieces.flatMap((piece) =>
        piece.kind === 'format' ? piece.parts : piece.kind === 'const' ? [String(piece.value)] : [],
      );
      if (joined.every((part) => typeof part === 'string'))
        return { kind: 'const', value: joined.join(''), from, to };
      return { kind: 'format', parts: joined, from, to };
    }
    const parts: (string | Expr)[] = [];
    let at = from + (/^[a-zA-Z]*("""|'''|"|')/.exec(this.text.slice(from, from + 8))?.[0].length ?? 0);
    for (const hole of node.getChildren('FormatReplacement')) {
      if (hole.from > at) parts.push(this.text.slice(at, hole.from));
      const inner = childrenOf(hole).find(({ name }) => !skipped.has(name));
      if (inner) parts.push(this.read(inner, depth + 1));
      at = hole.to;
    }
    const end = to - (/("""|'''|"|')$/.exec(this.source(node))?.[0].length ?? 0);
    if (end > at) parts.push(this.text.slice(at, end));
    return { kind: 'format', parts, from, to };
  }

  private dictionary(node: SyntaxNode, depth: number): Expr {
    const entries: { key: Expr | null; value: Expr }[] = [];
    let key: Expr | null = null;
    let spread = false;
    let colon = false;
    for (const child of childrenOf(node)) {
      if (child.name === '**') spread = true;
      else if (child.name === ':') colon = true;
      else if (child.name === ',') {
        key = null;
        colon = spread = false;
      } else if (!skipped.has(child.name)) {
        const value = this.read(child, depth + 1);
        if (spread) entries.push({ key: null, value });
        else if (colon) entries.push({ key, value });
        else key = value;
      }
    }
    return { kind: 'dict', entries, from: node.from, to: node.to };
  }

  private member(node: SyntaxNode, depth: number): Expr {
    const { from, to } = node;
    const base = node.firstChild;
    if (!base) return { kind: 'opaque', parts: [], from, to };
    const property = node.getChild('PropertyName');
    const read = this.read(base, depth + 1);
    if (property) return { kind: 'attribute', base: read, name: this.source(property), from, to };
    const items: Expr[] = [];
    let run: SyntaxNode[] = [];
    const close = (end: number) => {
      if (run.length === 0) return;
      const colons = run.flatMap(({ name }, at) => (name === ':' ? [at] : []));
      if (colons.length === 0) items.push(...this.list(run, depth));
      else {
        const pick = (low: number, high: number) => this.list(run.slice(low, high), depth)[0] ?? null;
        const [first, second = run.length] = colons as [number, number?];
        items.push({
          kind: 'slice',
          low: pick(0, first),
          high: pick(first + 1, second),
          from: run[0]!.from,
          to: end,
        });
      }
      run = [];
    };
    for (const child of childrenOf(node).slice(1)) {
      if (child.name === ',' || child.name === ']') close(child.from);
      else if (child.name !== '[' && child.name !== '⚠') run.push(child);
    }
    close(to);
    return { kind: 'index', base: read, items, from, to };
  }

  private comprehension(nodes: readonly SyntaxNode[], from: number, to: number, depth: number): Expr {
    const elements: SyntaxNode[] = [];
    const clauses: { target: SyntaxNode[]; iterable: SyntaxNode[]; conditions: SyntaxNode[] }[] = [];
    let into = elements;
    for (const node of nodes) {
      const clause = clauses.at(-1);
      if (node.name === 'for') {
        clauses.push({ target: [], iterable: [], conditions: [] });
        into = clauses.at(-1)!.target;
      } else if (node.name === 'in' && clause) into = clause.iterable;
      else if (node.name === 'if' && clause) into = clause.conditions;
      else if (
        node.name !== ':' &&
        node.name !== 'async' &&
        !['(', ')', '[', ']', '{', '}', '⚠'].includes(node.name)
      )
        into.push(node);
    }
    const opaque: Expr = { kind: 'opaque', parts: [], from, to };
    const read = clauses.map<Clause>(({ target, iterable, conditions }) => ({
      target: this.single(target, depth) ?? opaque,
      iterable: this.single(iterable, depth) ?? opaque,
      conditions: this.list(conditions, depth),
    }));
    return { kind: 'comprehension', elements: this.list(elements, depth), clauses: read, from, to };
  }
}

import type { ObjectNode, ValueNode } from '@humanwhocodes/momoa';
import { listNames, type MetricPlace } from './metricFailure';
import { matchMetric } from './metricName';

/** What a pointer leads to, or the node below which its next key is missing and what is there instead. */
export type FoundNode =
  | { readonly kind: 'found'; readonly node: ValueNode; readonly pointer: string }
  | {
      readonly kind: 'missing';
      readonly at: ValueNode;
      readonly below: string;
      readonly key: string;
      readonly there: string;
    };

/** The value that a place means: by its pointer, else by the metric's own name. */
export function findNode(root: ValueNode, place: MetricPlace): FoundNode {
  return place.pointer === '' ? findByName(root, place.name) : findByPointer(root, place.pointer);
}

function findByPointer(root: ValueNode, written: string): FoundNode {
  const tokens = (written.startsWith('/') ? written.slice(1) : written).split('/').map(unescapeToken);
  let node = root;
  let below = '';
  for (const [index, token] of tokens.entries()) {
    if (node.type === 'Object') {
      const direct = memberOf(node, token);
      // `/test/accuracy` also finds the flat key "test/accuracy", which logging libraries write.
      const rest = tokens.slice(index).join('/');
      const flat = direct === undefined ? memberOf(node, rest) : undefined;
      if (flat !== undefined) return { kind: 'found', node: flat, pointer: `${below}/${escapeToken(rest)}` };
      if (direct === undefined) return missing(node, below, token);
      node = direct;
    } else if (node.type === 'Array') {
      const last = token === '-1' ? node.elements.length - 1 : Number(token);
      const element = /^(0|[1-9]\d*|-1)$/.test(token) ? node.elements[last] : undefined;
      if (element === undefined) return missing(node, below, token);
      node = element.value;
    } else return missing(node, below, token);
    below += `/${escapeToken(token)}`;
  }
  return { kind: 'found', node, pointer: below };
}

/** Without a pointer the metric's own name must say which key is meant, among all that lead to a plain value. */
function findByName(root: ValueNode, name: string): FoundNode {
  if (root.type !== 'Object') return { kind: 'found', node: root, pointer: '' };
  const leaves = leavesOf(root);
  const match = matchMetric(name, [...leaves.keys()]);
  if (match.kind === 'found') {
    const leaf = leaves.get(match.name);
    if (leaf !== undefined) return { kind: 'found', ...leaf };
  }
  const there =
    match.kind === 'ambiguous'
      ? `these match equally well: ${listNames(match.candidates)}`
      : `it has ${listNames([...leaves.keys()])}`;
  return { kind: 'missing', at: root, below: '', key: name, there };
}

function leavesOf(root: ObjectNode): Map<string, { node: ValueNode; pointer: string }> {
  const leaves = new Map<string, { node: ValueNode; pointer: string }>();
  const open: { node: ObjectNode; path: string; pointer: string }[] = [{ node: root, path: '', pointer: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { name, value } of next.node.members) {
      const key = name.type === 'String' ? name.value : name.name;
      const path = next.path === '' ? key : `${next.path}/${key}`;
      const pointer = `${next.pointer}/${escapeToken(key)}`;
      if (value.type === 'Object') open.push({ node: value, path, pointer });
      else if (value.type !== 'Array') leaves.set(path, { node: value, pointer });
    }
  }
  return leaves;
}

function missing(at: ValueNode, below: string, key: string): FoundNode {
  if (at.type === 'Object')
    return { kind: 'missing', at, below, key, there: `it has ${listNames(keysOf(at))}` };
  if (at.type === 'Array')
    return { kind: 'missing', at, below, key, there: `it has ${at.elements.length} elements` };
  return { kind: 'missing', at, below, key, there: `that is ${describeNode(at)}` };
}

/** The value of a key; the last one where it stands twice, as Python and JavaScript read it. */
function memberOf(node: ObjectNode, key: string): ValueNode | undefined {
  return node.members.findLast(({ name }) => (name.type === 'String' ? name.value : name.name) === key)
    ?.value;
}

function keysOf(node: ObjectNode): string[] {
  return node.members.map(({ name }) => (name.type === 'String' ? name.value : name.name));
}

/** A value in a word or two, for sentences. */
export function describeNode(node: ValueNode): string {
  switch (node.type) {
    case 'Object':
      return `an object with ${listNames(keysOf(node))}`;
    case 'Array':
      return `a list of ${node.elements.length}`;
    case 'String':
      return `the text ${JSON.stringify(node.value)}`;
    case 'Boolean':
    case 'Number':
      return String(node.value);
    case 'Null':
      return 'null';
    case 'NaN':
      return 'NaN';
    case 'Infinity':
      return `${node.sign === '-' ? '-' : ''}Infinity`;
  }
}

function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescapeToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Where a person types in a manifest, told from the text alone, since a document is broken while it is typed. */
export interface ManifestCursor {
  /** Keys around the place; a list item counts as `-`. */
  readonly path: readonly string[];
  /** The key whose value is typed; null where a key is. */
  readonly key: string | null;
  /** What is typed already, from `from` to the offset. */
  readonly prefix: string;
  readonly from: number;
  /** Keys that stand in the same block. */
  readonly siblings: readonly string[];
  /** Typed within braces or brackets on a line. */
  readonly flow: boolean;
  /** The quotation mark that is open at the place; empty: none. */
  readonly quote: string;
}

const keyPattern =
  /^\s*((?:-\s+)*)(?:"([^"]*)"|'([^']*)'|([^\s#:{}[\],"'&*!|>%@`-][^:#]*?|-[^\s:#][^:#]*?))\s*:(?=\s|$)/;

/** Reads the place at an offset. Null inside comments and block scalars. */
export function manifestCursor(text: string, offset: number): ManifestCursor | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const head = text.slice(lineStart, offset);
  if (/(^|\s)#/.test(withoutQuoted(head))) return null;
  const flow = openBraces(text, offset);
  if (flow === null) return null;
  const outer = flow[0]?.at ?? offset;
  const start = text.lastIndexOf('\n', outer - 1) + 1;
  const block = blockPath(text, start, text.slice(start, outer), flow.length > 0);
  if (block === null) return null;
  if (flow.length === 0) return fromBlock(text, lineStart, offset, head, block);
  return fromFlow(text, offset, block, flow);
}

interface BlockPlace {
  readonly path: string[];
  /** Column where the keys of this block begin. */
  readonly indent: number;
  /** Key of this line in front of the place, with its value begun. */
  readonly key: string | null;
}

function fromBlock(
  text: string,
  lineStart: number,
  offset: number,
  head: string,
  { path, indent, key }: BlockPlace,
): ManifestCursor {
  const typed = key === null ? /[^\s-][^:]*$|$/.exec(head.replace(/^\s*(?:-\s+)*/, ''))![0] : valueOf(head);
  const quote = /^["']/.exec(typed)?.[0] ?? '';
  const prefix = typed.slice(quote.length);
  return {
    ...{ path, key, prefix, quote, flow: false, from: offset - prefix.length },
    siblings: key === null ? keysAround(text, lineStart, indent) : [],
  };
}

function valueOf(head: string): string {
  return head.slice(keyPattern.exec(head)![0].length).trimStart();
}

/** The keys above a line, by indentation; the line's own `- ` and `key:` in front of the place belong to it. */
function blockPath(text: string, lineStart: number, head: string, opensFlow: boolean): BlockPlace | null {
  const dashes = /^(\s*)((?:-\s+)*)(-$)?/.exec(head)!;
  let indent = dashes[1]!.length + dashes[2]!.length;
  const own = keyPattern.exec(head);
  const ownKey = own ? (own[2] ?? own[3] ?? own[4]!) : null;
  const path: string[] = [];
  let column = dashes[1]!.length;
  let items = [...dashes[2]!.matchAll(/-/g)].length;
  // A value on a line of its own under `- ` or `key:` is written further in than what it belongs to.
  for (; items > 0; items--) path.unshift('-');
  let end = lineStart - 1;
  let inItem = dashes[2] !== '';
  while (end > 0) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end);
    end = start - 1;
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) continue;
    const before = line.length - content.length;
    const match = keyPattern.exec(line);
    const dash = /^((?:-\s+)+)/.exec(content)?.[1] ?? '';
    const keyColumn = before + dash.length;
    if (dash !== '' && before < column && keyColumn <= column) {
      // The block that we are in is an item of a list that begins here.
      if (keyColumn < column && match) path.unshift(keyOf(match));
      path.unshift(...[...dash.matchAll(/-/g)].map(() => '-'));
      column = before;
      inItem = true;
      continue;
    }
    const parent = before < column || (inItem && before === column && dash === '');
    if (!parent || !match) {
      if (before < column && !match && /[|>][+-]?\d*$/.test(content)) return null;
      continue;
    }
    if (dash !== '') continue;
    if (/:\s*[|>][+-]?\d*\s*$/.test(content)) return null;
    path.unshift(keyOf(match));
    column = before;
    inItem = false;
  }
  if (opensFlow && ownKey === null && dashes[2] === '') indent = column;
  return { path, indent, key: ownKey };
}

function keyOf(match: RegExpExecArray): string {
  return match[2] ?? match[3] ?? match[4]!;
}

/** Keys of the same block above and below a line. */
function keysAround(text: string, lineStart: number, indent: number): readonly string[] {
  const lines = text.split('\n');
  const at = text.slice(0, lineStart).split('\n').length - 1;
  const keys: string[] = [];
  const look = (index: number): 'on' | 'stop' => {
    const line = lines[index]!;
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) return 'on';
    const before = line.length - content.length;
    const dash = /^(?:-\s+)+/.exec(content)?.[0] ?? '';
    if (before + dash.length < indent) return 'stop';
    const match = keyPattern.exec(line);
    if (before + dash.length === indent && match) keys.push(keyOf(match));
    return dash !== '' && before < indent ? 'stop' : 'on';
  };
  const ownDash = /^\s*-\s/.test(lines[at]!);
  if (!ownDash) for (let index = at - 1; index >= 0 && look(index) === 'on'; index--);
  for (let index = at + 1; index < lines.length; index++) {
    const dashed = /^\s*-(\s|$)/.test(lines[index]!);
    if (dashed && lines[index]!.indexOf('-') < indent) break;
    if (look(index) === 'stop') break;
  }
  return keys;
}

interface OpenBrace {
  readonly brace: '{' | '[';
  readonly at: number;
}

/** The braces that are open at an offset, the outermost first; null where a comment began. Looks back a bounded way. */
function openBraces(text: string, offset: number): readonly OpenBrace[] | null {
  const begin = flowStart(text, offset);
  const open: OpenBrace[] = [];
  for (let at = begin; at < offset; at++) {
    const unit = text[at]!;
    if (unit === '"' || unit === "'") {
      if (!/[\s,:[{(-]/.test(text[at - 1] ?? ' ')) continue; // an apostrophe
      const close = endOfQuoted(text, at);
      if (close < 0 || close >= offset) break;
      at = close;
    } else if (unit === '#' && /\s/.test(text[at - 1] ?? ' ')) {
      const newline = text.indexOf('\n', at);
      if (newline < 0 || newline >= offset) return null;
      at = newline;
    } else if ((unit === '{' || unit === '[') && (open.length > 0 || /[\s:[{,]/.test(text[at - 1] ?? ' ')))
      open.push({ brace: unit, at });
    else if ((unit === '}' || unit === ']') && open.length > 0) open.pop();
  }
  return open;
}

/** Start of the block entry that an offset lies in: the nearest line above that begins with `- ` or a key at block level. */
function flowStart(text: string, offset: number): number {
  let start = text.lastIndexOf('\n', offset - 1) + 1;
  for (let steps = 0; steps < 60 && start > 0; steps++) {
    const line = text.slice(start, text.indexOf('\n', start) < 0 ? undefined : text.indexOf('\n', start));
    if (/^\s*-\s/.test(line) || /^[^\s#]/.test(line) || /^\s*[\w-]+:\s*(?:[[{].*)?$/.test(line)) break;
    start = text.lastIndexOf('\n', start - 2) + 1;
  }
  return start;
}

function endOfQuoted(text: string, at: number): number {
  const mark = text[at]!;
  for (let end = at + 1; end < text.length && text[end] !== '\n'; end++) {
    if (mark === '"' && text[end] === '\\') end++;
    else if (text[end] === mark) return end;
  }
  return -1;
}

function fromFlow(
  text: string,
  offset: number,
  block: BlockPlace,
  open: readonly OpenBrace[],
): ManifestCursor {
  const path = [...block.path, ...(block.key === null ? [] : [block.key])];
  let parts: string[] = [];
  open.forEach(({ brace, at }, index) => {
    const end = open[index + 1]?.at ?? offset;
    parts = splitFlow(text.slice(at + 1, end));
    if (brace === '[') path.push('-');
    const last = parts.at(-1) ?? '';
    const key =
      brace === '{' && index < open.length - 1 ? /^\s*["']?([^"':]+)["']?\s*:/.exec(last)?.[1] : undefined;
    if (key !== undefined) path.push(key.trim());
  });
  const last = parts.at(-1) ?? '';
  const keyed = open.at(-1)!.brace === '{' ? /^\s*["']?([^"':]+?)["']?\s*:(?=\s|$)\s*/.exec(last) : null;
  const typed = (keyed ? last.slice(keyed[0].length) : last).trimStart();
  const quote = /^["']/.exec(typed)?.[0] ?? '';
  const prefix = typed.slice(quote.length);
  const inList = open.at(-1)!.brace === '[';
  if (inList) path.pop();
  const key = inList ? (path.pop() ?? null) : (keyed?.[1]?.trim() ?? null);
  const siblings =
    key !== null
      ? []
      : parts.slice(0, -1).flatMap((part) => /^\s*["']?([^"':]+?)["']?\s*:/.exec(part)?.[1]?.trim() ?? []);
  return { path, key, prefix, quote, from: offset - prefix.length, siblings, flow: true };
}

/** Parts between commas of one level. */
function splitFlow(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at]!;
    if ((unit === '"' || unit === "'") && /[\s,:[{]/.test(text[at - 1] ?? ' ')) {
      const close = endOfQuoted(text, at);
      const end = close < 0 ? text.length - 1 : close;
      parts[parts.length - 1] += text.slice(at, end + 1);
      at = end;
      continue;
    }
    if (unit === '{' || unit === '[') depth++;
    else if (unit === '}' || unit === ']') depth--;
    if (unit === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += unit;
  }
  return parts;
}

function withoutQuoted(text: string): string {
  return text.replace(/"[^"]*"?|'[^']*'?/g, '""');
}

import { parser, Table } from '@lezer/markdown';

/** The tree of `@lezer/markdown`: blocks only, because inline marks are read where a fact is taken. */
export type MarkdownTree = ReturnType<typeof blockParser.parse>;
/** What an editor keeps between two parses so that only the changed blocks are read again. */
export type MarkdownFragments = Parameters<typeof blockParser.parse>[1];

const inlineParsers = [
  ...['Escape', 'Entity', 'InlineCode', 'HTMLTag', 'Emphasis', 'HardBreak', 'Link', 'Image', 'LinkEnd'],
  ...['LinkReference'], // `[R001]: done` is a fact here and not a link's definition
];
const blockParser = parser.configure([Table, { remove: inlineParsers }]);

/** Containers that may open on one line; the parser's time and stack grow with every further one. */
const maxContainersPerLine = 24;
const containerMark = /[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))/y;

/**
 * The same text at the same offsets, in a form that the parser reads as its author meant: `\r` and a byte order
 * mark are spaces or line ends, and absurdly nested containers are plain text.
 */
export function normaliseForParsing(text: string): string {
  let normal = text;
  if (normal.includes('\r')) normal = normal.replaceAll('\r\n', ' \n').replaceAll('\r', '\n');
  if (normal.charCodeAt(0) === 0xfeff) normal = ` ${normal.slice(1)}`;
  return limitNesting(normal);
}

function limitNesting(text: string): string {
  let kept = '';
  let copied = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    let at = start;
    let containers = 0;
    for (; containers < maxContainersPerLine; containers++) {
      containerMark.lastIndex = at;
      if (!containerMark.test(text) || containerMark.lastIndex > end) break;
      at = containerMark.lastIndex;
    }
    if (containers === maxContainersPerLine) {
      kept += text.slice(copied, at) + '.'.repeat(end - at);
      copied = end;
    }
    start = end + 1;
  }
  return copied === 0 ? text : kept + text.slice(copied);
}

/**
 * Parses the blocks of a Markdown text (GFM tables). Offsets of the tree are those of `text`. An editor that keeps
 * fragments of an earlier tree passes them, and the parser reuses every block they cover.
 */
export function parseMarkdown(text: string, fragments?: MarkdownFragments): MarkdownTree {
  return blockParser.parse(normaliseForParsing(text), fragments);
}

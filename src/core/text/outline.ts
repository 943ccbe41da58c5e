import { LineMap } from './lineMap';
import { parseMarkdown, type MarkdownTree } from './markdown';
import { isDelimiterRow, splitRow, type RawCell } from './tableRow';

/** A line without the marks of the list, quote or heading that it stands in. */
export interface OutlineLine {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

export interface Heading {
  readonly kind: 'heading';
  readonly level: number;
  readonly line: OutlineLine;
}

/** Where a text stands in a list: `depth` counts from 1; `first` is the text that follows the bullet itself. */
export interface ListPlace {
  readonly depth: number;
  readonly ordinal: number | null;
  readonly first: boolean;
}

export interface TextBlock {
  readonly kind: 'text';
  readonly lines: readonly OutlineLine[];
  readonly item: ListPlace | null;
}

export interface TableRow {
  readonly cells: readonly RawCell[];
  readonly from: number;
  readonly to: number;
}

export interface TableBlock {
  readonly kind: 'table';
  readonly header: TableRow;
  readonly rows: readonly TableRow[];
  /** False where the `|---|` line has another number of columns, so that Markdown shows no table. */
  readonly wellFormed: boolean;
}

export interface CodeBlock {
  readonly kind: 'code';
  readonly lines: readonly OutlineLine[];
}

export type OutlineBlock = Heading | TextBlock | TableBlock | CodeBlock;

/** A Markdown text as one flat list of blocks in document order, with offsets into the text as given. */
export interface Outline {
  readonly text: string;
  readonly lines: LineMap;
  readonly blocks: readonly OutlineBlock[];
}

/** Reads a Markdown text as an outline; pass the tree where one was parsed already. */
export function readOutline(text: string, tree: MarkdownTree = parseMarkdown(text)): Outline {
  return { text, lines: new LineMap(text), blocks: collectBlocks(text, tree) };
}

function collectBlocks(text: string, tree: MarkdownTree): OutlineBlock[] {
  const blocks: OutlineBlock[] = [];
  const items: { ordinal: number | null; texts: number }[] = [];
  tree.iterate({
    enter(node) {
      const heading = /^(?:ATX|Setext)Heading(\d)$/.exec(node.name);
      if (heading) {
        blocks.push(
          readHeading(text, node.from, node.to, Number(heading[1]), node.name.startsWith('Setext')),
        );
        return false;
      }
      switch (node.name) {
        case 'ListItem':
          items.push({ ordinal: ordinalAt(text, node.from), texts: 0 });
          return true;
        case 'Paragraph':
        case 'Task': {
          const item = items.at(-1);
          const place = item
            ? { depth: items.length, ordinal: item.ordinal, first: item.texts++ === 0 }
            : null;
          blocks.push(...readParagraph(text, node.from, node.to, place));
          return false;
        }
        case 'Table':
          blocks.push(readTable(text, linesBetween(text, node.from, node.to), true));
          return false;
        case 'FencedCode':
        case 'CodeBlock':
          blocks.push({ kind: 'code', lines: linesBetween(text, node.from, node.to) });
          return false;
        default:
          return true;
      }
    },
    leave(node) {
      if (node.name === 'ListItem') items.pop();
    },
  });
  return blocks;
}

function ordinalAt(text: string, from: number): number | null {
  const number = /^\d{1,9}/.exec(text.slice(from, from + 9));
  return number ? Number(number[0]) : null;
}

function readHeading(
  text: string,
  from: number,
  to: number,
  level: number,
  underlined: boolean,
): OutlineBlock {
  const lines = linesBetween(text, from, to);
  if (underlined) {
    const body = lines.slice(0, -1);
    // A rule directly under `**Date**: …` makes Markdown see a heading where the author saw a paragraph.
    if (body.length !== 1 || /[:：|]/.test(body[0]!.text)) return { kind: 'text', lines: body, item: null };
    return { kind: 'heading', level, line: body[0]! };
  }
  const line = lines[0] ?? { text: '', from, to };
  const marks = /^#{1,6}[ \t]*/.exec(line.text)?.[0].length ?? 0;
  const end = line.text.replace(/[ \t]+#+[ \t]*$/, '').length;
  return {
    kind: 'heading',
    level,
    line: { text: line.text.slice(marks, Math.max(marks, end)), from: line.from + marks, to: line.to },
  };
}

/** A paragraph; where it holds a table that follows its text directly, or a table with a wrong `|---|` line, that too. */
function readParagraph(text: string, from: number, to: number, item: ListPlace | null): OutlineBlock[] {
  const lines = linesBetween(text, from, to);
  const delimiter = lines.findIndex(
    (line, index) => index > 0 && isDelimiterRow(line.text) && lines[index - 1]!.text.includes('|'),
  );
  if (delimiter < 0) return [{ kind: 'text', lines, item }];
  const before = lines.slice(0, delimiter - 1);
  const rows = lines.slice(delimiter - 1);
  const end = rows.findIndex((line, index) => index > 1 && !line.text.includes('|'));
  const table = readTable(text, end < 0 ? rows : rows.slice(0, end), false);
  const blocks: OutlineBlock[] = before.length > 0 ? [{ kind: 'text', lines: before, item }] : [];
  blocks.push(table);
  if (end >= 0) blocks.push({ kind: 'text', lines: rows.slice(end), item: null });
  return blocks;
}

function readTable(text: string, lines: readonly OutlineLine[], certain: boolean): TableBlock {
  const row = (line: OutlineLine): TableRow => ({
    cells: splitRow(text, line.from, line.to),
    from: line.from,
    to: line.to,
  });
  const header = row(lines[0]!);
  const wellFormed = certain || splitRow(text, lines[1]!.from, lines[1]!.to).length === header.cells.length;
  return { kind: 'table', header, rows: lines.slice(2).map(row), wellFormed };
}

const containerPrefix = /^[ \t]*(?:>[ \t]?)*[ \t]*/;

/** The lines of a node. All but the first still carry the indentation and `>` of their container, which is cut off. */
function linesBetween(text: string, from: number, to: number): OutlineLine[] {
  const lines: OutlineLine[] = [];
  for (let start = from; start <= to;) {
    let end = start;
    while (end < to && text.charCodeAt(end) !== 10 && text.charCodeAt(end) !== 13) end++;
    const raw = text.slice(start, end);
    const prefix = lines.length === 0 ? 0 : (containerPrefix.exec(raw)?.[0].length ?? 0);
    const trimmed = raw.slice(prefix).trimEnd();
    if (lines.length === 0 || trimmed !== '' || end < to)
      lines.push({ text: trimmed, from: start + prefix, to: start + prefix + trimmed.length });
    start = end + (text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? 2 : 1);
  }
  return lines;
}

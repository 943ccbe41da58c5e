import { parse, type DocumentNode, type StringNode, type ValueNode } from '@humanwhocodes/momoa';
import type { Stmt } from './python/ast';
import { parsePython } from './python/parsePython';
import { stringValue } from './python/strings';

/** A text of the workspace, `path` relative to it with forward slashes. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** A Python file or notebook, read. */
export interface PythonFile {
  readonly path: string;
  /** The Python alone: of a notebook its code cells one after the other, magics blanked. */
  readonly text: string;
  readonly body: readonly Stmt[];
  /** Tests of code, and no experiment: what they score on which rows is of no consequence. */
  readonly isUnitTest: boolean;
  /** 1-based line of the file for an offset into `text`. */
  lineAt(offset: number): number;
  /** How a person finds the place: `line 7`, or `cell 3, line 2` of a notebook. */
  placeAt(offset: number): string;
}

/** A script of more characters is data or generated, and would only cost time. */
const maxCharacters = 2_000_000;

/** Reads a `.py` or `.ipynb`; a string says why it can't be read. */
export function readSource({ path, text }: SourceText): PythonFile | string {
  if (text.length > maxCharacters) return `is larger than ${maxCharacters / 1_000_000} MB`;
  if (text.includes('\0')) return 'is not text';
  const lines = path.endsWith('.ipynb') ? notebookLines(text) : pythonLines(text);
  if (typeof lines === 'string') return lines;
  const python = lines.map(({ text: line }) => line).join('\n');
  const body = parsePython(python);
  if (body === null) return 'is nested too deeply to be read as Python';
  const starts: number[] = [0];
  for (let at = python.indexOf('\n'); at >= 0; at = python.indexOf('\n', at + 1)) starts.push(at + 1);
  const lineOf = (offset: number): CodeLine => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return lines[low]!;
  };
  return {
    path,
    text: python,
    body,
    isUnitTest: /^(?:from|import) (?:pytest|unittest)\b/m.test(python),
    lineAt: (offset) => lineOf(offset).line,
    placeAt: (offset) => lineOf(offset).place,
  };
}

interface CodeLine {
  readonly text: string;
  readonly line: number;
  readonly place: string;
}

function pythonLines(text: string): CodeLine[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .flatMap((line, at) =>
      unwrapped(line).map((text) => ({ text: withoutMagic(text), line: at + 1, place: `line ${at + 1}` })),
    );
}

/** Notebooks exported as scripts hold a cell under a magic as a string on one line; the code in it counts as that line. */
function unwrapped(line: string): string[] {
  const cell = /^get_ipython\(\)\.run_cell_magic\('(?:time|timeit|capture)', *'[^']*', *(.*)\)\s*$/.exec(
    line,
  );
  return cell ? stringValue(cell[1]!).split('\n') : [line];
}

/** `%matplotlib inline`, `!pip install x` and `x?` are not Python; blanked, so that places stay what they are. */
function withoutMagic(line: string): string {
  return /^\s*(?:[%!][A-Za-z!]|\?\S|[\w.]+\?{1,2}\s*$)/.test(line) ? '' : line;
}

function notebookLines(text: string): CodeLine[] | string {
  let document: DocumentNode;
  try {
    document = parse(text, { mode: 'json' });
  } catch {
    return 'is not valid JSON, as a notebook has to be';
  }
  const cells = member(document.body, 'cells');
  if (cells?.type !== 'Array') return 'has no cells';
  const lines: CodeLine[] = [];
  for (const [number, { value: cell }] of cells.elements.entries()) {
    const type = member(cell, 'cell_type');
    if (type?.type !== 'String' || type.value !== 'code') continue;
    const code = cellLines(member(cell, 'source'));
    const first = code.find(({ text: line }) => line.trim() !== '')?.text ?? '';
    if (/^%%(?!time|timeit|capture|prun)/.test(first)) continue;
    for (const [at, { text: line, line: place }] of code.entries())
      lines.push({ text: withoutMagic(line), line: place, place: `cell ${number + 1}, line ${at + 1}` });
  }
  return lines.length > 0 ? lines : 'has no code';
}

function member(node: ValueNode, name: string): ValueNode | null {
  if (node.type !== 'Object') return null;
  for (const { name: key, value } of node.members)
    if (key.type === 'String' ? key.value === name : key.name === name) return value;
  return null;
}

/** A cell's source is a list with one string a line, or one string for all; its lines in the JSON follow from that. */
function cellLines(source: ValueNode | null): { text: string; line: number }[] {
  if (source?.type === 'String') return linesOf(source);
  if (source?.type !== 'Array') return [];
  const found: { text: string; line: number }[] = [];
  let open = false;
  for (const { value } of source.elements) {
    if (value.type !== 'String') continue;
    const [first, ...rest] = linesOf(value);
    const last = open ? found.pop() : undefined;
    found.push(last ? { ...last, text: last.text + first!.text } : first!, ...rest);
    open = !value.value.endsWith('\n');
    if (!open) found.pop();
  }
  return found;
}

function linesOf(node: StringNode): { text: string; line: number }[] {
  return node.value.split('\n').map((text) => ({ text: text.replace(/\r$/, ''), line: node.loc.start.line }));
}

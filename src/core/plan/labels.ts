import type { Outline, OutlineBlock, OutlineLine } from '../text/outline';
import { plainText } from '../text/plainText';
import { factOf } from './facts';
import type { TextFact } from './model';
import type { LabelRole } from './vocabulary';
import { labelRole } from './words';

/** A line of the form `label: value`, with where each stands. */
export interface Label {
  readonly label: string;
  readonly role: LabelRole | null;
  readonly line: OutlineLine;
  /** Offsets of the value on the label's line. */
  readonly from: number;
  readonly to: number;
}

export interface Field extends Label {
  /** The value with what follows on further lines and deeper bullets; null where the author left it empty. */
  readonly value: TextFact | null;
}

const boldLabel = /^\s*(?:\[[ xX]\]\s*)?(\*\*|__)(.{1,100}?)\1\s*([(（][^()（）]{0,160}[)）])?\s*([:：])?\s*/;
const plainLabel = /^\s*(?:\[[ xX]\]\s*)?([^:：|。]{1,60}?)\s*[:：](?!\/\/)\s*/;

/** Reads `**Label**: value`, `**Label:** value`, `**Label.** value` or `Label: value` at the start of a line. */
export function readLabel(line: OutlineLine): Label | null {
  const bold = boldLabel.exec(line.text);
  if (bold) {
    const inner = bold[2]!;
    const marked = bold[4] !== undefined || /[:：.。]$/.test(inner.trim());
    const label = plainText(inner).replace(/[:：.。]$/, '');
    const rest = line.text.slice(bold[0].length);
    const split = /^(.{1,60}?)[:：]\s*(?=\S)/.exec(inner);
    if (!marked && split && labelRole(split[1]!) !== null) {
      const at = line.from + line.text.indexOf(inner) + split[0].length;
      return { label: plainText(split[1]!), role: labelRole(split[1]!), line, from: at, to: line.to };
    }
    if (!marked && rest.trim() !== '') return null;
    return { label, role: labelRole(label), line, from: line.from + bold[0].length, to: line.to };
  }
  const plain = plainLabel.exec(line.text.slice(0, 200));
  if (!plain) return null;
  const label = plainText(plain[1]!);
  return { label, role: labelRole(label), line, from: line.from + plain[0].length, to: line.to };
}

/** Every label of a line: the leading one and those that follow behind `|` or `·` (`**Priority**: … | **Cost**: …`). */
export function readLabels(line: OutlineLine): readonly Label[] {
  let labels = labelsOfLines.get(line);
  if (!labels) labelsOfLines.set(line, (labels = findLabels(line)));
  return labels;
}

/** Sections overlap, so that one line is asked for its labels several times. */
const labelsOfLines = new WeakMap<OutlineLine, readonly Label[]>();

function findLabels(line: OutlineLine): Label[] {
  const pieces = splitAtBars(line);
  const labels = pieces.map(readLabel);
  if (pieces.length > 1 && labels.every((label) => label !== null)) return labels;
  const first = readLabel(line);
  return first ? [first] : [];
}

function splitAtBars(line: OutlineLine): OutlineLine[] {
  const pieces: OutlineLine[] = [];
  const bar = /\s[|·•]\s|\s{2,}(?=\*\*)/g;
  let from = 0;
  for (const match of line.text.slice(0, 2000).matchAll(bar)) {
    pieces.push({
      text: line.text.slice(from, match.index),
      from: line.from + from,
      to: line.from + match.index,
    });
    from = match.index + match[0].length;
  }
  pieces.push({ text: line.text.slice(from), from: line.from + from, to: line.to });
  return pieces.slice(0, 12);
}

/**
 * The labelled facts of a stretch of blocks. A value goes on over the lines without a label that follow, and where
 * the label's own line is empty over deeper bullets, a list or a paragraph below. A heading whose words are a
 * known label (`#### Success criterion`) labels what stands under it.
 */
export function readFields(outline: Outline, blocks: readonly OutlineBlock[]): Field[] {
  const fields: Field[] = [];
  blocks.forEach((block, at) => {
    if (block.kind === 'heading') {
      const role = labelRole(block.line.text);
      if (role !== null)
        fields.push(
          withValue(
            outline,
            blocks,
            at,
            {
              label: plainText(block.line.text),
              role,
              line: block.line,
              from: block.line.to,
              to: block.line.to,
            },
            1,
          ),
        );
      return;
    }
    if (block.kind !== 'text') return;
    block.lines.forEach((line, index) => {
      const labels = readLabels(line);
      if (index > 0 && !/^\s*(?:\*\*|__)/.test(line.text) && labels.every(({ role }) => role === null))
        return;
      for (const label of labels) fields.push(withValue(outline, blocks, at, label, index + 1));
    });
  });
  return fields;
}

function withValue(
  outline: Outline,
  blocks: readonly OutlineBlock[],
  at: number,
  label: Label,
  nextLine: number,
): Field {
  const block = blocks[at]!;
  let to = label.to;
  if (block.kind === 'text') {
    for (const line of block.lines.slice(nextLine)) {
      if (readLabels(line).length > 0) break;
      to = line.to;
    }
  }
  const from = label.from;
  if (plainText(outline.text.slice(from, to)) === '') {
    const depth = block.kind === 'text' ? (block.item?.depth ?? 0) : 0;
    let start = -1;
    for (const next of blocks.slice(at + 1)) {
      if (next.kind !== 'text') break;
      const nextDepth = next.item?.depth ?? 0;
      const deeper = nextDepth > depth;
      if (!deeper && !(start < 0 && depth === 0 && !startsWithBoldLabel(next.lines[0]!))) break;
      if (start < 0) start = next.lines[0]!.from;
      to = next.lines.at(-1)!.to;
      if (!deeper) break;
    }
    return { ...label, value: start < 0 ? null : factOf(outline, start, to) };
  }
  return { ...label, value: factOf(outline, from, to) };
}

function startsWithBoldLabel(line: OutlineLine): boolean {
  return /^\s*\*\*/.test(line.text) && readLabel(line) !== null;
}

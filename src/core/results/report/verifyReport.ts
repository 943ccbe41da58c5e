import { diffArrays } from 'diff';

/** A number of a report and the place that its link names. */
export interface ReportedNumber {
  /** 1-based line of the report. */
  readonly line: number;
  /** The number as printed. */
  readonly text: string;
  /** Link target, decoded, relative to the report's folder. */
  readonly href: string;
  /** Relative to the workspace, with its pointer and line: what the link's title says. */
  readonly file: string;
  readonly pointer: string;
  readonly fileLine: number | null;
}

/** One place where a report differs from what its files give. */
export interface ReportDifference {
  /** The report. */
  readonly file: string;
  /** 1-based line of the report; where something is missing from it, the line before which it belongs. */
  readonly line: number;
  /** What the report says; null where it says nothing. */
  readonly was: string | null;
  /** What the files give; null where they give nothing. */
  readonly is: string | null;
}

const linkPattern = /\[((?:\\.|[^\]\\])*)\]\(([^\s()]+) "((?:\\.|[^"\\])*)"\)/g;
const titlePattern = /^(.*?)#(.*?)(?:, line (\d+))?$/s;

/** Every linked number of a report, in order; text in fences is no link. */
export function findNumbers(reportText: string): readonly ReportedNumber[] {
  let fence = '';
  return reportText.split(/\r?\n/).flatMap((line, index): readonly ReportedNumber[] => {
    const ticks = /^`{3,}/.exec(line)?.[0];
    if (ticks !== undefined) fence = fence === '' ? ticks : line.trimEnd() === fence ? '' : fence;
    if (fence !== '' || ticks !== undefined) return [];
    return [...line.matchAll(linkPattern)].flatMap(([, label = '', href = '', title = '']) => {
      const [, file, pointer = '', fileLine] = titlePattern.exec(unescape(title)) ?? [];
      if (file === undefined) return [];
      return [
        {
          line: index + 1,
          text: unescape(label),
          href: decodeURIComponent(href),
          file,
          pointer,
          fileLine: fileLine === undefined ? null : Number(fileLine),
        },
      ];
    });
  });
}

/**
 * Compares a report with the one computed anew from the files. Where a line differs in its numbers alone, each
 * number is a difference of its own; elsewhere the whole line is. The date of the report is not compared.
 */
export function verifyReport(
  reportText: string,
  recomputedText: string,
  file: string,
): readonly ReportDifference[] {
  const was = comparable(reportText);
  const is = comparable(recomputedText);
  const differences: ReportDifference[] = [];
  let line = 1;
  const parts = diffArrays(was, is);
  for (const [index, part] of parts.entries()) {
    if (!part.added && !part.removed) line += part.value.length;
    else if (part.removed) {
      const next = parts[index + 1];
      const replacement = next?.added ? next.value : [];
      differences.push(...pair(part.value, replacement, line, file));
      line += part.value.length;
    } else if (!parts[index - 1]?.removed) differences.push(...pair([], part.value, line, file));
  }
  return differences;
}

function pair(was: readonly string[], is: readonly string[], line: number, file: string): ReportDifference[] {
  const length = Math.max(was.length, is.length);
  return Array.from({ length }, (_, index) => {
    const before = was[index];
    const after = is[index];
    const at = line + Math.min(index, Math.max(0, was.length - 1));
    if (before === undefined || after === undefined)
      return [{ file, line: at, was: before ?? null, is: after ?? null }];
    const old = [...before.matchAll(linkPattern)];
    const now = [...after.matchAll(linkPattern)];
    const numbersAlone = before.replace(linkPattern, '') === after.replace(linkPattern, '');
    if (!numbersAlone || old.length !== now.length) return [{ file, line: at, was: before, is: after }];
    return old.flatMap(([whole, label = ''], number) => {
      const [newWhole = '', newLabel = ''] = now[number] ?? [];
      if (whole === newWhole) return [];
      const sameText = label === newLabel;
      return [
        {
          file,
          line: at,
          was: sameText ? whole : unescape(label),
          is: sameText ? newWhole : unescape(newLabel),
        },
      ];
    });
  }).flat();
}

function comparable(text: string): string[] {
  return text
    .replace(/\s+$/, '')
    .split(/\r?\n/)
    .map((line) => (/^\*\*(Date|日期)\*\*:/.test(line) ? '**Date**' : line.trimEnd()));
}

function unescape(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

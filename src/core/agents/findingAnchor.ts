/** What stood where something was found, as hashes, so that the place is found again without any of the text being kept. */
export interface FindingAnchor {
  /** Of the line, without the blanks around it. */
  readonly line: string;
  /** Of the line and its neighbours that are not blank. */
  readonly around: string;
}

/** Enough of a sha256 to tell the lines of a file apart. */
const digits = 12;

type Hash = (text: string) => string;

/** The anchor of a line, counted from 1; null: there is no such line, or nothing stands in it. */
export function anchorOf(lines: readonly string[], line: number, hash: Hash): FindingAnchor | null {
  const text = lines[line - 1]?.trim() ?? '';
  if (text === '') return null;
  return {
    line: hash(text).slice(0, digits),
    around: hash(aroundOf(lines, line - 1)).slice(0, digits),
  };
}

/**
 * Where the anchored line stands now, counted from 1: the one in the same surroundings, else one that reads the same; of
 * several the nearest to where it stood. null: it is gone, or was edited.
 */
export function findAnchored(
  lines: readonly string[],
  { line, anchor }: { readonly line: number; readonly anchor: FindingAnchor },
  hash: Hash,
): number | null {
  const alike = lines.flatMap((text, index) => {
    const plain = text.trim();
    return plain !== '' && hash(plain).slice(0, digits) === anchor.line ? [index] : [];
  });
  const same = alike.filter((index) => hash(aroundOf(lines, index)).slice(0, digits) === anchor.around);
  const near = (candidates: readonly number[]) =>
    candidates.reduce<number | null>(
      (best, index) =>
        best === null || Math.abs(index + 1 - line) < Math.abs(best - line) ? index + 1 : best,
      null,
    );
  return near(same.length > 0 ? same : alike);
}

function aroundOf(lines: readonly string[], index: number): string {
  const next = (step: 1 | -1) => {
    for (let at = index + step; at >= 0 && at < lines.length; at += step)
      if (lines[at]!.trim() !== '') return lines[at]!.trim();
    return '';
  };
  return [next(-1), lines[index]!.trim(), next(1)].join('\n');
}

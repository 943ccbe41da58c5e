import { applyPatch, parsePatch } from 'diff';
import { relativePath } from './placeFindings';

/** Lines `from` to before `to`, counted from 0, become a text. */
export interface LineReplacement {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * What a reviewer's patch changes in a file, as one replacement of whole lines; null: it is for another file,
 * or does not fit the text as it is now.
 */
export function patchedText(text: string, file: string, patch: string): LineReplacement | null {
  let after: string | false;
  try {
    const [parsed, ...others] = parsePatch(patch);
    if (parsed === undefined || others.length > 0 || parsed.hunks.length === 0) return null;
    const named = (parsed.newFileName ?? parsed.oldFileName ?? file).replace(/^[ab]\//, '');
    if (relativePath(named, '/') !== file && named !== file) return null;
    after = applyPatch(text, parsed, { fuzzFactor: 0, autoConvertLineEndings: true });
  } catch {
    // A model's patch may be anything.
    return null;
  }
  if (after === false || after === text) return null;
  const [one, other] = [text.split('\n'), after.split('\n')];
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  let same = 0;
  while (
    same < one.length - start - 1 &&
    same < other.length - start - 1 &&
    one[one.length - 1 - same] === other[other.length - 1 - same]
  )
    same++;
  const lines = other.slice(start, other.length - same);
  const atEnd = same === 0;
  const ending = atEnd || lines.length === 0 ? '' : '\n';
  return { from: start, to: one.length - same, text: lines.join('\n') + ending };
}

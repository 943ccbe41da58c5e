import { iterator, parse, type ValueNode } from '@humanwhocodes/momoa';

/** A parsed document, or where and why it is not JSON. `line` is 1-based. */
export type JsonDocument =
  | { readonly ok: true; readonly root: ValueNode }
  | { readonly ok: false; readonly line: number; readonly why: string; readonly cut: boolean };

/**
 * JSON with positions. NaN and Infinity, which Python's `json.dump` writes, are read as such, so that one of them
 * does not hide the other numbers of a file; everything else must be strict JSON.
 */
export function parseJson(source: string): JsonDocument {
  // The byte order mark is blanked, not cut, so that lines and columns stay.
  const text = source.startsWith('\uFEFF') ? ` ${source.slice(1)}` : source;
  try {
    return { ok: true, root: parse(text, { mode: 'json' }).body };
  } catch (error) {
    return parseWithNotFinite(text) ?? describeSyntax(error, text);
  }
}

function parseWithNotFinite(text: string): JsonDocument | null {
  try {
    const document = parse(text, { mode: 'json5', ranges: true });
    let strict = text;
    for (const { node } of iterator(document)) {
      if ((node.type !== 'NaN' && node.type !== 'Infinity') || node.range === undefined) continue;
      const [start, end] = node.range;
      strict = strict.slice(0, start) + '0'.padEnd(end - start) + strict.slice(end);
    }
    JSON.parse(strict);
    return { ok: true, root: document.body };
  } catch {
    return null; // The error of the strict parse says more.
  }
}

function describeSyntax(error: unknown, text: string): JsonDocument {
  if (error instanceof RangeError)
    return { ok: false, line: 1, why: 'it is nested too deeply to be read', cut: false };
  const { message, line, offset } = placeOf(error, text);
  const why = message.replace(/\s*\(\d+:\d+\)$/, '').replace(/\.? found\.?$/, '');
  // What is cut off ends where the parser stumbles: at the end itself, behind a comma, in the middle of a word.
  const rest = text.slice(offset);
  const cut = /end of input/i.test(message) || (offset > 0 && /^(,|[\w.+-]*)\s*$/.test(rest));
  return { ok: false, line, why, cut };
}

/** Where the parser stumbled; its errors carry line and offset, which their declared type does not say. */
function placeOf(error: unknown, text: string): { message: string; line: number; offset: number } {
  const { message, line, offset } = error as { message?: unknown; line?: unknown; offset?: unknown };
  return {
    message: typeof message === 'string' ? message : String(error),
    line: typeof line === 'number' ? line : text.split(/\r\n|\n|\r/).length,
    offset: typeof offset === 'number' ? offset : text.length,
  };
}

/** What JSON an answer holds: the value, or why there is none. */
export type FoundJson =
  { readonly kind: 'found'; readonly value: unknown } | { readonly kind: 'none'; readonly why: string };

/** Pieces of a text that are tried, the last first. */
const maxTries = 20;

/**
 * Finds the JSON document in what a model wrote: the whole text, else the last fenced block that parses, else the last
 * object that stands in prose. Linear in the text's length, since a megabyte of prose may come.
 */
export function findJson(text: string): FoundJson {
  const whole = tryParse(text.trim());
  if (whole.kind === 'found') return whole;
  for (const block of fencedBlocks(text).reverse().slice(0, maxTries)) {
    const parsed = tryParse(block.trim());
    if (parsed.kind === 'found' && isObject(parsed.value)) return parsed;
  }
  const open = text.indexOf('{');
  if (open < 0) return { kind: 'none', why: 'there is no JSON in it' };
  const objects = topLevelObjects(text);
  for (const [from, to] of objects.reverse().slice(0, maxTries)) {
    const parsed = tryParse(text.slice(from, to));
    if (parsed.kind === 'found') return parsed;
  }
  return { kind: 'none', why: whole.why };
}

function tryParse(text: string): FoundJson & { why: string } {
  try {
    return { kind: 'found', value: JSON.parse(text) as unknown, why: '' };
  } catch (error) {
    const ends = /unexpected end|unterminated/i.test((error as Error).message);
    return { kind: 'none', why: ends ? 'its JSON ends in the middle' : 'it is not valid JSON' };
  }
}

/** What stands between lines of backticks or tildes. Line by line: a pattern over the whole is quadratic. */
function fencedBlocks(text: string): string[] {
  const blocks: string[] = [];
  let fence: string | null = null;
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const mark = /^[ \t]*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === null) {
      if (mark !== undefined) [fence, lines] = [mark, []];
    } else if (mark === fence && line.trim() === mark) {
      blocks.push(lines.join('\n'));
      fence = null;
    } else lines.push(line);
  }
  return blocks;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Spans of balanced braces, strings respected. */
function topLevelObjects(text: string): [number, number][] {
  const spans: [number, number][] = [];
  let depth = 0;
  let from = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = depth > 0;
    else if (char === '{') {
      if (depth === 0) from = at;
      depth++;
    } else if (char === '}' && depth > 0) {
      depth--;
      if (depth === 0) spans.push([from, at + 1]);
    }
  }
  return spans;
}

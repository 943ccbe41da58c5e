/** Characters that must not act in a report: controls, and those that reorder or hide the text around them. */
const unsafeCharacters =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u202A-\u202E\u2028\u2029\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g;

const terminalSequence = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/g;

/** One line of plain text: line ends become spaces, terminal sequences and control characters go. */
export function oneLine(text: string): string {
  return text
    .replace(terminalSequence, '')
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .replace(unsafeCharacters, '')
    .trim();
}

/**
 * Text from plans, logs and ids as inline Markdown that reads as exactly this text: nothing in it can start a link, a
 * tag, emphasis, code, a formula or a list, or leave its table cell. What needs no escape stays as it is
 * (`baseline_1`).
 */
export function escapeText(text: string): string {
  return (
    oneLine(text)
      .replace(/[\\`*[\]|~$]/g, '\\$&')
      .replace(/<(?=[a-z/!?])/gi, '\\<')
      .replace(/&(?=[#\w])/g, '\\&')
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
      // Bare addresses become links by themselves.
      .replace(/:(?=\/\/)/g, '\\:')
      .replace(/\b(www)\./gi, '$1\\.')
      .replace(/@/g, '\\@')
      // What makes a block at the start of a line: lists, headings, quotes, rules and underlines.
      .replace(/^(?:>|[-+](?=\s|$)|#{1,6}(?=\s|$)|[-=](?=[-=\s]*$))/, '\\$&')
      .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
  );
}

/**
 * Inline code that holds exactly this text (CommonMark 6.1: a longer fence than any run of backticks inside). Not for
 * table cells, where a pipe would end the cell.
 */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  if (line === '') return '';
  const fence = '`'.repeat(longestRun(line, '`') + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A fenced block that nothing in its lines can close. */
export function codeBlock(lines: readonly string[], info = 'text'): readonly string[] {
  const clean = lines.flatMap((line) => line.split(/\r\n|\n|\r|\u2028|\u2029/)).map(cleanLine);
  const longest = Math.max(0, ...clean.map((line) => longestRun(line, '`')));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}${info}`, ...clean, fence];
}

/** A link whose label, target and title are text. `href` is used as it stands: see `relativeHref`. */
export function link(label: string, href: string, title: string | null = null): string {
  const quoted = title === null ? '' : ` "${escapeText(title).replaceAll('"', '\\"')}"`;
  return `[${escapeText(label)}](${href}${quoted})`;
}

/** The relative URL of `file` seen from the folder of `from`, both relative to the workspace, percent-encoded. */
export function relativeHref(from: string, file: string): string {
  if (/^(\/|[a-z]:[\\/])/i.test(file)) return encodePath(file.replaceAll('\\', '/'));
  const base = from.split('/').slice(0, -1).filter(isStep);
  const target = file.split('/').filter(isStep);
  let shared = 0;
  while (shared < base.length && shared < target.length - 1 && base[shared] === target[shared]) shared += 1;
  return encodePath([...base.slice(shared).map(() => '..'), ...target.slice(shared)].join('/'));
}

/** A table; its cells are Markdown already and hold no line end. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(header),
    `|${header.map((cell) => '-'.repeat(cell.length + 2)).join('|')}|`,
    ...rows.map(line),
  ];
}

function cleanLine(line: string): string {
  return line.replace(terminalSequence, '').replace(unsafeCharacters, '').trimEnd();
}

function isStep(part: string): boolean {
  return part !== '' && part !== '.';
}

function encodePath(path: string): string {
  return path
    .split('/')
    .map((part) =>
      encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\uFFFD')).replace(
        /[()!'*~]/g,
        (sign) => `%${sign.charCodeAt(0).toString(16)}`,
      ),
    )
    .join('/');
}

function longestRun(text: string, sign: string): number {
  return Math.max(0, ...text.split(new RegExp(`[^${sign}]+`)).map((run) => run.length));
}

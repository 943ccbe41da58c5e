import { formatTime, utc, type UtcOffset } from './localTime';
import { escapeText } from './markdown';

/** One file written, for `MANIFEST.md` at the root. */
export interface ManifestRow {
  readonly atMs: number;
  /** Relative to the workspace. */
  readonly file: string;
  readonly description: string;
}

const header = [
  '# Output Manifest',
  '',
  '| Timestamp | Skill | File | Stage | Description |',
  '|-----------|-------|------|-------|-------------|',
];

const manifestHeader =
  /^\s*\|\s*Timestamp\s*\|\s*Skill\s*\|\s*File\s*\|\s*Stage\s*\|\s*Description\s*\|\s*$/i;

/**
 * The manifest with one row more. Everything that stands there stays byte for byte; the row goes below the last row of
 * the manifest's table, or below a new header where there is none yet. Columns, skill and stage are the same in every language.
 */
export function appendManifestRow(
  existing: string | null,
  row: ManifestRow,
  offset: UtcOffset = utc,
): string {
  const cells = [
    formatTime(row.atMs, offset),
    '/experiment-bridge',
    escapeText(row.file),
    'implementation',
    escapeText(row.description),
  ];
  const line = `| ${cells.join(' | ')} |`;
  if (existing === null || existing.trim() === '') return `${[...header, line].join('\n')}\n`;
  const eol = existing.includes('\r\n') ? '\r\n' : '\n';
  const lines = existing.split(/\r?\n/);
  const at = lines.findLastIndex((text) => manifestHeader.test(text));
  if (at < 0)
    return `${existing.replace(/\s*$/, '')}${eol}${eol}${[...header.slice(2), line].join(eol)}${eol}`;
  let end = at + 1;
  while (end < lines.length && /^\s*\|/.test(lines[end] ?? '')) end += 1;
  // Offsets into the text itself, so that mixed line ends stay as they are.
  const insertAt = offsetOfLine(existing, end);
  const before = existing.slice(0, insertAt);
  const joint = before.endsWith('\n') ? '' : eol;
  return `${before}${joint}${line}${eol}${existing.slice(insertAt)}`;
}

function offsetOfLine(text: string, line: number): number {
  let at = 0;
  for (let count = 0; count < line; count += 1) {
    const next = text.indexOf('\n', at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return at;
}

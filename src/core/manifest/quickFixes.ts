import { isMap, isSeq, parseDocument, type Node, type YAMLMap } from 'yaml';

/** An edit of a manifest: what stands from `from` to `to` becomes `text`. */
export interface ManifestEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface NewEntry {
  readonly id: string;
  readonly milestone: string | null;
  readonly system: string | null;
  readonly seed: number | null;
  /** As the plan states it; null: the person has to write it, and until then the reader says that it is missing. */
  readonly command: string | null;
  readonly metrics: readonly string[];
}

export const emptyManifest =
  '# How every run of the plan is started, and where its numbers will be.\njobs:\n';

/**
 * Entries for runs, put behind the last one of `jobs:` in the indentation that its neighbours have; a manifest
 * without `jobs:` gets the key at its end. Null where the text is not a manifest that can be added to.
 */
export function addEntries(text: string, entries: readonly NewEntry[]): ManifestEdit | null {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const root = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' }).contents;
  const written = (indent: string) =>
    entries.map((entry) => entryText(entry, indent).replaceAll('\n', newline)).join(newline);
  if (root === null || (isMap(root) && !root.has('jobs'))) {
    const before = text === '' || text.endsWith('\n') ? '' : newline;
    return { from: text.length, to: text.length, text: `${before}jobs:${newline}${written('  ')}${newline}` };
  }
  if (!isMap(root)) return null;
  const jobs = root.get('jobs', true) as unknown as Node | null;
  if (isSeq(jobs) && jobs.flow !== true && jobs.items.length > 0) {
    const last = jobs.items.at(-1) as Node;
    const at = endOfContent(text, last.range?.[1] ?? text.length);
    const first = (jobs.items[0] as Node).range?.[0] ?? 0;
    const line = text.slice(text.lastIndexOf('\n', first - 1) + 1, first);
    return { from: at, to: at, text: newline + written(/^\s*/.exec(line)![0]) };
  }
  if (isSeq(jobs) && jobs.items.length > 0) return null;
  // `jobs:` with nothing, `[]` or a comment behind it.
  const pair = (root as YAMLMap).items.find(({ key }) => (key as { value?: unknown }).value === 'jobs')!;
  const key = (pair.key as Node).range![1];
  const colon = text.indexOf(':', key) + 1;
  const empty = /^[ \t]*(?:\[\s*\]|null|~)?/.exec(text.slice(colon))![0].length;
  return { from: colon, to: colon + empty, text: newline + written('  ') };
}

function endOfContent(text: string, at: number): number {
  let end = at;
  while (end > 0 && /\s/.test(text[end - 1]!)) end--;
  const comment = /^[ \t]*#[^\r\n]*/.exec(text.slice(end));
  return end + (comment?.[0].length ?? 0);
}

function entryText({ id, milestone, system, seed, command, metrics }: NewEntry, indent: string): string {
  const output = `results/${id}.json`;
  const lines = [
    `id: ${id}`,
    ...(milestone === null ? [] : [`milestone: ${plain(milestone)}`]),
    ...(system === null ? [] : [`system: ${plain(system)}`]),
    ...(seed === null ? [] : [`seed: ${seed}`]),
    command === null ? 'cmd:' : `cmd: ${JSON.stringify(command)}`,
    `expected_output: ${output}`,
    ...(metrics.length === 0
      ? []
      : [`metrics: { ${metrics.map((name) => `${plain(name)}: "${output}#/${name}"`).join(', ')} }`]),
  ];
  return lines.map((line, index) => `${indent}${index === 0 ? '- ' : '  '}${line}`).join('\n');
}

function plain(text: string): string {
  return /^[A-Za-z_][\w./-]*(?: [\w./-]+)*$/.test(text) ? text : JSON.stringify(text);
}

/** A scalar where a list belongs, as a list of one. */
export function asList(text: string, from: number, to: number): ManifestEdit {
  const written = text.slice(from, to);
  const values = /^["'[{]/.test(written) ? written : written.split(/\s*,\s*/).join(', ');
  return { from, to, text: `[${values}]` };
}

/** A line's `${…}` values in quotes, as YAML needs them within braces. Null where nothing is to be quoted. */
export function quotePlaceholders(text: string, offset: number): ManifestEdit | null {
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const to = end < 0 ? text.length : end;
  const line = text.slice(from, to);
  const mended = line.replace(
    /([:,[]\s*)([^\s"',{}[\]][^"',{}[\]]*)?(\$\{\w+\}(?:[^\s"',{}[\]]|\$\{\w+\})*)/g,
    (_, before: string, head: string | undefined, value: string) => `${before}"${head ?? ''}${value}"`,
  );
  return mended === line ? null : { from, to, text: mended };
}

/** Every `${name}` in a piece, handed to the shell as `$${name}`. */
export function handToShell(text: string, from: number, to: number, name: string): ManifestEdit {
  const written = text.slice(from, to);
  return {
    from,
    to,
    text: written.replaceAll(new RegExp(String.raw`(?<!\$)\$\{${name}\}`, 'g'), () => `$\${${name}}`),
  };
}

/** The known word that a mistyped one is nearest to, at most two slips away; null: none is near. */
export function nearestWord(word: string, known: readonly string[]): string | null {
  let best: { readonly word: string; readonly distance: number } | null = null;
  for (const candidate of known) {
    const distance = slips(word.toLowerCase(), candidate);
    if (distance <= Math.min(2, Math.floor(candidate.length / 3)) && distance < (best?.distance ?? 3))
      best = { word: candidate, distance };
  }
  return best?.word ?? null;
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function slips(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      row[j] = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1);
    }
    rows.push(row);
  }
  return rows[one.length]![other.length]!;
}

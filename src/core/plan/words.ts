import type { MilestoneKind, Priority, RunStatusWord } from './model';
import {
  columnWords,
  kindWords,
  labelWords,
  priorityWords,
  sectionWords,
  statusWords,
  totalWords,
} from './vocabulary';
import type { ColumnRole, LabelRole, SectionRole } from './vocabulary';

const han = /[\u3400-\u9fff]/;

/** Lower case, one space between words, without brackets and decoration: the form in which words are compared. */
export function normaliseWords(text: string): string {
  return text
    .slice(0, 200)
    .toLowerCase()
    .replace(/[(（[【][^()（）[\]【】]*[)）\]】]/g, ' ')
    .replace(/[-–—_/.,，、。:：;；?？!！*`'"“”§]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A word's place in its list, which decides between columns of one role; a word found inside a text has none. */
export const looseRank = 1000;

interface Entry<Role> {
  readonly role: Role;
  readonly word: string;
  /** The word as it stands inside a padded text: a Latin one between spaces, a Chinese one anywhere. */
  readonly inside: string;
  readonly rank: number;
}

interface Lexicon<Role> {
  readonly whole: ReadonlyMap<string, Entry<Role>>;
  /** Longest first. */
  readonly entries: readonly Entry<Role>[];
}

function lexicon<Role extends string>(words: Record<Role, readonly string[]>): Lexicon<Role> {
  const entries = (Object.entries(words) as [Role, readonly string[]][])
    .flatMap(([role, list]) =>
      list.map((listed, rank) => {
        const word = normaliseWords(listed) || listed;
        return { role, word, inside: han.test(word) ? word : ` ${word} `, rank };
      }),
    )
    .sort((one, other) => other.word.length - one.word.length);
  const whole = new Map<string, Entry<Role>>();
  for (const entry of entries) if (!whole.has(entry.word)) whole.set(entry.word, entry);
  return { whole, entries };
}

interface Match<Role> {
  readonly role: Role;
  readonly rank: number;
}

/** The word of the lexicon that the text equals, else the longest one that it starts with or contains. */
function match<Role extends string>(text: string, words: Lexicon<Role>): Match<Role> | null {
  const normal = normaliseWords(text) || text.trim().toLowerCase();
  if (normal === '') return null;
  const whole = words.whole.get(normal);
  if (whole) return { role: whole.role, rank: whole.rank };
  const padded = ` ${normal} `;
  let longest: Entry<Role> | null = null;
  for (const entry of words.entries) {
    if (entry.word.length < 2 || !padded.includes(entry.inside)) continue;
    longest ??= entry;
    if (!normal.startsWith(entry.word)) continue;
    const role = longest.word.length > entry.word.length + 4 ? longest.role : entry.role;
    return { role, rank: looseRank };
  }
  return longest && { role: longest.role, rank: looseRank };
}

const columns = lexicon<ColumnRole>(columnWords);
const labels = lexicon<LabelRole>(labelWords);
const sections = lexicon<SectionRole>(sectionWords);

export function columnMatch(header: string): Match<ColumnRole> | null {
  const normal = normaliseWords(header);
  if (/\bgpu\b/.test(normal) && /\b(?:h|hr|hrs|hours?)\b|小时/.test(normal))
    return { role: 'gpuHours', rank: 0 };
  if (/\b(?:wall|cpu)\b/.test(header.toLowerCase())) return { role: 'time', rank: looseRank };
  return match(header, columns);
}

export function labelRole(label: string): LabelRole | null {
  return label.length < 60 ? (match(label, labels)?.role ?? null) : null;
}

export function sectionRole(heading: string): SectionRole | null {
  return match(heading.replace(/^[\d.、\s]+/, ''), sections)?.role ?? null;
}

const statuses = lexicon<Exclude<RunStatusWord, 'unknown'>>(statusWords);
const statusMarks = (Object.entries(statusWords) as [RunStatusWord, readonly string[]][]).flatMap(
  ([status, list]) => list.filter((word) => !/[\p{L}\p{N}]/u.test(word)).map((mark) => ({ status, mark })),
);

/**
 * Reads a status cell by its author's leading word: `DONE_NEGATIVE_GATE` is done, `TODO/REUSE` is todo; a mark such
 * as ✅ counts where no word does. Words that are in no list are `unknown`.
 */
export function readStatus(text: string): RunStatusWord {
  const plain = text.trim();
  if (plain === '') return 'unknown';
  const marked = /^\[[ xX]\]/.exec(plain)?.[0].toLowerCase();
  if (marked) return marked === '[x]' ? 'done' : 'todo';
  const letters = plain.replace(/^[^\p{L}\p{N}]+/u, '');
  const normal = normaliseWords(letters) || letters.toLowerCase();
  const tokens = normal.split(' ', 3);
  for (let count = tokens.length; count > 0; count--) {
    const leading = statuses.whole.get(tokens.slice(0, count).join(' '));
    if (leading) return leading.role;
  }
  if (han.test(normal)) {
    const leading = statuses.entries.find(({ word }) => han.test(word) && normal.startsWith(word));
    if (leading) return leading.role;
  }
  const mark = statusMarks.find(({ mark: listed }) => plain.startsWith(listed));
  return mark && (normal === '' || mark.status === 'done') ? mark.status : 'unknown';
}

/** Words as they stand inside a padded text. */
function padded(words: readonly string[]): string[] {
  return words.map((word) => (han.test(word) ? word : ` ${normaliseWords(word)} `));
}

const priorities = { must: padded(priorityWords.must), nice: padded(priorityWords.nice) };
const kinds = (Object.entries(kindWords) as [MilestoneKind, readonly string[]][]).map(([kind, list]) => ({
  kind,
  list: padded(list),
}));

/** `must-run`, `nice-to-have`, `mixed` where both are stated, null where neither is (`SHOULD`). */
export function readPriority(text: string): Priority | null {
  const normal = ` ${normaliseWords(text.replace(/[()（）[\]【】]/g, ' '))} `;
  const nice = priorities.nice.some((word) => normal.includes(word));
  const negated = /非必[须需]|\bnot (?:must|required|mandatory)\b/.test(normal);
  const must = !negated && priorities.must.some((word) => normal.includes(word));
  if (must && nice) return 'mixed';
  return must ? 'must-run' : nice ? 'nice-to-have' : null;
}

/** A milestone's kind by the words of its name, then of its goal; the first milestone (`M0`) is a sanity stage. */
export function milestoneKind(id: string, name: string, goal: string): MilestoneKind {
  for (const text of [name, goal]) {
    const normal = ` ${normaliseWords(text)} `;
    const named = kinds.find(({ list }) => list.some((word) => normal.includes(word)));
    if (named) return named.kind;
    if (text === name && /^(?:M|Milestone |Phase |Stage )0$/i.test(id)) return 'sanity';
  }
  return 'other';
}

/** Whether a row's first cell sums other rows up (`Total`, `合计`, `M1 + M2 total`). */
export function isTotal(cell: string): boolean {
  const normal = normaliseWords(cell);
  return totalWords.some((word) =>
    han.test(word)
      ? normal.startsWith(word) && normal.length < 8
      : normal === word || normal.startsWith(`${word} `),
  );
}

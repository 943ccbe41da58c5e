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

type Lexicon<Role extends string> = readonly { role: Role; word: string; latin: boolean; rank: number }[];

function lexicon<Role extends string>(words: Record<Role, readonly string[]>): Lexicon<Role> {
  return (Object.entries(words) as [Role, readonly string[]][])
    .flatMap(([role, list]) =>
      list.map((word, rank) => ({ role, word: normaliseWords(word) || word, latin: !han.test(word), rank })),
    )
    .sort((one, other) => other.word.length - one.word.length);
}

interface Match<Role> {
  readonly role: Role;
  readonly rank: number;
}

/** The word of the lexicon that the text equals, else the longest one that it starts with or contains. */
function match<Role extends string>(text: string, words: Lexicon<Role>): Match<Role> | null {
  const normal = normaliseWords(text) || text.trim().toLowerCase();
  if (normal === '') return null;
  const whole = words.find(({ word }) => word === normal);
  if (whole) return { role: whole.role, rank: whole.rank };
  const padded = ` ${normal} `;
  const inside = words.filter(({ word, latin }) =>
    latin ? word.length > 1 && padded.includes(` ${word} `) : normal.includes(word),
  );
  const longest = inside[0];
  if (!longest) return null;
  const first = inside.find(({ word }) => normal.startsWith(word)) ?? longest;
  const role = longest.word.length > first.word.length + 4 ? longest.role : first.role;
  return { role, rank: looseRank };
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

const wordsOfStatus = (Object.entries(statusWords) as [RunStatusWord, readonly string[]][])
  .flatMap(([status, words]) => words.map((word) => ({ status, word, plain: normaliseWords(word) || word })))
  .sort((one, other) => other.plain.length - one.plain.length);

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
  const leading = wordsOfStatus.find(({ plain: word }) =>
    han.test(word) ? normal.startsWith(word) : normal === word || normal.startsWith(`${word} `),
  );
  if (leading) return leading.status;
  if (normal !== '' && /^[^\p{L}\p{N}]*$/u.test(plain) === false && !plain.startsWith('✅')) return 'unknown';
  return wordsOfStatus.find(({ word }) => plain.startsWith(word))?.status ?? 'unknown';
}

/** `must-run`, `nice-to-have`, `mixed` where both are stated, null where neither is (`SHOULD`). */
export function readPriority(text: string): Priority | null {
  const normal = ` ${normaliseWords(text.replace(/[()（）[\]【】]/g, ' '))} `;
  const states = (words: readonly string[]) =>
    words.some((word) =>
      han.test(word) ? normal.includes(word) : normal.includes(` ${normaliseWords(word)} `),
    );
  const nice = states(priorityWords.nice);
  const must = states(priorityWords.must) && !/非必[须需]|\bnot (?:must|required|mandatory)\b/.test(normal);
  if (must && nice) return 'mixed';
  return must ? 'must-run' : nice ? 'nice-to-have' : null;
}

/** A milestone's kind by the words of its name, then of its goal; the first milestone (`M0`) is a sanity stage. */
export function milestoneKind(id: string, name: string, goal: string): MilestoneKind {
  for (const text of [name, goal]) {
    const normal = ` ${normaliseWords(text)} `;
    for (const [kind, words] of Object.entries(kindWords) as [MilestoneKind, readonly string[]][]) {
      if (
        words.some((word) =>
          han.test(word) ? normal.includes(word) : normal.includes(` ${normaliseWords(word)} `),
        )
      )
        return kind;
    }
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

import { antiClaimWords, blockWords, claimWords, milestoneWords, milestoneWordsZh } from './vocabulary';

/** An id that a text begins with, and what follows it. `family` is what ids of one numbering share (`M`, `Wave`). */
export interface Identified {
  readonly id: string;
  readonly family: string;
  readonly rest: string;
}

const boundary = String.raw`(?=$|[\s:：—–\-−.,，、;(（\[【|/)）+→·]|[\u3400-\u9fff])`;
const numeral = String.raw`(?:\d+(?:\.\d+)*[a-z]?\+?|[IVX]{1,4}|[A-Z])`;
const numeralZh = '[一二三四五六七八九十零〇两\\d]+(?:\\.\\d+)?';

const milestoneCode = new RegExp(String.raw`^(M-?\d+(?:\.\d+)*[a-z]?\+?)${boundary}`, 'i');
/** The words in the three ways they are written; the numeral behind them stays case-sensitive. */
function anyCase(words: readonly string[]): string {
  return [...words]
    .sort((one, other) => other.length - one.length)
    .flatMap((word) => [...new Set([word, word.toLowerCase(), word.toUpperCase()])])
    .join('|');
}

const milestoneWord = new RegExp(String.raw`^(${anyCase(milestoneWords)})[\s-]+#?(${numeral})${boundary}`);
const milestoneZh = new RegExp(
  `^(第\\s*${numeralZh}\\s*(?:个)?(?:阶段|周|步|天|轮|批)|(?:${milestoneWordsZh.join('|')})\\s*(?:${numeralZh}|[A-Z](?![A-Za-z])))`,
);
const anyCode = new RegExp(String.raw`^([A-Za-z]{1,5}[-_]?\d+(?:\.\d+)*[a-z]?\+?)${boundary}`);

/** Text without the numbering, emoji and marks that may stand before an id: `4.1 `, `✅ `, `[x] `, `(a) `. */
export function withoutOrnaments(text: string): string {
  return text
    .replace(/^(?:\[[ xX]\]\s*)/, '')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/^(?:\d+(?:\.\d+)*[.)、]?\s+)(?=\p{L})/u, '')
    .replace(/^[^\p{L}\p{N}]+/u, '');
}

function identified(text: string, matched: string, id: string, family: string): Identified {
  return {
    id,
    family,
    rest: text
      .slice(matched.length)
      .replace(/^[\s:：—–\-−.,，、|]+/, '')
      .trim(),
  };
}

/** `M0: Sanity`, `Phase 2 — …`, `Milestone M3 …`, `第一阶段：…`: the id as the author writes it. */
export function readMilestoneId(text: string): Identified | null {
  const plain = withoutOrnaments(text);
  const nested = /^(?:Milestone|里程碑)\s+(?=M\d)/i.exec(plain)?.[0] ?? '';
  const code = milestoneCode.exec(plain.slice(nested.length));
  if (code) return identified(plain, nested + code[0], code[1]!, 'M');
  const word = milestoneWord.exec(plain);
  if (word)
    return identified(plain, word[0], word[0].replace(/\s+/g, ' ').replace(/#/, ''), word[1]!.toLowerCase());
  const chinese = milestoneZh.exec(plain);
  if (chinese)
    return identified(
      plain,
      chinese[0],
      chinese[0].replace(/\s+/g, ' ').trim(),
      chinese[0].replace(/[\d一二三四五六七八九十零〇两.\s]+/g, ''),
    );
  return null;
}

/**
 * The id in the first cell of a milestone table. Besides milestone ids any code is one (`VA0`), a bare number takes
 * the column's name (`1` under `Week` is `Week 1`), and other text counts up to the first colon, dash or bracket.
 */
export function readMilestoneCell(cell: string, header: string): Identified | null {
  const milestone = readMilestoneId(cell);
  if (milestone) return milestone;
  const plain = cell.replace(/^[^\p{L}\p{N}]+/u, '');
  const code = anyCode.exec(plain);
  if (code) return identified(plain, code[0], code[1]!, code[1]!.replace(/[\d.a-z+]+$/, ''));
  const bare = /^(\d+(?:\.\d+)?[a-z]?)(?=$|[\s:：—–\-.(（])/.exec(plain);
  const name = header.replace(/[^\p{L}]+/gu, ' ').trim();
  if (bare && name !== '' && !/^(?:id|no|order)$/i.test(name))
    return identified(plain, bare[0], `${name} ${bare[1]!}`, name.toLowerCase());
  const words = /^[^:：—–(（[【]+?(?=\s*(?:[:：—–(（[【]|\s-\s|$))/.exec(plain)?.[0].trim();
  return words ? identified(plain, words, words, '') : null;
}

/** A milestone that a run's row names: an id, or null for a description in its place (`gate`, `seed-42 pilot`). */
export function readMilestoneReference(cell: string, header: string): string | null {
  const milestone = readMilestoneId(cell);
  if (milestone) return milestone.id;
  const code = anyCode.exec(cell);
  if (code && code[0].length === cell.length) return code[0];
  if (/^\d+(?:\.\d+)?$/.test(cell)) return readMilestoneCell(cell, header)?.id ?? null;
  return null;
}

const blockWord = new RegExp(
  String.raw`^(${anyCase(Object.keys(blockWords))})(?:\s*[-#]?\s*([A-Z]{0,3}\d+(?:\.\d+)*[a-z]?)|\s+([A-Z])|\s*(${numeralZh}))${boundary}`,
);

/** `Block 3: …`, `Block 3 (B3)` and `B3 — …` are B3; `E3` and `Experiment 3` are E3. */
export function readBlockId(text: string): (Identified & { readonly named: boolean }) | null {
  const plain = withoutOrnaments(text);
  const word = blockWord.exec(plain);
  if (word) {
    const letter = Object.entries(blockWords).find(
      ([name]) => name.toLowerCase() === word[1]!.toLowerCase(),
    )![1];
    const alias = /^\s*[(（]([A-Z]{1,3}\d+)[)）]/.exec(plain.slice(word[0].length));
    const number = word[2] ?? (word[4] === undefined ? undefined : String(chineseNumber(word[4])));
    const id =
      alias?.[1] ??
      (number === undefined ? `${word[1]!} ${word[3]!}` : /^\d/.test(number) ? letter + number : number);
    return { ...identified(plain, word[0] + (alias?.[0] ?? ''), id, letter), named: true };
  }
  const code = /^([A-Z]{1,4}[-]?\d+(?:\.\d+)*[a-z]?)(?=$|[\s:：—–\-.(（[【|、，])/.exec(plain);
  if (!code || /^M\d/.test(code[1]!)) return null;
  return { ...identified(plain, code[0], code[1]!, code[1]!.replace(/[\d.a-z]+$/, '')), named: false };
}

function chineseNumber(text: string): number | string {
  if (/^\d/.test(text)) return text;
  const digits = '零一二三四五六七八九';
  const normal = text.replace('〇', '零').replace('两', '二');
  if (!normal.includes('十')) return [...normal].reduce((sum, digit) => sum * 10 + digits.indexOf(digit), 0);
  const [tens, ones] = normal.split('十');
  return (tens ? digits.indexOf(tens) : 1) * 10 + (ones ? digits.indexOf(ones) : 0);
}

const claimWord = new RegExp(
  String.raw`^(?:(?:Main|Primary|Supporting|核心)\s+)?(${Object.keys(claimWords).join('|')})\s*#?\s*([A-Z]?\d+(?:\.[\da-z]+)?[a-z]?)${boundary}`,
  'i',
);
const claimCode =
  /^([A-Z]{1,3}\d+(?:\.[\da-z]+)*[a-z]?'?(?:-[A-Za-z]+)?|[CH]-[A-Z\d]{1,3})(?=$|[\s:：—–\-.(（,，、\]】)）|]|[\u3400-\u9fff])/;

/** `C1: …`, `C1.a (causal)`, `C-A (primary)`, `Claim 2 …`; null where a text carries no id of a claim. */
export function readClaimId(text: string): Identified | null {
  const plain = withoutOrnaments(text);
  const word = claimWord.exec(plain);
  if (word) {
    const letter = Object.entries(claimWords).find(
      ([name]) => name.toLowerCase() === word[1]!.toLowerCase(),
    )![1];
    const id = /^[A-Z]/.test(word[2]!) ? word[2]! : letter + word[2]!;
    return identified(plain, word[0], id, letter);
  }
  const code = claimCode.exec(plain);
  return code ? identified(plain, code[0], code[1]!, code[1]!.replace(/[\d.a-z'-].*$/, '')) : null;
}

export function isAntiClaim(text: string): boolean {
  const start = text.slice(0, 60).toLowerCase();
  return /^anti\b/.test(start) || antiClaimWords.some((word) => start.includes(word));
}

/** Ids that a text names, with ranges expanded: `R001-R003, R005` gives four, `R001–005` five. Order as written. */
export function expandIds(text: string): string[] {
  const ids = new Set<string>();
  const pattern =
    /(?<![\w-])([A-Za-z]{1,6}[-_]?)(\d{1,5})([a-z]?)(?![A-Za-z\d])(?:\s*(?:-|–|—|−|~|to|至|到|\.\.)\s*(?:([A-Za-z]{1,6}[-_]?)?(\d{1,5})([a-z]?)(?![A-Za-z\d%]))?)?/g;
  for (const match of text.slice(0, 2000).matchAll(pattern)) {
    const [, prefix, first, letter, lastPrefix, last, lastLetter] = match as unknown as [
      string,
      string,
      string,
      string,
      string?,
      string?,
      string?,
    ];
    if (last === undefined || (lastPrefix !== undefined && lastPrefix !== prefix))
      ids.add(prefix + first + letter);
    else if (Number(last) === Number(first) && letter && lastLetter) {
      for (let code = letter.charCodeAt(0); code <= lastLetter.charCodeAt(0); code++)
        ids.add(prefix + first + String.fromCharCode(code));
    } else if (Number(last) >= Number(first) && Number(last) - Number(first) <= 1000) {
      for (let value = Number(first); value <= Number(last); value++)
        ids.add(prefix + String(value).padStart(first.length, '0'));
    } else ids.add(prefix + first + letter);
  }
  return [...ids];
}

import { sweepAxes, sweepAxesZh } from './vocabulary';

const axis = sweepAxes.map((word) => word.replace(/y$/, '(?:y|ie)')).join('|');
const cross = String.raw`\s*[×x*]\s*`;
const list = String.raw`[\[{(（]\s*[^\[\]{}()（）\n]{1,200}[\]})）]`;
const factor = String.raw`(?:(?:seeds?|[\p{L}_]{1,12})\s*(?:∈|=|:|：|in)?\s*${list}|seeds?\s*[:=]?\s*\d+(?:\s*[,/、]\s*\d+)+|(?:[\p{L}_]{1,3}\s+)?\d+\s*(?:[\p{L}-]+\s+)?(?:${axis})s?(?![\p{L}])|[\d一二三四五六七八九十]+\s*(?:个|种)?\s*(?:${sweepAxesZh.join('|')}))`;
const chain = new RegExp(
  String.raw`${factor}(?:\s*\([^()]{0,120}\))?(?:${cross}${factor}(?:\s*\([^()]{0,120}\))?)*`,
  'giu',
);
const stated =
  /(?<![\w.-])(?:=|≈|→)?\s*(\d{1,5})\s*(?:total\s+)?(?:jobs|runs|fine-tune runs|training runs|trials|checkpoints)\b|共\s*(\d{1,5})\s*(?:个|次)?(?:任务|运行|实验)/iu;

/**
 * Number of jobs that a text's sweeps declare: the product of its axes (`3 seeds × 5 methods`, `N ∈ {64, 128} × n 4
 * values`, `seeds 42, 200, 201`), or what the author says it comes to (`= 36 jobs`). Null where nothing says.
 */
export function readJobCount(text: string): number | null {
  const sweep = text.slice(0, 2000);
  const total = stated.exec(sweep);
  if (total) return Number(total[1] ?? total[2]);
  let best: number | null = null;
  for (const match of sweep.matchAll(chain)) {
    const counts = match[0].split(new RegExp(cross, 'u')).map(countOf);
    if (counts.some((count) => count === null)) continue;
    const product = counts.reduce<number>((sum, count) => sum * count!, 1);
    if (product > 1 && product <= 100_000) best = Math.max(best ?? 0, product);
  }
  return best;
}

function countOf(part: string): number | null {
  const bare = part.replace(/\([^()]*\)\s*$/, (bracket) =>
    /[∈=:]/.test(part.slice(0, part.indexOf(bracket))) ? bracket : '',
  );
  const values =
    /[[{(（]\s*([^[\]{}()（）]*)\s*[\]})）]/.exec(bare)?.[1] ??
    /^seeds?\s*[:=]?\s*(\d+(?:\s*[,/、]\s*\d+)+)/i.exec(bare)?.[1];
  if (values !== undefined) {
    if (/…|\.\.\./.test(values)) return null;
    const items = values.split(/[,，/、]/).filter((item) => item.trim() !== '');
    return items.length > 1 ? items.length : null;
  }
  const number = /(\d+)/.exec(bare);
  if (number) return Number(number[1]);
  const chinese = /[一二三四五六七八九十]/.exec(bare);
  return chinese ? '一二三四五六七八九十'.indexOf(chinese[0]) + 1 : null;
}

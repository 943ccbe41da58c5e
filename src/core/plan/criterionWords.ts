import type { Comparison } from './model';

/** How people write a comparison with a number, longest first so that "no more than" is not read as "more than". */
const comparisons: readonly (readonly [string, Comparison])[] = [
  ['no more than', '<='],
  ['not more than', '<='],
  ['no greater than', '<='],
  ['not greater than', '<='],
  ['no higher than', '<='],
  ['not higher than', '<='],
  ['not exceeding', '<='],
  ['does not exceed', '<='],
  ['do not exceed', '<='],
  ['no less than', '>='],
  ['not less than', '>='],
  ['no lower than', '>='],
  ['not lower than', '>='],
  ['not below', '>='],
  ['greater than or equal to', '>='],
  ['less than or equal to', '<='],
  ['greater than', '>'],
  ['more than', '>'],
  ['higher than', '>'],
  ['larger than', '>'],
  ['above', '>'],
  ['exceeds', '>'],
  ['exceed', '>'],
  ['at least', '>='],
  ['less than', '<'],
  ['lower than', '<'],
  ['smaller than', '<'],
  ['below', '<'],
  ['under', '<'],
  ['at most', '<='],
  ['up to', '<='],
  ['不高于', '<='],
  ['不大于', '<='],
  ['不超过', '<='],
  ['不多于', '<='],
  ['至多', '<='],
  ['不低于', '>='],
  ['不小于', '>='],
  ['不少于', '>='],
  ['至少', '>='],
  ['大于', '>'],
  ['高于', '>'],
  ['超过', '>'],
  ['小于', '<'],
  ['低于', '<'],
  ['>=', '>='],
  ['<=', '<='],
  ['==', '=='],
  ['≥', '>='],
  ['⩾', '>='],
  ['≤', '<='],
  ['⩽', '<='],
  ['>', '>'],
  ['<', '<'],
  ['=', '=='],
];

const bySign = new Map(comparisons);

/** Source of what matches any of them, and the same as a group. */
export const anyComparison = `(?:${comparisons.map(([words]) => words.replace(/ /g, String.raw`\s+`)).join('|')})`;
export const comparisonPattern = `(${anyComparison})`;

/** A number with its unit; two groups. */
export const quantityPattern = String.raw`([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\d.]|[kKMGBT]\b)\s*(%|pp|p\.p\.|pts?|points?|percentage points?|个?百分点|点|×|x(?![\w]))?`;

export function comparisonOf(sign: string): Comparison | null {
  return bySign.get(sign.toLowerCase().replace(/\s+/g, ' ')) ?? null;
}

/** The same condition on the negated value: what rises by at least 2 falls by at most -2. */
export const mirrored: Readonly<Record<Comparison, Comparison>> = {
  '>': '<',
  '>=': '<=',
  '<': '>',
  '<=': '>=',
  '==': '==',
};

/** Measures of which less is better. Whole words of a name. */
const lessIsBetter =
  /\b(?:loss|nll|perplexity|ppl|bpb|error|err|mse|mae|rmse|wer|cer|fid|ece|regret|latency|损失|误差|错误率|延迟|困惑度)\b|损失|误差|错误率|延迟|困惑度/i;
const moreIsBetter =
  /\b(?:accuracy|acc|precision|recall|f1|auc|auroc|auprc|map|iou|miou|dice|bleu|rouge|psnr|ssim|r2|reward|score|throughput|top-?[15])\b|准确率|精度|召回率|吞吐/i;

/** Whether more of a measure is better, as far as its name tells; null: it does not. */
export function directionOf(metric: string): 'up' | 'down' | null {
  const spaced = metric.replace(/[_/]/g, ' ');
  if (lessIsBetter.test(spaced)) return 'down';
  return moreIsBetter.test(spaced) ? 'up' : null;
}

/**
 * Which way a word such as "lower" or "improvement" points for this measure: `up` where its value is meant to rise.
 * null: the word says better or worse, and the name does not say what that is.
 */
export function pointing(word: string, metric: string): 'up' | 'down' | null {
  if (/^(?:higher|greater|more|larger|increase[sd]?|raise[sd]?|rise)$/i.test(word)) return 'up';
  if (
    /^(?:lower|less|smaller|fewer|reduc(?:e[sd]?|tion)|decrease[sd]?|cuts?|lowers|lowered|drops?|declines?|falls?)$/i.test(
      word,
    )
  )
    return 'down';
  const better = directionOf(metric);
  const worse = better === 'up' ? 'down' : 'up';
  if (better === null) return null;
  return /^(?:worse|degradation|degrades?|degraded|deterioration)$/i.test(word) ? worse : better;
}

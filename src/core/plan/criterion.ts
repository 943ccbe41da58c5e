import type { Comparison, Criterion } from './model';

const comparisons: Record<string, Comparison> = {
  '>': '>',
  '≥': '>=',
  '>=': '>=',
  '⩾': '>=',
  '<': '<',
  '≤': '<=',
  '<=': '<=',
  '⩽': '<=',
  '=': '==',
  '==': '==',
  ...{
    'greater than': '>',
    'more than': '>',
    'higher than': '>',
    above: '>',
    exceeds: '>',
    'at least': '>=',
    'less than': '<',
    'lower than': '<',
  },
  ...{
    below: '<',
    under: '<',
    'at most': '<=',
    大于: '>',
    高于: '>',
    超过: '>',
    不低于: '>=',
    至少: '>=',
    小于: '<',
    低于: '<',
    不超过: '<=',
    至多: '<=',
  },
};
const comparison = String.raw`(>=|<=|==|≥|≤|⩾|⩽|>|<|=|greater than|more than|higher than|above|exceeds|at least|less than|lower than|below|under|at most|大于|高于|超过|不低于|至少|小于|低于|不超过|至多)`;
const quantity = String.raw`([+-]?\d+(?:\.\d+)?(?:e-?\d+)?)\s*(%|pp|p\.p\.|pts?|points?|percentage points?|个?百分点|点|×|x(?![\w]))?`;

const absolute = new RegExp(
  String.raw`^(?<metric>[^<>=≥≤]{0,80}?)\s*${comparison}\s*${quantity}\s*(?<rest>.*)$`,
  'i',
);
const lead = new RegExp(
  String.raw`^(?<candidate>[^<>=≥≤]{1,60}?)\s*(>|≥|>=|beats|outperforms|exceeds|优于|超过)\s*(?<reference>[^<>=≥≤\d]{1,60}?)\s*(?:by|达?至少)?\s*${comparison}\s*${quantity}\s*(?<rest>.*)$`,
  'i',
);
const another = new RegExp(String.raw`${comparison}\s*[+-]?\d|[;；]|\b(?:and|or|AND|OR)\b|且|或|同时`);

/**
 * Reads a criterion that a program can judge: `AUPRC > 0.8`, `> 2% accuracy over baseline`, `>= +0.10 mean lift`,
 * `A accuracy > B accuracy by >= 2 points`. A sentence with several conditions, or with words whose meaning decides,
 * stays text: the answer is null rather than a part of what the author asked.
 */
export function readCriterion(text: string): Criterion | null {
  const sentence = text
    .replace(/[*`]/g, '')
    .replace(/\([^()]*\)|（[^（）]*）/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/[.。]\s*$/, '')
    .trim();
  if (sentence === '' || sentence.length > 160) return null;
  const relation = lead.exec(sentence);
  if (relation?.groups) {
    if (another.test(relation.groups['rest']!)) return null;
    const metric = sharedMetric(relation.groups['candidate']!, relation.groups['reference']!);
    return build(metric.metric, relation[3 + 1]!, relation, metric.reference, sentence);
  }
  const match = absolute.exec(sentence);
  if (!match?.groups || another.test(match.groups['rest']!)) return null;
  if (/\b(?:and|or)\b|且|[;；,，]/.test(match.groups['metric']!)) return null;
  const rest =
    /^(?<metric>.*?)\s*\b(?:over|vs\.?|versus|than|relative to|compared (?:to|with)|against|above|improvement over|gain over)\s+(?:the\s+)?(?<reference>[\w\s.+-]{1,50})$/i.exec(
      match.groups['rest']!,
    );
  const named = match.groups['metric']!.trim();
  const metric = named !== '' ? named : (rest?.groups?.['metric'] ?? match.groups['rest']!);
  return build(metric, match[2]!, match, rest?.groups?.['reference'] ?? null, sentence);
}

function build(
  metric: string,
  sign: string,
  match: RegExpExecArray,
  reference: string | null,
  sentence: string,
): Criterion | null {
  const groups = [...match].slice(1);
  const at = groups.lastIndexOf(sign);
  const amount = Number(groups[at + 1]);
  const unit = groups[at + 2]?.toLowerCase() ?? '';
  const compared = comparisons[sign.toLowerCase()];
  if (compared === undefined || !Number.isFinite(amount)) return null;
  const name = metric
    .replace(/^(?:the|a|mean|average)\s+(?=\S+\s)/i, '')
    .replace(/\b(?:is|are|of|must be|should be|by)\s*$/i, '')
    .trim();
  const relativeWords = /\brelative\b|相对/i.test(sentence);
  const kind =
    unit === '%' && relativeWords
      ? 'relative'
      : unit === '%' || /^(?:pp|p\.p|pt|point|percentage|个?百分点|点)/.test(unit)
        ? 'points'
        : unit === '×' || unit === 'x'
          ? 'relative'
          : 'absolute';
  const lift = /lift|gain|improvement|delta|Δ|提升|增益/i.test(name);
  return {
    metric: name === '' ? null : name,
    comparison: compared,
    threshold: kind === 'relative' && unit === '%' ? amount / 100 : amount,
    unit: kind,
    reference: reference?.trim() ?? (lift ? 'baseline' : null),
  };
}

/** `DepthGate accuracy` against `Standard LoRA accuracy`: the words they end with alike are the metric. */
function sharedMetric(candidate: string, reference: string): { metric: string; reference: string } {
  const one = candidate.trim().split(' ');
  const other = reference.trim().split(' ');
  let shared = 0;
  while (shared < one.length && shared < other.length - 1 && one.at(-1 - shared) === other.at(-1 - shared))
    shared++;
  return {
    metric: shared > 0 ? one.slice(-shared).join(' ') : '',
    reference: (shared > 0 ? other.slice(0, -shared) : other).join(' '),
  };
}

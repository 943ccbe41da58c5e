import {
  comparisonOf,
  comparisonPattern,
  directionOf,
  mirrored,
  pointing,
  quantityPattern,
} from './criterionWords';
import type { Comparison, Criterion } from './model';

const comparison = comparisonPattern;
const quantity = quantityPattern;
const against = String.raw`(?:over|vs\.?|versus|than|relative to|compared (?:to|with)|against|above|improvement over|gain over)`;
const system = String.raw`[\w\s.+/-]{1,50}`;
/** Words of a difference that say which way it goes. */
const way = String.raw`higher|greater|more|larger|lower|less|smaller|fewer|better|worse`;
/** Nouns of a difference: `accuracy drop`, `loss reduction`. */
const change = String.raw`drop|decrease|decline|reduction|degradation|deterioration|increase|improvement|gain|lift|boost`;
const verb = String.raw`improve[sd]?|increase[sd]?|raise[sd]?|boost(?:s|ed)?|reduce[sd]?|lower(?:s|ed)?|decrease[sd]?|cuts?|degrade[sd]?`;

const absolute = new RegExp(
  String.raw`^(?<metric>[^<>=≥≤]{0,80}?)\s*${comparison}\s*${quantity}\s*(?<rest>.*)$`,
  'i',
);
const lead = new RegExp(
  String.raw`^(?<candidate>[^<>=≥≤]{1,60}?)\s*(?<relation>>=|>|≥|<=|<|≤|beats|outperforms|exceeds|优于|超过)\s*(?<reference>[^<>=≥≤\d]{1,60}?)\s*(?:by|达?至少)?\s*${comparison}\s*${quantity}\s*(?<rest>.*)$`,
  'i',
);
/** `ours accuracy > sgd accuracy`: no amount, so any real difference. */
const plain =
  /^(?<candidate>[^<>=≥≤]{1,60}?)\s*(?<relation>>=|>|≥|<=|<|≤)\s*(?<reference>(?![\d+-])[^<>=≥≤]{1,60})$/;
const changes = new RegExp(
  String.raw`^(?<candidate>.{0,60}?)\b(?<verb>${verb})\s+(?:the\s+)?(?<metric>[^<>=≥≤]{1,60}?)(?:\s+${against}\s+(?:the\s+)?(?<reference>${system}?))?\s+by\s+(?:${comparison}\s*)?${quantity}(?:\s+${against}\s+(?:the\s+)?(?<later>${system}))?$`,
  'i',
);
const another = new RegExp(
  String.raw`${comparison}\s*[+-]?\d|[;；]|^/\s*\d|\b(?:and|or|AND|OR)\b|且|或|同时`,
  'i',
);

/**
 * Reads a criterion that a program can judge: `AUPRC > 0.8`, `> 2% accuracy over baseline`, `>= +0.10 mean lift`,
 * `A accuracy > B accuracy by >= 2 points`, `loss at least 0.01 lower than sgd`, `accuracy drop at most 1 pp`. What has
 * several conditions is for `readCriteria`; words whose meaning decides stay text: the answer is null rather than
 * a part of what the author asked. "Better" and "worse" are read where the measure's name says which way that is.
 */
export function readCriterion(text: string): Criterion | null {
  const sentence = plainSentence(text);
  if (sentence === '' || sentence.length > 160) return null;
  return readChange(sentence) ?? readRelation(sentence) ?? readAbsolute(sentence);
}

/** Without emphasis and asides, on one line. */
function plainSentence(text: string): string {
  const sentence = text
    .replace(/[*`]/g, '')
    .replace(/\([^()]*\)|（[^（）]*）/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/[.。]\s*$/, '')
    .trim();
  // "2 points higher than sgd" says at least that much.
  if (new RegExp(String.raw`${comparison}\s*[+-]?\d`, 'i').test(sentence)) return sentence;
  return sentence.replace(
    new RegExp(String.raw`(?<=^|\s)(?:by\s+)?${quantity}(?=\s+(?:${way})\s)`, 'i'),
    'at least $&',
  );
}

/** `momentum improves accuracy over sgd by at least 1 pp`. */
function readChange(sentence: string): Criterion | null {
  const match = changes.exec(sentence);
  if (!match?.groups) return null;
  const { verb: word, metric, reference, later } = match.groups;
  const amount = match.slice(-4, -1);
  if (reference !== undefined && later !== undefined) return null;
  const [sign = '>=', value, unit] = amount;
  const points = pointing(word!, metric!);
  if (points === null) return null;
  return build({
    ...{ metric: metric!, sign, amount: value!, unit, sentence },
    reference: reference ?? later ?? 'baseline',
    falls: points === 'down',
  });
}

function readRelation(sentence: string): Criterion | null {
  const relation = lead.exec(sentence);
  if (relation?.groups) {
    const { candidate, reference, rest, relation: sign } = relation.groups;
    if (another.test(rest!)) return null;
    const [, , , , compared, amount, unit] = relation;
    const shared = sharedMetric(candidate!, reference!);
    return build({
      ...{ ...shared, sign: compared!, amount: amount!, unit, sentence },
      falls: /^[<≤]/.test(sign!) || (/^[^>≥]/.test(sign!) && directionOf(shared.metric) === 'down'),
    });
  }
  const bare = plain.exec(sentence);
  if (!bare?.groups || /\b(?:and|or)\b|[;；,，]|且|或/i.test(sentence)) return null;
  const { metric, reference } = sharedMetric(bare.groups['candidate']!, bare.groups['reference']!);
  if (metric === '') return null;
  return build({ metric, reference, sign: bare.groups['relation']!, amount: '0', unit: undefined, sentence });
}

function readAbsolute(sentence: string): Criterion | null {
  const match = absolute.exec(sentence);
  if (!match?.groups) return null;
  const { metric: named, rest } = match.groups;
  if (another.test(rest!)) return null;
  if (/\b(?:and|or)\b|且|[;；,，]/.test(named!)) return null;
  const compared = new RegExp(
    String.raw`^(?:(?<way>${way})\b\s*)?(?<metric>.*?)\s*\b${against}\s+(?:the\s+)?(?<reference>${system})$`,
    'i',
  ).exec(rest!)?.groups;
  const metric = named!.trim() !== '' ? named! : (compared?.['metric'] ?? rest!);
  const [, , sign, amount, unit] = match;
  const points = compared?.['way'] === undefined ? 'up' : pointing(compared['way'], metric);
  // "better" of a measure whose name does not say what is better; "2 points lower" than nothing.
  if (points === null || (compared === undefined && new RegExp(String.raw`^(?:${way})\b`, 'i').test(rest!)))
    return null;
  return build({
    ...{ metric, sign: sign!, amount: amount!, unit, sentence },
    reference: compared?.['reference'] ?? null,
    falls: points === 'down',
  });
}

interface Parts {
  readonly metric: string;
  readonly sign: string;
  readonly amount: string;
  readonly unit: string | undefined;
  readonly reference: string | null;
  readonly sentence: string;
  /** The amount is one by which the value falls. */
  readonly falls?: boolean;
}

function build({
  metric,
  sign,
  amount,
  unit = '',
  reference,
  sentence,
  falls = false,
}: Parts): Criterion | null {
  const size = Number(amount);
  const written = comparisonOf(sign);
  if (written === null || !Number.isFinite(size)) return null;
  const measure = metric
    .replace(/^(?:the|a|mean|average)\s+(?=\S+\s)/i, '')
    .replace(/\b(?:is|are|of|must be|should be|remains|stays|by)\s*$/i, '')
    .trim();
  const { name, points } = changeIn(measure);
  if (points === null) return null;
  const down = falls !== (points === 'down');
  const kind = unitOf(unit.toLowerCase(), sentence);
  const threshold = kind === 'relative' && unit === '%' ? size / 100 : size;
  const isChange = points !== 'none' || /lift|gain|improvement|delta|Δ|提升|增益/i.test(name);
  const compared: Comparison = down ? mirrored[written] : written;
  return {
    metric: name === '' ? null : name,
    comparison: compared,
    threshold: down && threshold !== 0 ? -threshold : threshold,
    unit: kind,
    reference: reference?.trim() ?? (isChange ? 'baseline' : null),
  };
}

/** `accuracy drop` is about accuracy, and points down; `accuracy` is a value (`none`). */
function changeIn(measure: string): { name: string; points: 'up' | 'down' | 'none' | null } {
  const noun = new RegExp(String.raw`^(?<of>.*\S)\s+(?<noun>${change})$`, 'i').exec(measure)?.groups;
  if (noun) {
    const points = pointing(noun['noun']!, noun['of']!);
    // A lift of what is not said keeps its name: "mean lift".
    if (points !== null && !/^(?:mean|median|average|paired|relative)$/i.test(noun['of']!))
      return { name: noun['of']!, points };
    if (points === null && /degradation|deterioration/i.test(noun['noun']!)) return { name: measure, points };
  }
  return { name: measure, points: 'none' };
}

function unitOf(unit: string, sentence: string): Criterion['unit'] {
  if (unit === '×' || unit === 'x') return 'relative';
  if (unit === '%') return /\brelative\b|相对/i.test(sentence) ? 'relative' : 'points';
  return /^(?:pp|p\.p|pt|point|percentage|个?百分点|点)/.test(unit) ? 'points' : 'absolute';
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

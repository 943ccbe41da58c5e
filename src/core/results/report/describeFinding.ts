import type { Finding, GroupFigures, Judgement } from '../judgement';
import { decimalsFor, formatDifference, formatNumber, formatP } from '../number';
import type { FiguresText, Language } from './messages';
import { messagesOf } from './messagesOf';

type ComparisonFinding = Extract<Finding, { kind: 'comparison' }>;

/** What a judgement found, with the numbers it used, as sentences for a person. Plain text, not Markdown. */
export function describeFinding(judgement: Judgement, language: Language): string {
  const { finding: words, verdicts } = messagesOf(language);
  const { finding } = judgement;
  switch (finding.kind) {
    case 'no-criterion':
      return words.noCriterion(finding.text);
    case 'no-metric':
      return words.noMetric;
    case 'metric-missing':
      return words.metricMissing(finding.metric, finding.available);
    case 'metric-ambiguous':
      return words.metricAmbiguous(finding.metric, finding.candidates);
    case 'no-candidate':
      return words.noCandidate(finding.reference);
    case 'no-value':
      return words.noValue(finding.metric, finding.label);
    case 'reference-missing':
      return words.referenceMissing(finding.reference, finding.systems);
    case 'reference-ambiguous':
      return words.referenceAmbiguous(finding.reference, finding.candidates);
    case 'equality':
      return words.equality(finding.reference);
    case 'scale':
      return words.scale(
        finding.metric,
        finding.threshold,
        formatNumber(finding.example, decimalsFor([finding.example])),
      );
    case 'threshold': {
      const { group, metric, operator, threshold } = finding;
      const decimals = decimalsFor([group.mean, threshold]);
      const sentence = words.threshold(
        figuresText(group, decimals),
        metric,
        operator,
        String(threshold),
        judgement.verdict === 'met',
      );
      return join(language, [sentence, unverified(finding.group.unverified, language)]);
    }
    case 'comparison':
      return describeComparison(finding, judgement.verdict === 'met', language);
    case 'agreed':
      return join(
        language,
        finding.parts.map((part) => describeFinding(part, language)),
      );
    case 'all':
    case 'mixed':
      return join(language, [
        finding.kind === 'all' ? words.all : words.mixed,
        ...finding.parts.map((part) => `(${verdicts[part.verdict]}) ${describeFinding(part, language)}`),
      ]);
  }
}

function describeComparison(finding: ComparisonFinding, met: boolean, language: Language): string {
  const { finding: words } = messagesOf(language);
  const { candidate, reference, metric, operator, threshold, difference, interval, p, variants, written } =
    finding;
  const { pairedSeeds } = finding;
  const decimals = decimalsFor([candidate.mean, reference.mean]);
  const candidateText = figuresText(candidate, decimals);
  const referenceText = figuresText(reference, decimals);
  const sentences = [
    words.difference({
      candidate: candidateText,
      reference: referenceText,
      metric,
      difference: formatDifference(difference, decimals),
      operator,
      threshold: describeThreshold(finding, decimals),
      written,
    }),
  ];
  const [low, high] = interval;
  if (low === undefined || high === undefined || p === null)
    sentences.push(words.tooFew(candidateText, referenceText));
  else {
    const range = `${formatDifference(low, decimals)} … ${formatDifference(high, decimals)}`;
    sentences.push(words.interval(range, formatP(p), variants, pairedSeeds));
    sentences.push(finding.noise === 'within-noise' ? words.withinNoise : words.beyondNoise);
    if (low < threshold && threshold < high && threshold !== 0)
      sentences.push(words.thresholdInsideInterval(met));
  }
  return join(language, [...sentences, unverified(candidate.unverified + reference.unverified, language)]);
}

/** `+0.02`, or with the criterion's own unit beside it: `+0.01 (1 pp)`, `+0.018 (2 % relative)`. */
function describeThreshold({ threshold, written }: ComparisonFinding, decimals: number): string {
  const own = formatDifference(threshold, Math.max(decimals, decimalsFor([threshold])));
  if (written.unit === 'points') return `${own} (${written.threshold} pp)`;
  if (written.unit === 'relative')
    return `${own} (${Number((written.threshold * 100).toPrecision(4))} % relative)`;
  return own;
}

/** `0.912 ± 0.006 (5)`; one run has no spread: `0.912 (1)`. */
export function meanText(
  { mean, std, n }: Pick<GroupFigures, 'mean' | 'std' | 'n'>,
  decimals: number,
): string {
  return `${formatNumber(mean, decimals)}${std === null ? '' : ` ± ${formatNumber(std, decimals)}`} (${n})`;
}

function figuresText(group: GroupFigures, decimals: number): FiguresText {
  const { label, n, unverified: elsewhere } = group;
  return { label, value: meanText(group, decimals), n, unverified: elsewhere };
}

function unverified(count: number, language: Language): string {
  return count === 0 ? '' : messagesOf(language).finding.unverified(count);
}

/** Sentences in a row; Chinese needs no space between them. */
function join(language: Language, sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').join(language === 'zh' ? '' : ' ');
}

import type { Finding } from '../core/results/judgement';
import type { MainResult } from '../core/results/mainResult';
import { decimalsFor, formatNumber } from '../core/results/number';
import type { Translate } from '../core/text/translate';

/** The main result in one short line: the two means where one comparison decides it, else how many criteria are met. */
export function describeMainResult({ criteria }: MainResult, t: Translate): string {
  const main = criteria.filter((criterion) => criterion.main);
  const [only, ...others] = main;
  if (only === undefined) return t('The plan has no criterion that a program can judge.');
  if (others.length === 0) return describeOne(only.judgement.finding, only.judgement.verdict, t);
  const met = main.filter(({ judgement }) => judgement.verdict === 'met' && judgement.open.length === 0);
  const rest = main.filter((each) => !met.includes(each)).map(({ block }) => block);
  const count = t('{0} of {1} main criteria are met', met.length, main.length);
  return rest.length === 0 ? count : t('{0}; not yet, or not beyond doubt: {1}', count, rest.join(', '));
}

function describeOne(
  finding: Finding,
  verdict: MainResult['criteria'][number]['judgement']['verdict'],
  t: Translate,
): string {
  const outcome = {
    met: t('the criterion is met'),
    'not-met': t('the criterion is not met'),
    'within-noise': t('the difference is within noise'),
    'cannot-judge': t('it cannot be judged yet'),
  }[verdict];
  if (finding.kind === 'comparison') {
    const { candidate, reference } = finding;
    const decimals = decimalsFor([candidate.mean, reference.mean]);
    const mean = (value: number) => formatNumber(value, decimals);
    return t(
      '{0} {1} against {2} {3}: {4}',
      candidate.label,
      mean(candidate.mean),
      reference.label,
      mean(reference.mean),
      outcome,
    );
  }
  if (finding.kind === 'threshold') {
    const { group, operator, threshold } = finding;
    const mean = formatNumber(group.mean, decimalsFor([group.mean]));
    return t('{0} {1} (asked: {2} {3}): {4}', group.label, mean, operator, threshold, outcome);
  }
  return outcome.charAt(0).toUpperCase() + outcome.slice(1);
}

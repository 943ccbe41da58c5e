import { compareWithBaseline } from '../comparisonWithBaseline';
import { keyMetric, metricsInOrder } from '../keyMetric';
import type { Finding } from '../judgement';
import { mainResult } from '../mainResult';
import type { RunResult, StudyResult } from '../model';
import { configParameters, groupRuns, systemOf } from '../runGroup';
import { resultRuns } from '../evidence';
import { formatTime, type UtcOffset } from './localTime';
import { codeBlock, codeSpan, escapeText } from './markdown';
import type { Language } from './messages';
import { numberLink, reportContext, type ReportContext } from './reportContext';

/** Where the log stands, relative to the workspace. */
export const logPath = 'EXPERIMENT_LOG.md';

/**
 * The entry of a run that ended, to append to EXPERIMENT_LOG.md (it ends with a blank line). The verdict is that of the (main) criteria that
 * this run's system is judged by, else of the comparison with its baseline; what neither decides is inconclusive.
 */
export function renderLogEntry(
  run: RunResult,
  study: StudyResult,
  language: Language = 'en',
  offset?: UtcOffset,
): string {
  const context = reportContext(study, language, offset, logPath);
  const words = context.words.log;
  const at = run.endedAt ?? run.startedAt ?? study.generatedAt;
  const item = (name: string, value: string): string => `- **${name}**: ${value}`;
  const lines = [
    `## ${escapeText(run.id)} — ${formatTime(at, context.offset)}`,
    '',
    item(words.system, escapeText(systemOf(run))),
    item(words.config, escapeText(configText(run)) || words.none),
    item(words.result, resultText(run, context)),
    item(words.verdict, escapeText(verdictOf(run, context))),
  ];
  // A command of several lines would lose its line ends in a code span.
  if (/[\r\n]/.test(run.command.trim()))
    lines.push(item(words.reproduce, ''), '', ...codeBlock(run.command.trim().split(/\r\n|\n|\r/), 'bash'));
  else lines.push(item(words.reproduce, codeSpan(run.command)));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n\n`;
}

function configText(run: RunResult): string {
  const pairs = configParameters(run).map(([name, value]) => `${name}=${value}`);
  if (run.seed !== null) pairs.push(`seed=${run.seed}`);
  return pairs.join(', ');
}

function resultText(run: RunResult, context: ReportContext): string {
  const metrics = metricsInOrder(run, context.study.primaryMetric);
  if (run.status === 'DONE' && metrics.length > 0)
    return metrics.map((metric) => `${escapeText(metric.name)} = ${numberLink(metric, context)}`).join('; ');
  return escapeText(run.reason === null ? run.status : `${run.status}: ${run.reason}`);
}

function verdictOf(run: RunResult, { study, language, words }: ReportContext): string {
  if (run.status !== 'DONE') return 'inconclusive';
  const judged = mainResult(study, language).criteria.filter(({ judgement }) =>
    isJudged(run.id, judgement.finding),
  );
  const deciding = judged.filter(({ main }) => main);
  const own = deciding.length > 0 ? deciding : judged;
  if (own.length > 0) {
    const verdicts = own.map(({ judgement }) => judgement.verdict);
    const verdict = verdicts.includes('not-met')
      ? 'negative'
      : verdicts.every((each) => each === 'met')
        ? 'positive'
        : 'inconclusive';
    return `${verdict} (${own.map(({ block, judgement }) => `${block}: ${words.verdicts[judgement.verdict]}`).join(', ')})`;
  }
  const metric = keyMetric(run, study.primaryMetric);
  const group = groupRuns(resultRuns(study)).find(({ runs }) => runs.some(({ id }) => id === run.id));
  if (metric === null || group === undefined || study.primaryMetric === null) return 'inconclusive';
  const compared = compareWithBaseline(group, metric.name, study.primaryMetric.direction, study);
  if (compared === null) return 'inconclusive';
  const verdict =
    compared.verdict === 'better' ? 'positive' : compared.verdict === 'worse' ? 'negative' : 'inconclusive';
  return `${verdict} (${words.noise[compared.verdict]}, vs ${compared.baseline.label})`;
}

/** Whether the finding judges the system of this run, rather than using it as the reference. */
function isJudged(id: string, finding: Finding): boolean {
  switch (finding.kind) {
    case 'threshold':
      return finding.group.runs.includes(id);
    case 'comparison':
      return finding.candidate.runs.includes(id);
    case 'agreed':
    case 'all':
    case 'mixed':
      return finding.parts.some((part) => isJudged(id, part.finding));
    default:
      return false;
  }
}

import { completionOf } from '../completion';
import { resultRuns } from '../evidence';
import type { Finding } from '../judgement';
import { mainResult, type MainResult } from '../mainResult';
import { matchMetric } from '../metricName';
import { formatNumber } from '../number';
import { studyNoise } from '../studyNoise';
import { configParameters, systemOf } from '../runGroup';
import { formatTime, type UtcOffset } from './localTime';
import { codeSpan, escapeText, link, relativeHref, table } from './markdown';
import type { Language } from './messages';
import { milestoneSection } from './milestoneSection';
import { nextCommand } from './nextCommand';
import { computedLink, fileLink, reportContext, type ReportContext } from './reportContext';
import type { StudyResult } from '../model';

/**
 * EXPERIMENT_RESULTS.md, computed whole from the study: the same study gives the same bytes. Every measured number links to
 * its file, pointer and line; means and comparisons link to the provenance file. Column names, status words, commands
 * and paths are the same in both languages. Times are UTC unless `offset` says otherwise.
 */
export function renderResults(study: StudyResult, language: Language, offset?: UtcOffset): string {
  const context = reportContext(study, language, offset);
  const { words } = context;
  const main = mainResult(study, language);
  const lines = [
    `# ${words.results.title}`,
    '',
    ...headSection(context),
    `## ${words.results.byMilestone}`,
    '',
    ...study.milestones.flatMap((milestone) => milestoneSection(milestone, context)),
    ...criteriaSection(main, context),
    ...plotsSection(context),
    ...notesSection(context),
    ...summarySection(main, context),
    `## ${words.results.nextStep}`,
    '',
    `→ ${codeSpan(nextCommand(study.topic))}`,
  ];
  return `${collapseBlankLines(lines).join('\n')}\n`;
}

function headSection(context: ReportContext): readonly string[] {
  const { study, words, offset } = context;
  const { results } = words;
  const field = (name: string, value: string): readonly string[] => [`**${name}**: ${value}`, ''];
  return [
    ...field(results.date, formatTime(study.generatedAt, offset)),
    ...field(results.plan, fileLink(study.planPath, context)),
    ...field(results.target, escapeText(study.target)),
    ...field(results.review, escapeText(words.reasons.recorded(study.review))),
    ...field(results.scope, escapeText(scopeText(context))),
    ...noiseTexts(context).flatMap((text) => field(results.noiseName, escapeText(text))),
  ];
}

/** What chance alone does to the primary metric, where anything was repeated. */
function noiseTexts({ study, words, decimals }: ReportContext): readonly string[] {
  if (study.primaryMetric === null) return [];
  const match = matchMetric(study.primaryMetric.name, [...decimals.keys()]);
  const floor = match.kind === 'found' ? studyNoise(study, match.name) : null;
  if (match.kind !== 'found' || floor === null) return [];
  const format = (value: number) => formatNumber(value, (decimals.get(match.name) ?? 3) + 1);
  return [
    words.results.noiseFloor(match.name, {
      std: format(floor.std),
      single: format(floor.singleRunDifference),
      freedom: floor.degreesOfFreedom,
    }),
  ];
}

/** What the numbers cover, so that nobody takes a pilot for a comprehensive study. */
function scopeText({ study, words, language }: ReportContext): string {
  const done = resultRuns(study).filter(({ status }) => status === 'DONE');
  const seeds = new Set(done.flatMap(({ seed }) => (seed === null ? [] : [seed])));
  const configurations = new Set(
    done.map((run) => JSON.stringify([systemOf(run), ...configParameters(run)])),
  );
  const datasets = [...new Set((study.datasets ?? []).map((text) => text.trim().replace(/[.。]$/, '')))];
  return [
    words.results.scopeText({
      runs: done.length,
      systems: [...new Set(done.map(systemOf))],
      seeds: [...seeds].sort((a, b) => a - b),
      configurations: configurations.size,
    }),
    ...(datasets.length > 0 ? [words.results.datasets(datasets)] : []),
    words.results.scopeLimit,
  ].join(language === 'zh' ? '' : ' ');
}

function criteriaSection({ criteria, rule }: MainResult, context: ReportContext): readonly string[] {
  const { words } = context;
  if (criteria.length === 0) return [];
  const rows = criteria.map(({ block, title, text, judgement, sentence, main }) => {
    const runs = runsOf(judgement.finding);
    const sources = runs.length === 0 ? '' : ` (${computedLink(words.results.sources, runs, context)})`;
    const name = title === '' || title === block ? block : `${block}: ${title}`;
    return [
      escapeText(name),
      escapeText(text),
      escapeText(words.verdicts[judgement.verdict]),
      `${escapeText(sentence)}${sources}`,
      main ? '✓' : '',
    ];
  });
  return [
    `## ${words.results.criteria}`,
    '',
    ...table(['Block', 'Criterion', 'Verdict', 'Why', 'Main'], rows),
    '',
    escapeText(rule),
    '',
  ];
}

function plotsSection({ study: { plots = [] }, words, from }: ReportContext): readonly string[] {
  if (plots.length === 0) return [];
  return [
    `## ${words.plots.title}`,
    '',
    ...plots.flatMap(({ path, caption }) => [`!${link(caption, relativeHref(from, path))}`, '']),
  ];
}

function notesSection({ study, words }: ReportContext): readonly string[] {
  if (study.notes.length === 0) return [];
  return [`## ${words.results.notes}`, '', ...study.notes.map((note) => `- ${escapeText(note)}`), ''];
}

function summarySection(main: MainResult, { study, words, language }: ReportContext): readonly string[] {
  const { mustRun, niceToHave, ready, reasons } = completionOf(study, language);
  const items = [
    words.summary.mustRun(mustRun.done, mustRun.all),
    words.summary.niceToHave(niceToHave.done, niceToHave.all),
    words.summary.mainResult(main.verdict),
    main.sentence,
    ...(main.criteria.length === 0 ? [main.rule] : []),
    words.summary.ready(ready, reasons),
  ];
  return [`## ${words.results.summary}`, '', ...items.map((item) => `- ${escapeText(item)}`), ''];
}

function runsOf(finding: Finding): readonly string[] {
  switch (finding.kind) {
    case 'threshold':
      return finding.group.runs;
    case 'comparison':
      return [...finding.candidate.runs, ...finding.reference.runs];
    case 'agreed':
    case 'all':
    case 'mixed':
      return [...new Set(finding.parts.flatMap((part) => runsOf(part.finding)))];
    case 'no-criterion':
    case 'no-metric':
    case 'metric-missing':
    case 'metric-ambiguous':
    case 'no-candidate':
    case 'no-value':
    case 'reference-missing':
    case 'reference-ambiguous':
    case 'equality':
    case 'scale':
      return [];
  }
}

/** Never two blank lines outside fences; sections need not know their neighbours. */
function collapseBlankLines(lines: readonly string[]): readonly string[] {
  let fence = '';
  return lines.filter((line, index) => {
    const ticks = /^`{3,}/.exec(line)?.[0];
    if (ticks !== undefined) fence = fence === '' ? ticks : line === fence ? '' : fence;
    return fence !== '' || line !== '' || lines[index - 1] !== '';
  });
}

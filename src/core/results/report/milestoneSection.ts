import { metricsInOrder } from '../keyMetric';
import type { MilestoneResult, RunResult } from '../model';
import { systemOf } from '../runGroup';
import { aggregateTables } from './aggregateTable';
import { codeBlock, escapeText, table } from './markdown';
import { fileLink, numberLink, type ReportContext } from './reportContext';

const otherMetricsAtMost = 3;

/** `### M1: Baselines — PASSED`, its gate, its runs, their means, and every run without a result with the reason. */
export function milestoneSection(milestone: MilestoneResult, context: ReportContext): readonly string[] {
  const { words } = context;
  const { id, name, runs } = milestone;
  const title = name === '' || name === id ? escapeText(id) : `${escapeText(id)}: ${escapeText(name)}`;
  const outcome = outcomeOf(milestone);
  const lines = [
    `### ${title}${outcome === null ? '' : ` — ${outcome}`}`,
    '',
    ...gateLine(milestone, context),
  ];
  if (runs.length === 0) return [...lines, `- ${words.results.noRuns}`, ''];
  lines.push('', ...runTable(runs, context), '');
  lines.push(...aggregateTables(milestone, context));
  lines.push(...withoutResult(runs, context));
  return lines;
}

/** PASSED or FAILED once the gate was judged; a sanity milestone always says where it stands. */
function outcomeOf({ kind, gateVerdict }: MilestoneResult): string | null {
  switch (gateVerdict?.verdict) {
    case 'passed':
      return 'PASSED';
    case 'failed':
      return 'FAILED';
    case 'not-judged':
      return 'NOT JUDGED';
    case undefined:
      return kind === 'sanity' ? 'PENDING' : null;
  }
}

function gateLine({ gate, gateVerdict }: MilestoneResult, { words }: ReportContext): readonly string[] {
  const text =
    gate === null ? escapeText(words.results.noGate) : `${words.results.gate}: ${escapeText(gate.text)}`;
  const why = gateVerdict === null ? [] : [`- ${escapeText(gateVerdict.why)}`];
  return [`- ${text}`, ...why];
}

function runTable(runs: readonly RunResult[], context: ReportContext): readonly string[] {
  const seeded = runs.some(({ seed }) => seed !== null);
  const header = ['Run', 'System', 'Key Metric', 'Status', ...(seeded ? ['Seed'] : [])];
  const rows = runs.map((run) => [
    escapeText(run.id),
    escapeText(systemOf(run)),
    metricCell(run, context),
    run.unverified ? `${run.status} (unverified)` : run.status,
    ...(seeded ? [run.seed === null ? '–' : String(run.seed)] : []),
  ]);
  return table(header, rows);
}

function metricCell(run: RunResult, context: ReportContext): string {
  const metrics = metricsInOrder(run, context.study.primaryMetric).slice(0, 1 + otherMetricsAtMost);
  if (metrics.length === 0) return '–';
  return metrics.map((metric) => `${escapeText(metric.name)} = ${numberLink(metric, context)}`).join('; ');
}

/** Every run that has no result says why; a failed one shows the end of its log. */
function withoutResult(runs: readonly RunResult[], context: ReportContext): readonly string[] {
  const { words } = context;
  const unverified = runs.filter((run) => run.unverified).map(({ id }) => id);
  const lines: string[] = [];
  const plain = runs.filter(({ status }) => status !== 'DONE' && status !== 'FAILED');
  for (const { id, status, reason } of plain)
    lines.push(`- ${escapeText(words.results.noResult(id, status, reason))}`);
  if (unverified.length > 0) lines.push(`- ${escapeText(words.results.unverified(unverified))}`);
  if (lines.length > 0) lines.push('');
  for (const run of runs.filter(({ status }) => status === 'FAILED')) lines.push(...failedRun(run, context));
  return lines;
}

function failedRun(run: RunResult, context: ReportContext): readonly string[] {
  const { results } = context.words;
  const attempts = run.attempts > 1 ? ` (${escapeText(results.attempts(run.attempts))})` : '';
  const lines = [`**${escapeText(results.noResult(run.id, run.status, run.reason))}**${attempts}`, ''];
  if (run.logFile !== null) lines.push(`${results.log} ${fileLink(run.logFile, context)}`, '');
  if (run.logTail.length > 0) lines.push(results.lastLines, '', ...codeBlock(run.logTail), '');
  return lines;
}

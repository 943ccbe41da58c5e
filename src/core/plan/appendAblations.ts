import type { AblationProposal } from '../run/agentsEvent';
import { parsePlan } from './parsePlan';
import { parseTracker } from './parseTracker';

const cell = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();

/** The plan with a milestone of ablations at its end. */
export function planWithAblations(
  plan: string,
  milestone: string,
  proposals: readonly AblationProposal[],
): string {
  const hours = proposals.reduce<number | null>(
    (sum, { gpuHours }) => (sum === null || gpuHours === null ? null : sum + gpuHours),
    0,
  );
  const section = [
    '## Ablations',
    '',
    '| Milestone | Goal | Runs | Decision Gate | Cost | Risk |',
    '|---|---|---|---|---|---|',
    `| ${milestone}: Ablations | Which component the main result is owed to | ${proposals.map(({ id }) => id).join(', ')} | none | ${hours === null ? 'not estimated' : `${Number(hours.toPrecision(3))} GPU-h`} | none |`,
    '',
    ...proposals.flatMap(({ id, name, tests, expected, priority, gpuHours, cost }) => {
      const price = [gpuHours === null ? '' : `${gpuHours} GPU-h.`, cell(cost)].filter(Boolean).join(' ');
      return `- **${id}: ${cell(name)}** (priority ${priority}). Tests: ${cell(tests)} Expected if it matters: ${cell(expected)}${price === '' ? '' : ` Cost: ${price}`}`;
    }),
    '',
  ].join('\n');
  const end = plan.endsWith('\n') ? '' : '\n';
  return `${plan}${end}\n${section}`;
}

/** The tracker with a row for each ablation, in the columns of its last table; null: it has no table with runs. */
export function trackerWithAblations(
  tracker: string,
  milestone: string,
  proposals: readonly AblationProposal[],
): string | null {
  const last = parseTracker(tracker).rows.at(-1);
  if (!last) return null;
  const lines = tracker.split('\n');
  const at = last.span.start.line - 1;
  let rule = at;
  while (rule > 0 && !/^\s*\|?\s*:?-{2,}/.test(lines[rule]!)) rule--;
  if (rule === 0) return null;
  const columns = lines[rule - 1]!.split('|')
    .slice(1, -1)
    .map((name) => name.trim().toLowerCase());
  if (columns.length < 2) return null;
  const value = (column: string, proposal: AblationProposal): string => {
    if (/run|id|编号/.test(column)) return proposal.id;
    if (/milestone|里程碑|阶段/.test(column)) return milestone;
    if (/purpose|目的/.test(column)) return `ablation: ${proposal.tests}`;
    if (/system|variant|系统/.test(column)) return proposal.name;
    if (/priority|优先/.test(column)) return 'NICE-TO-HAVE';
    if (/status|状态/.test(column)) return 'TODO';
    return '';
  };
  const rows = proposals.map(
    (proposal) => `| ${columns.map((column) => cell(value(column, proposal))).join(' | ')} |`,
  );
  return [...lines.slice(0, at + 1), ...rows, ...lines.slice(at + 1)].join('\n');
}

/** A milestone id and run ids that plan and tracker do not use. */
export function freeIds(
  plan: string,
  tracker: string,
  count: number,
): { milestone: string; runs: readonly string[] } {
  const parsed = parsePlan(plan);
  const taken = new Set([
    ...parsed.milestones.flatMap(({ id, runs }) => [id, ...runs]),
    ...[...parsed.runs, ...parseTracker(tracker).rows].map(({ id }) => id),
  ]);
  const free = (make: (number: number) => string, from: number) => {
    let number = from;
    while (taken.has(make(number))) number++;
    taken.add(make(number));
    return make(number);
  };
  const milestone = free((number) => `M${number}`, parsed.milestones.length);
  return {
    milestone,
    runs: Array.from({ length: count }, () => free((number) => `ABL${String(number).padStart(2, '0')}`, 1)),
  };
}

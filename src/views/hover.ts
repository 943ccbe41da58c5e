import type { ProvenanceNumber } from '../core/links/provenanceNumbers';
import { shownState, type ViewInput } from './input';
import { blockVerdicts } from './plan';
import { metricOf, runRow } from './runRow';
import { studyIndex } from './studyIndex';
import { plannedGpuHours, usedGpuHours } from '../core/run/budget';

import { milestoneNodes } from './tree';
import { describeDuration, describeHours, describeStatus, statusLook } from './words';

/** What a hover needs of the editor: a Markdown link to a file, at a line where one is known. */
export type FileLink = (file: string, line: number | null, text: string) => string;

/** A run: where it stands and why, its last result with the place it was read from, time, cost, host and command. */
export function runHover(
  run: string,
  input: ViewInput,
  numbers: readonly ProvenanceNumber[],
  link: FileLink,
): string | null {
  const { t, now } = input;
  const state = shownState(input);
  const entry = studyIndex(state).find(run);
  if (entry === null) return null;
  const row = runRow(state, entry, { ...input, spark: () => [] });
  const about = [row.system, row.seed === null ? null : t('seed {0}', row.seed)].filter(
    (part) => part !== null,
  );
  const name = [`**${escapeMarkdown(run)}**`, ...about.map(escapeMarkdown)].join(' · ');
  const standing =
    entry.declared?.standing === 'elsewhere'
      ? t('done elsewhere, not verified')
      : describeStatus(row.status, t);
  const metric = metricOf(state, entry);
  const number = metric === null ? undefined : numbers.find(({ key }) => key === `${run}#${metric.name}`);
  const planned = entry.job === null ? null : plannedGpuHours(entry.job.job);
  const used = entry.job === null ? 0 : usedGpuHours(entry.job, now);
  const facts = [
    metric === null || row.metric === null
      ? null
      : `${escapeMarkdown(row.metric.name)} = **${row.metric.value}** · ${link(metric.file, metric.line, placeText(metric))}`,
    number === undefined ? null : provenanceText(number, input),
    row.elapsedMs === null
      ? row.estimatedMs === null
        ? null
        : t('Estimated: {0}', describeDuration(row.estimatedMs, t))
      : row.estimatedMs === null
        ? t('Took {0}', describeDuration(row.elapsedMs, t))
        : t(
            '{0} of an estimated {1}',
            describeDuration(row.elapsedMs, t),
            describeDuration(row.estimatedMs, t),
          ),
    used > 0 && planned !== null && planned > 0
      ? t('{0} of {1} GPU-h', describeHours(used), describeHours(planned))
      : used > 0 || (planned !== null && planned > 0)
        ? t('{0} GPU-h', describeHours(used > 0 ? used : planned!))
        : null,
    row.attempts > 1 ? t('{0} attempts', row.attempts) : null,
    row.host === null || number !== undefined ? null : t('On {0}', escapeMarkdown(row.host)),
  ].filter((fact) => fact !== null);
  const command = entry.job?.job.command.trim() ?? null;
  return [
    `${name} — $(${statusLook(row.status).icon}) ${standing}`,
    row.why === null ? null : escapeMarkdown(row.why),
    facts.length === 0 ? null : facts.map((fact) => `- ${fact}`).join('\n'),
    command === null ? null : codeBlock(command),
  ]
    .filter((part) => part !== null)
    .join('\n\n');
}

/** A run that nothing starts yet: what its row says of it. */
export function plannedRunHover(
  run: string,
  row: { readonly about: readonly string[]; readonly status: string },
  { t }: Pick<ViewInput, 't'>,
): string {
  const name = [`**${escapeMarkdown(run)}**`, ...row.about.map(escapeMarkdown)].join(' · ');
  const status = row.status === '' ? null : t('The run table says: {0}', escapeMarkdown(row.status));
  return [name, status, t('Nothing says how this run is started.')]
    .filter((line) => line !== null)
    .join('\n\n');
}

/** A milestone: goal, where its runs stand, GPU-hours used and planned, gate and verdict. */
export function milestoneHover(id: string, input: ViewInput): string | null {
  const { t } = input;
  const node = milestoneNodes(input).find(({ name }) => name === id);
  const plan = input.inputs.plan?.milestones.find((each) => each.id === id);
  if (!node) return null;
  const [label = '', ...lines] = node.tooltip.split('\n\n');
  const hours = plan?.gpuHours ?? null;
  const planned =
    hours === null || hours.high === 0
      ? null
      : t(
          'The plan says {0} GPU-h',
          hours.low === hours.high
            ? describeHours(hours.low)
            : `${describeHours(hours.low)}–${describeHours(hours.high)}`,
        );
  return [`**${escapeMarkdown(label || node.label)}**`, ...lines.map(escapeMarkdown), planned]
    .filter((line) => line !== null && line !== '')
    .join('\n\n');
}

/** A block: what it claims, its criterion, and how that came out. */
export function blockHover(id: string, input: ViewInput): string | null {
  const block = input.inputs.plan?.blocks.find((each) => each.id === id);
  if (!block) return null;
  const verdict = blockVerdicts(shownState(input), input).get(id);
  return [
    `**${escapeMarkdown(id)}** · ${escapeMarkdown(block.title)}`,
    block.successCriterion && escapeMarkdown(block.successCriterion.text),
    verdict === undefined ? null : escapeMarkdown(verdict),
  ]
    .filter((line) => line != null && line !== '')
    .join('\n\n');
}

/** A number of the report: file and pointer that it was read from, and how it was made. */
export function numberHover(
  place: {
    readonly text: string;
    readonly file: string;
    readonly pointer: string;
    readonly line: number | null;
  },
  numbers: readonly ProvenanceNumber[],
  input: ViewInput,
  link: FileLink,
): string {
  const { t } = input;
  const number = numbers.find(({ file, pointer }) => file === place.file && pointer === place.pointer);
  return [
    number === undefined
      ? `**${escapeMarkdown(place.text)}**`
      : `**${number.value}** · ${escapeMarkdown(number.key.replace('#', ' · '))}`,
    link(place.file, place.line, placeText(place)),
    number === undefined
      ? t('results/provenance.json does not say how this number was made.')
      : provenanceText(number, input),
    number === undefined ? null : codeBlock(number.command.trim()),
  ]
    .filter((line) => line !== null)
    .join('\n\n');
}

function provenanceText(
  { sha256, commit, dirty, attempt, host }: ProvenanceNumber,
  { t }: ViewInput,
): string {
  const code =
    commit === null
      ? t('commit not known')
      : dirty === true
        ? t('commit {0}, with changes that were not committed', commit.slice(0, 10))
        : t('commit {0}', commit.slice(0, 10));
  return [
    attempt === null ? null : t('attempt {0}', attempt),
    code,
    sha256 === null ? null : `sha256 ${sha256.slice(0, 12)}`,
    host === null || host === '' ? null : t('On {0}', host),
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

function placeText({ file, pointer, line }: { file: string; pointer: string; line: number | null }): string {
  return `${file}${pointer === '' ? '' : `#${pointer}`}${line === null ? '' : `:${line}`}`;
}

/** Text that somebody wrote, so that it shows as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!<>|~$-]/g, '\\$&');
}

function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}shell\n${text.slice(0, 2000)}\n${fence}`;
}

import type { StudyState } from '../core/run/state';
import type { MilestoneProgress } from '../protocol/view';
import type { RunStatus } from '../protocol/runs';
import { visibleText } from '../protocol/visibleText';
import { shownState, type ViewInput } from './input';
import { milestoneProgress } from './milestones';
import { milestoneLabel } from './runs';
import { deployed, runRow } from './runRow';
import { plannedGpuHours, usedGpuHours } from '../core/run/budget';
import { progressOf } from './time';
import { describeWhy } from './why';
import { searchText, studyIndex, type RunEntry } from './studyIndex';
import {
  describeCounts,
  describeDuration,
  describeHours,
  describeStatus,
  statusLook,
  type StatusLook,
} from './words';

/** A line of the sidebar's tree: a milestone or a run. Equal content means that nothing is drawn anew. */
export interface TreeNode {
  /** Stable for the life of the milestone or run. */
  readonly id: string;
  readonly kind: 'milestone' | 'run' | 'agent';
  /** Id of milestone, run, or of what an agent does, asks or proposes. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly look: StatusLook;
  /** `run;log;cancel;`: which actions fit, for the `when` clauses of menus. */
  readonly context: string;
  /** 1-based line in plan or tracker; null where it stands in neither. */
  readonly line: number | null;
  /** What a screen reader says. */
  readonly spoken: string;
}

const milestoneLooks: Readonly<Record<MilestoneProgress['state'], StatusLook>> = {
  done: { icon: 'pass-filled', color: 'testing.iconPassed' },
  running: { icon: 'play-circle', color: 'charts.blue' },
  waiting: { icon: 'circle-large-outline', color: 'descriptionForeground' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
  empty: { icon: 'circle-large-outline', color: 'disabledForeground' },
};

/** `filter`: only milestones with a run that has all of its words (in id, system, seed, command, status). */
export function milestoneNodes(input: ViewInput, filter = ''): readonly TreeNode[] {
  const state = shownState(input);
  const { byMilestone } = studyIndex(state);
  const matches = runFilter(filter, input);
  const progress = milestoneProgress(state).filter(
    ({ id }) => filter === '' || byMilestone.get(id)?.entries.some(matches) === true,
  );
  if (progress.length > 0 || filter !== '') return progress.map((each) => milestoneNode(state, each, input));
  return (input.inputs.plan?.milestones ?? []).map(({ id, name, span, goal }) => ({
    id: `milestone:${id}`,
    kind: 'milestone',
    name: id,
    label: milestoneLabel(id, name),
    description: '',
    tooltip: goal?.text ?? '',
    look: milestoneLooks.empty,
    context: 'milestone;line;',
    line: span.start.line,
    spoken: milestoneLabel(id, name),
  }));
}

/**
 * Runs of a milestone, in the order of their ids, and how many there are beside them. A tree has all its lines made and
 * sent, seen or not: with thousands of runs that would be felt at every change, so there are at most `most`.
 */
export function runNodes(
  milestone: string,
  input: ViewInput,
  filter = '',
  most = Number.POSITIVE_INFINITY,
): { readonly nodes: readonly TreeNode[]; readonly more: number } {
  const state = shownState(input);
  const entries = studyIndex(state).byMilestone.get(milestone)?.entries ?? [];
  const matching = filter.trim() === '' ? entries : entries.filter(runFilter(filter, input));
  const nodes = matching.slice(0, most).map((entry) => runNode(state, entry, input));
  return { nodes, more: matching.length - nodes.length };
}

function runFilter(filter: string, { t }: ViewInput): (entry: RunEntry) => boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return (entry) => {
    const text = `${searchText(entry)} ${describeStatus(entry.status, t)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

function milestoneNode(
  state: StudyState,
  progress: MilestoneProgress,
  { t, now, inputs, trusted }: ViewInput,
): TreeNode {
  const { id, name } = progress;
  const { entries, counts } = studyIndex(state).byMilestone.get(id) ?? {
    entries: [],
    counts: new Map<RunStatus, number>(),
  };
  const declared = state.milestones.get(id);
  let used = 0;
  let planned: number | null = 0;
  for (const { job } of entries) {
    if (job === null) continue;
    used += usedGpuHours(job, now);
    const own = plannedGpuHours(job.job);
    planned = planned === null || own === null ? null : planned + own;
  }
  const hours = planned ?? declared?.milestone.estimatedGpuHours?.high ?? null;
  const cost =
    used === 0 && (hours === null || hours === 0)
      ? null
      : hours === null
        ? t('{0} GPU-h', describeHours(used))
        : t('{0} of {1} GPU-h', describeHours(used), describeHours(hours));
  const label = id === '' ? t('Runs') : milestoneLabel(id, name);
  const share = progress.total === 0 ? t('no runs') : `${progress.completed}/${progress.total}`;
  const planned_ = inputs.plan?.milestones.find((each) => each.id === id);
  const goal = planned_?.goal?.text ?? null;
  const gate = declared?.gate;
  const lines = [
    label,
    goal,
    describeCounts(counts, t),
    cost,
    declared?.milestone.gate == null ? null : t('Gate: {0}', declared.milestone.gate.text),
    gate == null
      ? null
      : gate.verdict === 'passed'
        ? t('Gate passed: {0}', gate.why)
        : gate.verdict === 'failed'
          ? t('Gate failed: {0}', gate.why)
          : t('Gate not judged: {0}', gate.why),
  ];
  const line = planned_?.span.start.line ?? declared?.milestone.line ?? null;
  const description = [share, cost].filter((part) => part !== null).join(' · ');
  return {
    ...{ id: `milestone:${id}`, kind: 'milestone', name: id, label, description, line },
    tooltip: lines.filter((each) => each !== null && each !== '').join('\n\n'),
    // Over, and not because all was done: its runs were cancelled or skipped.
    look:
      progress.state === 'done' && progress.completed < progress.total
        ? statusLook('cancelled')
        : milestoneLooks[progress.state],
    context: [
      'milestone',
      ...(line === null ? [] : ['line']),
      ...actionsFor(state, counts, trusted),
      '',
    ].join(';'),
    spoken: `${label}, ${describeCounts(counts, t) || share}`,
  };
}

/** What can be done to some run of a milestone or phase. */
function actionsFor(
  state: StudyState,
  counts: ReadonlyMap<RunStatus, number>,
  trusted: boolean,
): readonly string[] {
  if (!trusted || !deployed(state)) return [];
  const some = (...statuses: readonly RunStatus[]) =>
    statuses.some((status) => (counts.get(status) ?? 0) > 0);
  return [
    ...(some('running', 'unreachable', 'pending', 'paused') ? ['cancel'] : []),
    ...(some('failed', 'stuck', 'skipped', 'cancelled') ? ['retry'] : []),
    ...(some('pending') ? ['pause'] : []),
    ...(some('paused') ? ['resume'] : []),
    ...(some('pending', 'paused') ? ['prioritise'] : []),
  ];
}

interface SettledNode {
  readonly study: StudyState['study'];
  readonly trusted: boolean;
  readonly node: TreeNode;
}

// A run that has ended says the same for as long as its state is the same object.
const settledNodes = new WeakMap<RunEntry, SettledNode>();

function runNode(state: StudyState, entry: RunEntry, input: ViewInput): TreeNode {
  if (!['completed', 'failed', 'cancelled'].includes(entry.status)) return makeRunNode(state, entry, input);
  const { study } = state;
  const { trusted } = input;
  const known = settledNodes.get(entry);
  if (known?.study === study && known.trusted === trusted) return known.node;
  const node = makeRunNode(state, entry, input);
  settledNodes.set(entry, { study, trusted, node });
  return node;
}

function makeRunNode(state: StudyState, entry: RunEntry, input: ViewInput): TreeNode {
  const { t, now } = input;
  const row = runRow(state, entry, { ...input, spark: () => [] });
  const named = (seed: string | null) => [entry.system, seed].filter((part) => part !== null);
  const short = named(entry.seed === null ? null : `s=${entry.seed}`).join(' ');
  const spelt = named(entry.seed === null ? null : t('seed {0}', entry.seed)).join(', ');
  const share = progressOf(entry, now);
  const elapsed = row.elapsedMs === null ? null : describeDuration(row.elapsedMs, t);
  const why = describeWhy(state, entry, input);
  const parts = [
    entry.status === 'running' && share !== null ? `${Math.floor(share * 100)} %` : null,
    // The number alone: the sidebar is narrow and cuts off at the end. Its name and the time are in the tooltip.
    row.metric === null ? null : row.metric.value,
    row.metric === null ? elapsed : null,
    entry.status === 'pending' || entry.status === 'completed' || entry.status === 'running'
      ? null
      : describeStatus(entry.status, t),
  ];
  const label = short === '' ? entry.id : `${entry.id}  ${short}`;
  const full = spelt === '' ? entry.id : `${entry.id}  ${spelt}`;
  const tooltip = [
    `${full} · ${describeStatus(entry.status, t)}`,
    why,
    row.metric === null ? null : `${row.metric.name}: ${row.metric.value}`,
    elapsed === null
      ? null
      : row.estimatedMs === null
        ? t('Took {0}', elapsed)
        : t('{0} of an estimated {1}', elapsed, describeDuration(row.estimatedMs, t)),
    row.attempts > 1 ? t('{0} attempts', row.attempts) : null,
    entry.host === null ? null : t('On {0}', entry.host),
    entry.job?.job.command ?? null,
  ];
  const line = entry.declared?.line ?? null;
  const flags = [
    'run',
    ...(entry.attempt === null ? [] : ['log']),
    ...(row.source === null ? [] : ['result']),
    ...(line === null ? [] : ['line']),
    ...(row.canCancel ? ['cancel'] : []),
    ...(row.canRetry ? ['retry'] : []),
    ...(row.canPause ? ['pause'] : []),
    ...(row.canPause || row.canResume ? ['prioritise'] : []),
    ...(row.canResume ? ['resume'] : []),
  ];
  return {
    ...{ id: `run:${entry.id}`, kind: 'run', name: entry.id, label: visibleText(label), line },
    description: parts.filter((part) => part !== null).join(' · '),
    tooltip: visibleText(tooltip.filter((part) => part !== null).join('\n\n')),
    look: statusLook(entry.status),
    context: `${flags.join(';')};`,
    spoken: [full, describeStatus(entry.status, t), why].filter((part) => part !== null).join(', '),
  };
}

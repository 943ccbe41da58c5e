import type { Checkpoint } from '../core/run/event';
import type { StudyState } from '../core/run/state';
import type { Translate } from '../core/text/translate';
import type { CheckpointView, NeedsPage, NeedView } from '../protocol/view';
import { shownState, type ViewInput } from './input';
import { milestoneLabel } from './runs';
import { studyIndex, type RunEntry } from './studyIndex';
import { describeCheckpointSize } from './timeline';
import { describeDuration, describeHours, describeList } from './words';

/** Failures that are shown one by one; more are one notice. */
const shownFailures = 20;

type NeedsInput = Pick<ViewInput, 'state' | 'inputs' | 'driving' | 'trusted' | 'now' | 't'>;

/** What waits for the person, the most pressing first. */
export function needs(input: NeedsInput): readonly NeedView[] {
  const state = shownState(input);
  const items: NeedView[] = [];
  if (state.checkpoint.kind === 'shown')
    items.push({
      kind: 'checkpoint',
      id: `checkpoint:${state.checkpoint.checkpoint.hash}`,
      at: state.checkpoint.at,
      checkpoint: checkpointView(state.checkpoint.checkpoint, input.t),
    });
  items.push(...failures(state, input.t), ...gates(state, input), ...disputes(state, input.t));
  items.push(...unreachable(state, input), ...flagged(state, input), ...stranded(state, input));
  return items;
}

export function needsPage(input: NeedsInput): NeedsPage {
  return { kind: 'needs', items: needs(input) };
}

/** How many things wait for the person: the number on the badge, on the tab and in the status bar. */
export function needsCount(input: NeedsInput): number {
  return needs(input).length;
}

function checkpointView(checkpoint: Checkpoint, t: Translate): CheckpointView {
  const milestones = checkpoint.milestones.map((milestone) => {
    const hours =
      milestone.estimatedHours === null
        ? null
        : t('{0} of running time', describeDuration(milestone.estimatedHours * 3_600_000, t));
    const gpu =
      milestone.estimatedGpuHours === null || milestone.estimatedGpuHours === 0
        ? null
        : t('{0} GPU-h', describeHours(milestone.estimatedGpuHours));
    return {
      id: milestone.id,
      name: milestone.name,
      runs: milestone.runs,
      estimate: [gpu, hours].filter((part) => part !== null).join(' · ') || t('no estimate'),
      commands: milestone.commands,
    };
  });
  const size = describeCheckpointSize(checkpoint.milestones, t);
  return {
    hash: checkpoint.hash,
    title: t(
      'Deploy {0}?',
      describeList(
        checkpoint.milestones.map(({ id, name }) => milestoneLabel(id, name)),
        t,
      ),
    ),
    target: checkpoint.target === 'local' ? t('this machine') : checkpoint.target,
    sanity: { status: checkpoint.sanity.status, sentence: checkpoint.sanity.sentence },
    review: checkpoint.review,
    groundTruth: checkpoint.groundTruth,
    milestones,
    total:
      checkpoint.totalGpuHours === null
        ? t('{0}, GPU-hours not known', size)
        : checkpoint.totalGpuHours === 0
          ? t('{0}, no GPU needed', size)
          : t('{0}, about {1} GPU-h', size, describeHours(checkpoint.totalGpuHours)),
    cost: checkpoint.usd === 0 ? t('costs no money') : t('about ${0}', checkpoint.usd.toFixed(2)),
    unjudgedGates: checkpoint.unjudgedGates,
    notes: checkpoint.notes,
    changes: checkpoint.changes,
  };
}

function failures(state: StudyState, t: Translate): readonly NeedView[] {
  const failed = studyIndex(state).entries.filter(({ job }) => job?.phase.kind === 'failed' && !job.obsolete);
  const items: NeedView[] = failed.slice(0, shownFailures).flatMap((entry) => failure(state, entry, t));
  const more = failed.slice(shownFailures);
  if (more.length > 0)
    items.push({
      kind: 'notice',
      id: 'failures',
      at: 0,
      title: t('{0} more runs failed', more.length),
      sentence: t(
        'Filter the runs by status to see them: {0}',
        describeList(
          more.map(({ id }) => id),
          t,
          6,
        ),
      ),
    });
  return items;
}

function failure(state: StudyState, entry: RunEntry, t: Translate): readonly NeedView[] {
  const phase = entry.job!.phase;
  if (phase.kind !== 'failed') return [];
  const { id } = entry;
  const waiting = studyIndex(state).entries.filter(
    (other) =>
      other.status === 'pending' &&
      other.job?.job.dependsOn.some((name) => name === id || name === entry.job!.job.phase) === true,
  );
  return [
    {
      kind: 'failure',
      id: `failure:${id}:${entry.attempt?.key ?? phase.at}`,
      at: phase.at,
      run: id,
      sentence: t('{0} failed: {1}', id, phase.failure.message),
      evidence: phase.failure.evidence,
      next:
        waiting.length === 0
          ? t('Bridge does not try it again by itself; other runs go on.')
          : t(
              'Bridge does not try it again by itself; {0} cannot start without it.',
              describeList(
                waiting.map((each) => each.id),
                t,
              ),
            ),
      advice: phase.failure.advice,
    },
  ];
}

function gates(state: StudyState, { t }: NeedsInput): readonly NeedView[] {
  return [...state.milestones.values()].flatMap(({ milestone, gate }): NeedView[] =>
    gate?.verdict === 'failed'
      ? [
          {
            kind: 'notice',
            id: `gate:${milestone.id}`,
            at: state.ended?.at ?? 0,
            title: t('The gate of {0} failed', milestoneLabel(milestone.id, milestone.name)),
            sentence: t('{0}. What follows it does not start. Mend the cause and deploy again.', gate.why),
          },
        ]
      : [],
  );
}

/** Tracker rows where a person's word and Bridge's record differ, until one of them gives way. */
function disputes(state: StudyState, t: Translate): readonly NeedView[] {
  const open = new Map<string, NeedView>();
  for (const { at, event } of state.timeline) {
    if (event.type === 'job.retried') open.delete(event.job);
    if (event.type !== 'tracker.disputed') continue;
    open.set(event.job, {
      kind: 'notice',
      id: `dispute:${event.job}`,
      at,
      title: t('The tracker and Bridge disagree about {0}', event.job),
      sentence: t(
        'The tracker says "{0}", Bridge found {1}. Your word stands; Bridge wrote its own into the notes.',
        event.theirs,
        event.ours,
      ),
    });
  }
  return [...open.values()];
}

function unreachable(state: StudyState, { t, now }: NeedsInput): readonly NeedView[] {
  const byHost = new Map<string, RunEntry[]>();
  for (const entry of studyIndex(state).running)
    if (entry.status === 'unreachable')
      byHost.set(entry.host ?? '', [...(byHost.get(entry.host ?? '') ?? []), entry]);
  return [...byHost].map(([host, entries]) => ({
    kind: 'notice',
    id: `unreachable:${host}`,
    at: now,
    title: t('{0} cannot be reached', host),
    sentence: t(
      '{0} may still be running there. Bridge keeps asking and starts nothing twice.',
      describeList(
        entries.map(({ id }) => id),
        t,
      ),
    ),
  }));
}

function flagged(state: StudyState, { t, now }: NeedsInput): readonly NeedView[] {
  return studyIndex(state).running.flatMap(({ id, job, attempt }): NeedView[] =>
    job === null || job.flags.length === 0
      ? []
      : [
          {
            kind: 'notice',
            id: `flag:${attempt?.key ?? id}`,
            at: attempt?.startedAt ?? now,
            title: t('{0} deserves a look', id),
            sentence: t('{0}. It goes on; cancel it if it should not.', job.flags.join('; ')),
          },
        ],
  );
}

/** Approved work that nobody drives: the driver was stopped, or the machine was restarted. */
function stranded(state: StudyState, { driving, trusted, now, t }: NeedsInput): readonly NeedView[] {
  if (driving || state.ended !== null || state.checkpoint.kind !== 'approved' || state.timeline.length === 0)
    return [];
  const index = studyIndex(state);
  const open = index.entries.filter(
    ({ status, milestone }) =>
      status === 'running' ||
      status === 'unreachable' ||
      (status === 'pending' && index.order.open.has(milestone)),
  );
  if (open.length === 0) return [];
  return [
    {
      kind: 'notice',
      id: 'stranded',
      at: now,
      title: t('Nothing drives this study now'),
      sentence: trusted
        ? t(
            '{0} have not ended. "Bridge: Deploy Plan" goes on where it stopped.',
            describeList(
              open.map(({ id }) => id),
              t,
            ),
          )
        : t(
            '{0} have not ended. Trust this workspace to go on.',
            describeList(
              open.map(({ id }) => id),
              t,
            ),
          ),
    },
  ];
}

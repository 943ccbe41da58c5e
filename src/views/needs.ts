import type { Checkpoint } from '../core/run/checkpointModel';
import type { StudyState } from '../core/run/state';
import { sayRecorded } from '../core/text/recorded';
import type { Translate } from '../core/text/translate';
import type { CheckpointView, NeedsPage, NeedView } from '../protocol/view';
import { changeNeeds, findingNeeds, permissionNeeds } from './agents';
import { shownState, type ViewInput } from './input';
import { notices } from './notices';
import { milestoneLabel } from './runs';
import { studyIndex, type RunEntry } from './studyIndex';
import { describeCheckpointSize } from './checkpointSize';
import { describeDuration, describeHours, describeList } from './words';

/** Failures that are shown one by one; more are one notice. */
const shownFailures = 20;

type NeedsInput = Pick<ViewInput, 'state' | 'inputs' | 'driving' | 'trusted' | 'now' | 't' | 'contentHash'>;

/** What waits for the person, the most pressing first. */
export function needs(input: NeedsInput): readonly NeedView[] {
  const state = shownState(input);
  // An agent stands still until it is answered.
  const items: NeedView[] = [...permissionNeeds(state, input.t), ...changeNeeds(state, input.t)];
  if (state.checkpoint.kind === 'shown')
    items.push({
      kind: 'checkpoint',
      id: `checkpoint:${state.checkpoint.checkpoint.hash}`,
      at: state.checkpoint.at,
      checkpoint: checkpointView(state.checkpoint.checkpoint, input.t),
    });
  items.push(
    ...findingNeeds(state, input.contentHash ?? null, input.t),
    ...failures(state, input.t),
    ...notices(state, input),
  );
  return items;
}

export function needsPage(input: NeedsInput): NeedsPage {
  return { kind: 'needs', items: needs(input) };
}

/** How many things wait for the person: the number on the badge, on the tab and in the status bar. */
export function needsCount(input: NeedsInput): number {
  // What is not critical is shown to be read; it stops nothing.
  return needs(input).filter((need) => need.kind !== 'finding' || need.severity === 'CRITICAL').length;
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
    sanity: { status: checkpoint.sanity.status, sentence: sayRecorded(checkpoint.sanity.sentence, t) },
    review: sayRecorded(checkpoint.review, t),
    groundTruth: sayRecorded(checkpoint.groundTruth, t),
    milestones,
    total:
      checkpoint.totalGpuHours === null
        ? t('{0}, GPU-hours not known', size)
        : checkpoint.totalGpuHours === 0
          ? t('{0}, no GPU needed', size)
          : t('{0}, about {1} GPU-h', size, describeHours(checkpoint.totalGpuHours)),
    cost: checkpoint.usd === 0 ? t('costs no money') : t('about ${0}', checkpoint.usd.toFixed(2)),
    unjudgedGates: checkpoint.unjudgedGates,
    notes: checkpoint.notes.map((note) => sayRecorded(note, t)),
    changes: checkpoint.changes,
  };
}

function failures(state: StudyState, t: Translate): readonly NeedView[] {
  const { failed } = studyIndex(state);
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
      sentence: t('{0} failed: {1}', id, sayRecorded(phase.failure.message, t)),
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
      advice: sayRecorded(phase.failure.advice, t),
    },
  ];
}

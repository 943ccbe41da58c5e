import { activityViews } from './agents';
import { planTopic } from '../core/plan/planTopic';
import type { StudyState } from '../core/run/state';
import type { HeaderView } from '../protocol/view';
import { endsAt, gpuHours } from './forecast';
import { shownState, type ViewInput } from './input';
import { milestoneProgress } from './milestones';
import { needsCount } from './needs';
import { deployed } from './runRow';
import { studyIndex } from './studyIndex';
import { describeEnd } from './describeEvent';
import { describeCounts } from './words';

export function headerView(input: ViewInput): HeaderView {
  const state = shownState(input);
  return {
    title: state.study?.topic ?? planTopic(input.inputs.plan?.title ?? 'Bridge'),
    target: describeTarget(state, input),
    trusted: input.trusted,
    sentence: describeStanding(state, input),
    milestones: milestoneProgress(state),
    gpuHours: gpuHours(state, input.now),
    endsAt: endsAt(state, input.driving, input.now),
    needsYou: needsCount(input),
    driving: input.driving,
    activity: activityViews(state, input.now, input.t),
  };
}

/** `local`, `ssh:gpu1 · 3 running`. */
function describeTarget(state: StudyState, { t }: ViewInput): string {
  const target = state.study?.target === 'local' ? t('this machine') : (state.study?.target ?? '');
  const hosts = studyIndex(state).hosts.filter((host) => host !== state.study?.target);
  const where =
    hosts.length > 0 && !hosts.every((host) => target.includes(host)) ? hosts.join(' + ') : target;
  const gpus = studyIndex(state).running.reduce((sum, { attempt }) => sum + (attempt?.gpus.length ?? 0), 0);
  return gpus > 0 ? t('{0} · {1} GPUs in use', where, gpus) : where;
}

/** One sentence: how is it going. */
export function describeStanding(
  state: StudyState,
  input: Pick<ViewInput, 'inputs' | 'driving' | 'trusted' | 't'>,
): string {
  const { t, inputs } = input;
  const index = studyIndex(state);
  if (state.study === null) {
    if (inputs.planPath === null && inputs.trackerPath === null)
      return t('There is no experiment plan here yet.');
    const error = inputs.problems.find(({ severity }) => severity === 'error');
    if (error) return t('The inputs must be mended first: {0}', error.message);
    if (inputs.manifestPath === null)
      return t('Nothing says how the runs are started: there is no run manifest yet.');
    return t('Nothing has been deployed yet.');
  }
  if (!deployed(state)) return t('Nothing has been deployed yet: {0} runs are ready.', index.entries.length);
  const counts = describeCounts(index.counts, t);
  if (state.ended !== null) return `${describeEnd(state.ended.outcome, '', t)}: ${counts}`;
  if (state.checkpoint.kind === 'shown') return t('Waits for your approval · {0}', counts);
  if (state.checkpoint.kind === 'rejected' && index.running.length === 0)
    return t('Not approved; nothing starts · {0}', counts);
  if (!input.driving && index.running.length === 0) return t('Nothing drives this study now · {0}', counts);
  return counts;
}

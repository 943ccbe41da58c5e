import { sayRecorded } from '../core/text/recorded';
import { isJudgeable } from '../core/plan/criteria';
import { mainResult } from '../core/results/mainResult';
import { studyResult } from '../core/run/studyResult';
import type { GpuHours } from '../core/plan/model';
import type { StudyState } from '../core/run/state';
import type { PlanMilestone, PlanPage, ProblemView } from '../protocol/view';
import { budgetViews } from './budgets';
import { shownState, type ViewInput } from './input';
import { milestoneProgress } from './milestones';
import { deployed } from './runRow';
import { stageList } from './stages';
import { studyIndex } from './studyIndex';
import { describeHours } from './words';

export function planPage(input: ViewInput): PlanPage {
  const state = shownState(input);
  const { inputs, t } = input;
  const { plan } = inputs;
  const verdicts = blockVerdicts(state, input);
  return {
    kind: 'plan',
    planPath: inputs.planPath,
    method: null,
    claims: (plan?.claims ?? []).map(({ id, text, span }) => ({ id, text, line: span.start.line })),
    milestones: planMilestones(state, input),
    blocks: (plan?.blocks ?? []).map(({ id, title, priority, successCriterion, span }) => ({
      id,
      title,
      priority:
        priority === null
          ? null
          : { 'must-run': t('must-run'), 'nice-to-have': t('nice-to-have'), mixed: t('mixed') }[priority],
      criterion: successCriterion?.text ?? null,
      judgeable: successCriterion !== null && isJudgeable(successCriterion),
      verdict: verdicts.get(id) ?? null,
      line: span.start.line,
    })),
    problems: inputs.problems.map((problem): ProblemView => ({
      severity: problem.severity,
      message: sayRecorded(problem.message, t),
      file: problem.file,
      line: problem.span?.start.line ?? null,
    })),
    budgets: budgetViews(state, input.now),
    stages: stageList(state, t),
    whyNotDeploy: whyNotDeploy(input),
    deployedBefore: deployed(state),
  };
}

/** Why "Deploy Plan" cannot be pressed now, in a sentence; null: it can. */
export function whyNotDeploy(input: Pick<ViewInput, 'state' | 'inputs' | 'trusted' | 't'>): string | null {
  const { inputs, t, state } = input;
  if (!input.trusted)
    return t('This workspace is in Restricted Mode: everything can be read, nothing can be started.');
  if (inputs.planPath === null && inputs.trackerPath === null)
    return inputs.lookedFor.length === 0
      ? t('There is no experiment plan here.')
      : t('There is no experiment plan here. Bridge looked for {0}.', inputs.lookedFor.join(', '));
  const error = inputs.problems.find(({ severity }) => severity === 'error');
  if (error) return t('The inputs must be mended first: {0}', sayRecorded(error.message, t));
  if (studyIndex(state).running.length > 0)
    return t('Runs of this study are running. Wait for them, or cancel them first.');
  if (state.checkpoint.kind === 'shown' && state.ended === null)
    return t('Bridge waits for your approval at the checkpoint.');
  return null;
}

function planMilestones(state: StudyState, { inputs }: ViewInput): readonly PlanMilestone[] {
  const inPlan = new Map((inputs.plan?.milestones ?? []).map((milestone) => [milestone.id, milestone]));
  const progress = milestoneProgress(state);
  // Before there is a manifest the plan itself is all there is.
  const listed =
    progress.length > 0
      ? progress
      : [...inPlan.values()].map(({ id, name, runs }) => ({
          ...{ id, name, state: 'empty' as const, completed: 0, failed: 0, running: 0 },
          total: runs.length,
        }));
  return listed.map((each) => {
    const planned = inPlan.get(each.id);
    const declared = state.milestones.get(each.id);
    const gate = declared?.gate ?? null;
    return {
      ...each,
      goal: planned?.goal?.text ?? null,
      gate: planned?.gate?.text ?? declared?.milestone.gate?.text ?? null,
      gateVerdict: gate === null ? null : { verdict: gate.verdict, why: gate.why },
      gpuHours: hoursText(planned?.gpuHours ?? declared?.milestone.estimatedGpuHours ?? null),
      line: planned?.span.start.line ?? declared?.milestone.line ?? null,
    };
  });
}

/** The unit is the page's: `4`, `4–6`; nothing where no GPU is needed. */
function hoursText(hours: GpuHours | null): string | null {
  if (hours === null || hours.high === 0) return null;
  return hours.low === hours.high
    ? describeHours(hours.low)
    : `${describeHours(hours.low)}–${describeHours(hours.high)}`;
}

const verdictsOf = new WeakMap<StudyState, { language: string; verdicts: ReadonlyMap<string, string> }>();

/** How the criteria of blocks came out; one that cannot be judged yet has no verdict while runs are still to end. */
export function blockVerdicts(
  state: StudyState,
  input: Pick<ViewInput, 'now' | 'language'>,
): ReadonlyMap<string, string> {
  const known = verdictsOf.get(state);
  if (known?.language === input.language) return known.verdicts;
  const verdicts = judgeBlocks(state, input);
  verdictsOf.set(state, { language: input.language, verdicts });
  return verdicts;
}

function judgeBlocks(
  state: StudyState,
  { now, language }: Pick<ViewInput, 'now' | 'language'>,
): ReadonlyMap<string, string> {
  const result = deployed(state) ? studyResult(state, now, language) : null;
  if (result === null) return new Map();
  const judged = mainResult(result, language).criteria.filter(
    ({ judgement }) => state.ended !== null || judgement.verdict !== 'cannot-judge',
  );
  return new Map(judged.map(({ block, sentence }) => [block, sentence]));
}

import { isJudgeable } from '../core/plan/criteria';
import type { Anchor } from '../core/links/anchors';
import type { DeclaredRun, StudyDeclaration } from '../core/run/declaration';
import type { RunStatus } from '../protocol/runs';
import { shownState, type ViewInput } from './input';
import { blockVerdicts, whyNotDeploy } from './plan';
import { deployed, runRow } from './runRow';
import { studyIndex, type RunEntry } from './studyIndex';
import {
  describeCounts,
  describeDuration,
  describeHours,
  describeStatus,
  statusLook,
  statusOrder,
} from './words';

/** A line of text over a line of a document, and what a click on it does. */
export interface Lens {
  readonly title: string;
  /** Null: it only says something. */
  readonly command: string | null;
  readonly arguments: readonly unknown[];
}

/** Characters of a reason over a line; all of it stands in the panel. */
const longest = 110;

const lens = (title: string, command: string | null = null, ...args: unknown[]): Lens => ({
  title,
  command,
  arguments: args,
});

/** Status of what a line of plan, tracker or manifest is about, and the verbs that fit. No verb in Restricted Mode. */
export function lensesFor(anchor: Anchor, input: ViewInput): readonly Lens[] {
  switch (anchor.kind) {
    case 'plan':
      return ofPlan(input);
    case 'milestone':
      return ofMilestone(anchor.id, input);
    case 'block':
      return ofBlock(anchor.id, input);
    case 'runs':
      return anchor.runs.length === 1 ? ofRun(anchor.runs[0]!, input) : ofRuns(anchor.runs, input);
  }
}

/** Whether there is more to say of a run than that it is still to do. */
export function hasNews(run: string, input: ViewInput): boolean {
  const entry = studyIndex(shownState(input)).find(run);
  return entry !== null && entry.status !== 'pending';
}

interface Declared {
  readonly runs: ReadonlyMap<string, DeclaredRun>;
  readonly jobs: ReadonlySet<string>;
}

const declared = new WeakMap<StudyDeclaration, Declared>();
const nothing: Declared = { runs: new Map(), jobs: new Set() };

/** Runs as the documents declare them now; what was deployed may be older. */
function declaredNow({ inputs: { study } }: Pick<ViewInput, 'inputs'>): Declared {
  if (study === null) return nothing;
  let found = declared.get(study);
  if (!found) {
    found = {
      runs: new Map(study.runs.map((run) => [run.id, run])),
      jobs: new Set(study.jobs.map(({ id }) => id)),
    };
    declared.set(study, found);
  }
  return found;
}

/** Whether the documents, as they stand now, list a run and do not say how it is started. */
export function lacksEntry(run: string, input: Pick<ViewInput, 'inputs'>): boolean {
  return declaredNow(input).runs.get(run)?.standing === 'missing';
}

function ofPlan(input: ViewInput): readonly Lens[] {
  const { t, state } = input;
  const lenses: Lens[] = [];
  const why = whyNotDeploy(input);
  const waits = studyIndex(state).running.length > 0 || state.checkpoint.kind === 'shown';
  if (why !== null && !waits)
    lenses.push(
      lens(
        `$(info) ${why.length > longest ? `${why.slice(0, longest)}…` : why}`,
        input.trusted ? 'workbench.actions.view.problems' : 'workbench.trust.manage',
      ),
    );
  if (why === null) lenses.push(lens(`$(rocket) ${t('Deploy Plan')}`, 'bridge.deployPlan', { quick: true }));
  if (state.checkpoint.kind === 'shown' && state.ended === null && input.trusted)
    lenses.push(lens(`$(check-all) ${t('Approve…')}`, 'bridge.approveCheckpoint'));
  const { counts, entries } = studyIndex(shownState(input));
  if (entries.length > 0)
    lenses.push(lens(`$(layout-panel) ${describeCounts(counts, t)}`, 'bridge.openPanel', 'runs'));
  return lenses;
}

function ofMilestone(id: string, input: ViewInput): readonly Lens[] {
  const { t, state } = input;
  const shown = shownState(input);
  const entries = studyIndex(shown).byMilestone.get(id)?.entries ?? [];
  const lenses = entries.length > 0 ? [...ofEntries(entries, input)] : [...ofPlanned(id, input)];
  const gate = shown.milestones.get(id)?.gate ?? null;
  if (gate?.verdict === 'failed')
    lenses.push(lens(`$(error) ${t('Gate failed: {0}', gate.why)}`, 'bridge.openPanel', 'plan'));
  if (gate?.verdict === 'passed')
    lenses.push(lens(`$(pass-filled) ${t('Gate passed: {0}', gate.why)}`, 'bridge.openPanel', 'plan'));
  const { checkpoint } = state;
  if (checkpoint.kind === 'shown' && state.ended === null && input.trusted)
    if (checkpoint.checkpoint.milestones.some((each) => each.id === id))
      lenses.push(lens(`$(check-all) ${t('Approve…')}`, 'bridge.approveCheckpoint'));
  return lenses;
}

/** Before anything says how runs are started, the plan itself is all there is. */
function ofPlanned(id: string, { inputs, t }: ViewInput): readonly Lens[] {
  const milestone = inputs.plan?.milestones.find((each) => each.id === id);
  if (!milestone) return [];
  const { runs, jobCount, gpuHours } = milestone;
  const count = runs.length > 0 ? runs.length : jobCount;
  const parts = [
    count === null ? null : t('{0} runs planned', count),
    gpuHours === null || gpuHours.high === 0 ? null : t('{0} GPU-h', describeHours(gpuHours.high)),
  ].filter((part) => part !== null);
  return parts.length === 0 ? [] : [lens(`$(circle-large-outline) ${parts.join(' · ')}`)];
}

function ofBlock(id: string, input: ViewInput): readonly Lens[] {
  const { t } = input;
  const block = input.inputs.plan?.blocks.find((each) => each.id === id);
  const verdict = blockVerdicts(shownState(input), input).get(id);
  if (verdict !== undefined) return [lens(`$(law) ${verdict}`, 'bridge.openPanel', 'results')];
  if (!block?.successCriterion) return [];
  return isJudgeable(block.successCriterion)
    ? [lens(`$(law) ${t('Bridge judges this criterion when the runs have ended.')}`)]
    : [lens(`$(person) ${t('This criterion is for you to judge: no number could be read in it.')}`)];
}

function ofRuns(runs: readonly string[], input: ViewInput): readonly Lens[] {
  const index = studyIndex(shownState(input));
  return ofEntries(
    runs.flatMap((run) => index.find(run) ?? []),
    input,
  );
}

function ofEntries(entries: readonly RunEntry[], { t }: ViewInput): readonly Lens[] {
  if (entries.length === 0) return [];
  const counts = new Map<RunStatus, number>();
  for (const { status } of entries) counts.set(status, (counts.get(status) ?? 0) + 1);
  const first = statusOrder.find((status) => counts.has(status)) ?? 'pending';
  return [lens(`$(${statusLook(first).icon}) ${describeCounts(counts, t)}`, 'bridge.openPanel', 'runs')];
}

function ofRun(run: string, input: ViewInput): readonly Lens[] {
  const { t } = input;
  if (lacksEntry(run, input)) return [lens(`$(question) ${t('no entry in the run manifest')}`)];
  const state = shownState(input);
  const entry = studyIndex(state).find(run);
  if (entry === null || (entry.job === null && entry.declared?.standing === 'missing'))
    return declaredNow(input).jobs.has(run) ? [lens(`$(circle-outline) ${t('not deployed yet')}`)] : [];
  const row = runRow(state, entry, { ...input, spark: () => [] });
  const said = [
    entry.declared?.standing === 'elsewhere'
      ? t('done elsewhere, not verified')
      : describeStatus(row.status, t),
    row.metric === null ? null : `${row.metric.name} ${row.metric.value}`,
    row.elapsedMs === null ? null : describeDuration(row.elapsedMs, t),
  ].filter((part) => part !== null);
  const status = lens(`$(${statusLook(row.status).icon}) ${said.join(' · ')}`, 'bridge.openPanel', 'runs');
  const lenses = [status];
  if (row.attempts > 0) lenses.push(lens(t('Open Log'), 'bridge.openLog', run));
  if (row.source !== null) lenses.push(lens(t('Open Result'), 'bridge.openResult', run));
  if (row.canRetry && deployed(state)) lenses.push(lens(t('Retry'), 'bridge.retryRun', run));
  if (row.canResume) lenses.push(lens(t('Resume'), 'bridge.resumeRun', run));
  if (row.canPause) lenses.push(lens(t('Pause'), 'bridge.pauseRun', run));
  if (row.canCancel && row.status !== 'pending') lenses.push(lens(t('Cancel'), 'bridge.cancelRun', run));
  return lenses;
}

import type { MilestoneResult, RunResult, StudyResult } from '../results/model';
import type { Language } from '../results/report/messages';
import { messagesOf } from '../results/report/messagesOf';
import { provenancePath } from '../results/report/provenance';
import { disclosures } from './disclosures';
import type { DeclaredMilestone, DeclaredRun } from './declaration';
import { homeOf } from './jobHandle';
import { reviewSentence } from './reviewGate';
import type { JobState, StudyState } from './state';
import { statusWord, trackerWord } from './words';

/** Where the report stands, relative to the workspace. */
export const resultsPath = 'refine-logs/EXPERIMENT_RESULTS.md';

/**
 * What a report is computed from: the journal's state in the words of results, in the report's language unless another
 * is said. Null before anything was declared.
 */
export function studyResult(
  state: StudyState,
  generatedAt: number,
  language: Language | undefined = state.study?.options.language,
): StudyResult | null {
  const { study } = state;
  if (!study || language === undefined) return null;
  const listed = new Map(study.runs.map((run) => [run.id, run]));
  const byMilestone = new Map<string, RunResult[]>();
  const add = (milestone: string | null, result: RunResult) => {
    const list = byMilestone.get(milestone ?? '') ?? [];
    list.push(result);
    byMilestone.set(milestone ?? '', list);
  };
  for (const job of state.jobs.values())
    if (!job.obsolete) add(job.job.milestone, runOfJob(job, listed.get(job.job.id), language));
  for (const run of study.runs)
    if (run.standing !== 'listed' && !state.jobs.has(run.id))
      add(run.milestone, runWithoutJob(run, language));

  const milestones = [...study.milestones, ...undeclared(study.milestones, byMilestone.keys())];
  return {
    title: study.title,
    topic: study.topic,
    planPath: study.planPath ?? study.manifestPath,
    resultsPath,
    trackerPath: study.trackerPath ?? '',
    target: study.target,
    primaryMetric: study.primaryMetric,
    baselines: study.baselines,
    milestones: milestones.map((milestone): MilestoneResult => {
      const gate = state.milestones.get(milestone.id)?.gate ?? null;
      return {
        id: milestone.id,
        name: milestone.name,
        kind: milestone.kind,
        gate: milestone.gate,
        gateVerdict: gate,
        runs: byMilestone.get(milestone.id) ?? [],
      };
    }),
    criteria: study.criteria,
    datasets: study.datasets ?? [],
    provenancePath,
    review: reviewSentence(state, null, language),
    notes: [...study.notes, ...evaluatedAgain(state, language), ...disclosures(state, language)],
    generatedAt,
  };
}

/** Runs whose numbers are from an evaluation that ran again without its training. */
function evaluatedAgain(state: StudyState, language: Language): string[] {
  return [...state.jobs.values()].flatMap(({ job, phase, attempts, obsolete }) => {
    const attempt = phase.kind === 'completed' ? attempts.find(({ key }) => key === phase.key) : undefined;
    return attempt?.only === undefined || obsolete
      ? []
      : [messagesOf(language).reasons.evaluatedAgain(job.id, attempt.attempt)];
  });
}

function undeclared(known: readonly DeclaredMilestone[], used: Iterable<string>): DeclaredMilestone[] {
  const ids = new Set(known.map((milestone) => milestone.id));
  return [...used]
    .filter((id) => !ids.has(id))
    .map((id) => ({
      id,
      name: id === '' ? 'Runs' : id,
      kind: 'other',
      gate: null,
      estimatedGpuHours: null,
      line: null,
    }));
}

function runOfJob(state: JobState, listed: DeclaredRun | undefined, language: Language): RunResult {
  const { job, phase, attempts } = state;
  const last = attempts[attempts.length - 1];
  return {
    id: job.id,
    system: job.system ?? listed?.system ?? null,
    seed: job.seed,
    milestone: job.milestone,
    priority: listed?.priority ?? null,
    status: trackerWord(statusWord(state)),
    unverified: false,
    baseline: job.baseline,
    metrics: phase.kind === 'completed' ? phase.metrics : [],
    reason: reasonOf(state, language),
    logTail: phase.kind === 'failed' ? phase.failure.evidence : [],
    command: job.command,
    parameters: job.parameters,
    attempts: attempts.length,
    startedAt: last?.startedAt ?? null,
    endedAt: last?.endedAt ?? null,
    logFile: last?.handle ? `${inWorkspace(homeOf(last.handle))}/log` : null,
  };
}

/** Why a run has no result; null where it has one or still runs. */
export function reasonOf({ phase }: JobState, language: Language = 'en'): string | null {
  const words = messagesOf(language).reasons;
  switch (phase.kind) {
    case 'failed':
      return phase.failure.message;
    case 'skipped':
      return phase.why;
    case 'cancelled':
      return words.cancelledBy(phase.by);
    case 'paused':
      return words.pausedBy(phase.by);
    case 'pending':
      return phase.why ?? words.notStarted;
    case 'running':
    case 'completed':
      return null;
  }
}

function runWithoutJob(run: DeclaredRun, language: Language): RunResult {
  const words = messagesOf(language).reasons;
  const nothing = {
    seed: null,
    baseline: null,
    metrics: [],
    logTail: [],
    command: '',
    parameters: {},
    attempts: 0,
    startedAt: null,
    endedAt: null,
    logFile: null,
  };
  const reason = {
    elsewhere: null,
    cut: words.cut(run.statusText),
    missing: words.nothingStarts,
    listed: null,
  }[run.standing];
  const status = run.standing === 'elsewhere' ? 'DONE' : run.standing === 'cut' ? 'SKIPPED' : 'BLOCKED';
  return {
    ...nothing,
    id: run.id,
    system: run.system,
    milestone: run.milestone,
    priority: run.priority,
    status,
    unverified: run.standing === 'elsewhere',
    reason,
  };
}

/** Folders of attempts lie in the workspace's Bridge folder; a report names them so that it may be moved with the study. */
function inWorkspace(folder: string): string {
  const at = folder.lastIndexOf('/.bridge/');
  return at < 0 ? folder : folder.slice(at + 1);
}

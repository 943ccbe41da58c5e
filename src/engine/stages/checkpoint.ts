import { isJudgeable } from '../../core/plan/criteria';
import type { WorkspaceFiles } from '../../core/ports';
import { decimalsFor, formatNumber } from '../../core/results/number';
import type { LockedEvaluator } from '../../core/run/agentsEvent';
import type { Checkpoint, CheckpointMilestone } from '../../core/run/checkpointModel';
import type { StudyDeclaration } from '../../core/run/declaration';
import { costsMoney } from '../../core/run/costly';
import { jobIdentity } from '../../core/run/jobKey';
import type { RentalTerms } from '../../core/run/rentalEvent';
import { describeGroundTruth } from '../../core/run/review';
import { reviewSentence } from '../../core/run/reviewGate';
import { asksForSanity } from '../../core/run/decide';
import type { StudyState } from '../../core/run/state';
import { isSettled } from '../../core/run/foldJobs';
import { outputsOf, pathInWorkspace } from '../judgeAttempt';
import type { Quote } from '../quote';

/** What an approval is bound to: path -> hash of the files, and the hash of the whole. */
export interface Binding {
  readonly files: Readonly<Record<string, string>>;
  readonly hash: string;
  /** Hash of the files alone: what a review saw. */
  readonly content: string;
}

/**
 * Hashes what a person approves: the expanded jobs and commands, the code they reach, plan and manifest, and the
 * target. Outputs and prose are not in it. `scope`: an approval of sanity alone is none of what comes after it.
 */
export async function bind(
  study: StudyDeclaration,
  files: WorkspaceFiles,
  hash: (text: string) => string,
  scope: 'all' | 'sanity' = 'all',
  rental: RentalTerms | null = null,
): Promise<Binding> {
  const outputs = study.jobs.flatMap((job) => outputsOf(job).map((path) => pathInWorkspace(job, path)));
  const words = study.jobs.flatMap((job) =>
    job.command
      .split(/[\s"'=;&|()]+/)
      .filter((word) => /^[\w.+-][\w./+-]*\.\w+$/.test(word))
      .map((word) => pathInWorkspace(job, word)),
  );
  const code = await files.codeHashes([...new Set([...outputs, ...study.data])], [...new Set(words)]);
  const documents: Record<string, string> = {};
  for (const path of [study.planPath, study.manifestPath]) {
    const digest = path === null ? null : await files.hash(path);
    if (path !== null && digest !== null) documents[path] = digest;
  }
  const hashes = { ...code, ...documents };
  const jobs = study.jobs.map((job) => [job.id, job.milestone, job.gpus, jobIdentity(job)]);
  return {
    files: hashes,
    content: hash(JSON.stringify(hashes)),
    hash: hash(
      JSON.stringify([
        ...[jobs, hashes, study.target, study.options.maxParallelRuns],
        ...(scope === 'sanity' ? [scope] : []),
        // The cap is part of what costs money is approved with.
        ...(costsMoney(study) ? [rental, study.options['budget.usd'] ?? null] : []),
      ]),
    ),
  };
}

/** What changed between what was approved (or shown) and what is there now, one sentence a file. */
export function describeChanges(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  const changes: string[] = [];
  for (const [path, hash] of Object.entries(now)) {
    if (!(path in before)) changes.push(`${path} is new`);
    else if (before[path] !== hash) changes.push(`${path} changed`);
  }
  for (const path of Object.keys(before)) if (!(path in now)) changes.push(`${path} is gone`);
  return changes.sort();
}

/** What a checkpoint shows beside what will run. */
export interface CheckpointFacts {
  readonly evaluator: LockedEvaluator | null;
  /** Unified diff of the code since the last approval. */
  readonly diff: string;
  readonly notes: readonly string[];
  /** What it would cost; null: nothing. */
  readonly quote: Quote | null;
}

/** What the person is shown before anything past sanity starts. */
export function buildCheckpoint(
  state: StudyState,
  study: StudyDeclaration,
  binding: Binding,
  changes: readonly string[],
  more: CheckpointFacts = { evaluator: null, diff: '', notes: [], quote: null },
): Checkpoint {
  const consent = asksForSanity(state);
  const milestones = study.milestones
    .filter((milestone) => costsMoney(study) || (milestone.kind === 'sanity') === consent)
    .map((milestone): CheckpointMilestone => {
      const jobs = study.jobs.filter(
        (job) => job.milestone === milestone.id && !isSettled(state.jobs.get(job.id)?.phase),
      );
      const hours = jobs.map((job) => job.estimatedHours);
      const gpuHours = jobs.map((job) => job.estimatedGpuHours ?? (job.gpus === 0 ? 0 : null));
      const known = (values: readonly (number | null)[]) =>
        values.every((value) => value !== null)
          ? values.reduce<number>((sum, value) => sum + value, 0)
          : null;
      return {
        id: milestone.id,
        name: milestone.name,
        runs: jobs.length,
        estimatedGpuHours:
          jobs.length === 0 ? 0 : (known(gpuHours) ?? milestone.estimatedGpuHours?.high ?? null),
        estimatedHours: known(hours),
        commands: jobs.map((job) => ({ run: job.id, command: job.command })),
      };
    })
    .filter((milestone) => milestone.runs > 0);
  const total = milestones.map((milestone) => milestone.estimatedGpuHours);
  return {
    hash: binding.hash,
    target: study.target,
    sanity: describeSanity(state, study),
    milestones,
    review: reviewSentence(state, binding.content),
    groundTruth: describeGroundTruth(state.review?.document.groundTruth ?? null),
    unjudgedGates: study.milestones.flatMap((milestone) =>
      milestone.gate && !isJudgeable(milestone.gate) && milestones.some((each) => each.id === milestone.id)
        ? [{ milestone: milestone.id, text: milestone.gate.text }]
        : [],
    ),
    totalGpuHours: total.every((value) => value !== null)
      ? total.reduce<number>((sum, value) => sum + value, 0)
      : null,
    usd: more.quote?.usd ?? 0,
    ...(more.quote ? { rental: more.quote.terms } : {}),
    notes: consent
      ? [
          `${state.askedBy} asked for this, and nothing has run yet. Approving starts sanity alone; what follows is asked about afterwards.`,
          ...study.notes,
        ]
      : [...study.notes, ...more.notes],
    changes,
    files: binding.files,
    evaluator: more.evaluator,
    ...(more.diff === '' ? {} : { diff: more.diff }),
  };
}

function describeSanity(state: StudyState, study: StudyDeclaration): Checkpoint['sanity'] {
  const sanity = study.milestones.filter((milestone) => milestone.kind === 'sanity');
  const isSanity = (id: string | null) => sanity.some((milestone) => milestone.id === id);
  const jobs = [...state.jobs.values()].filter((job) => !job.obsolete && isSanity(job.job.milestone));
  const commands = jobs.map(({ job }) => ({ run: job.id, command: job.command }));
  if (jobs.length === 0)
    return {
      status: 'none',
      sentence: 'The plan has no sanity milestone; the first run goes alone first.',
      commands,
    };
  if (jobs.some((job) => !isSettled(job.phase)))
    return { status: 'pending', sentence: 'Sanity has not run yet.', commands };
  const gates = sanity.map((milestone) => state.milestones.get(milestone.id)?.gate?.verdict);
  if (gates.includes('failed')) return { status: 'failed', sentence: 'Sanity failed.', commands };
  const figures = jobs.flatMap(({ job, phase }) => {
    const shown = phase.kind === 'completed' ? phase.metrics.slice(0, 2) : [];
    const values = shown.map(({ name, value }) => `${name} ${formatNumber(value, decimalsFor([value]))}`);
    const files = [...new Set(shown.map(({ file }) => file))];
    return values.length === 0 ? [] : [`${job.id} has ${values.join(', ')} (${files.join(', ')})`];
  });
  return {
    status: 'passed',
    sentence: `Sanity passed${figures.length > 0 ? `: ${figures.join('; ')}` : ''}.`,
    commands,
  };
}

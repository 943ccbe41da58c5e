import type { Clock, ComputeBackend, JobStatus, WorkspaceFiles } from '../core/ports';
import type { JobKey } from '../core/run/jobHandle';
import { parseManifest } from '../core/manifest/parseManifest';
import { evaluationJob } from '../core/run/evaluation';
import type { Failure } from '../core/run/failure';
import { jobIdentity, jobKey } from '../core/run/jobKey';
import { judgeAttempt, outputsOf } from './judgeAttempt';
import type { StudyRecord } from './studyRecord';

const pollMs = 500;

export interface EvaluateParts {
  readonly record: StudyRecord;
  readonly backend: ComputeBackend;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
  readonly workspaceId: string;
  hash(text: string): string;
  commit(signal: AbortSignal): Promise<void>;
}

export type Evaluated =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** It cannot be evaluated; nothing was started. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'interrupted' };

/**
 * Runs only the evaluation of a run again, as a new attempt that says so. The run keeps its standing and its numbers
 * until the evaluation has given new ones.
 */
export async function evaluateRun(parts: EvaluateParts, id: string, signal: AbortSignal): Promise<Evaluated> {
  const { record, backend, files } = parts;
  const state = record.state.jobs.get(id);
  if (!state) return { kind: 'refused', why: `there is no run "${id}" here` };
  if (state.phase.kind === 'running')
    return { kind: 'refused', why: `${id} is running; wait until it has ended` };
  const last = state.attempts.at(-1);
  if (!last) return { kind: 'refused', why: `${id} has never run, so there is nothing to evaluate` };
  // As the manifest stands now: the script may be what was mended.
  const path = record.state.study?.manifestPath;
  const text = path === undefined ? null : await files.read(path);
  const spec = text === null || path === undefined ? null : parseManifest(text, path).evaluation;
  const job = evaluationJob(state.job, spec);
  if (!job)
    return {
      kind: 'refused',
      why: `the run manifest names no evaluation script. Add "evaluation: { script: evaluate.py }"; it is called with --run ${id}`,
    };
  const attempt = state.attempts.length + 1;
  const key = jobKey(parts.workspaceId, id, parts.hash(jobIdentity(state.job)).slice(0, 12), attempt);
  const { gpus } = last;
  record.happened({
    ...{ type: 'attempt.requested', job: id, attempt, key, host: backend.id, gpus },
    ...{ only: 'evaluation', command: job.command },
  });
  await parts.commit(signal);
  const submitted = await backend.submit(
    [
      {
        ...{
          key,
          run: id,
          attempt,
          gpus,
          command: job.command,
          setup: job.setup,
          environment: job.environment,
        },
        cwd: job.cwd.startsWith('/') ? job.cwd : `${files.root}/${job.cwd}`.replace(/\/\.$/, ''),
        variables: { PYTHONUNBUFFERED: '1' },
        expectedOutputs: outputsOf(job),
        timeLimitMs: null,
      },
    ],
    signal,
  );
  const handle = submitted.get(key);
  if (handle) record.happened({ type: 'attempt.started', key, handle });
  await parts.commit(signal);
  const status = await untilEnded(parts, key, signal);
  if (status === null) return { kind: 'interrupted' };
  if (status.kind !== 'exited') {
    const why = status.kind === 'lost' ? status.why : 'nothing of it is left on the target';
    record.happened({ type: 'attempt.lost', key, cause: 'lost', why });
    return {
      kind: 'failed',
      failure: { class: 'lost', message: why, evidence: [], advice: 'Evaluate it again' },
    };
  }
  record.happened({ type: 'attempt.exited', key, exit: status.exit });
  await backend.collect(key, signal);
  const judged = await judgeAttempt(job, key, status.exit, backend, files, signal);
  if (judged.ok) record.happened({ type: 'job.completed', job: id, key, metrics: judged.metrics });
  await parts.commit(signal);
  return judged.ok ? { kind: 'done' } : { kind: 'failed', failure: judged.failure };
}

/** How it ended; null: the caller went away first, and it goes on. */
async function untilEnded(
  { backend, clock }: EvaluateParts,
  key: JobKey,
  signal: AbortSignal,
): Promise<JobStatus | null> {
  for (;;) {
    const status = (await backend.poll([key], signal)).get(key);
    if (status?.kind === 'exited' || status?.kind === 'lost' || status?.kind === 'unknown') return status;
    if (signal.aborted) return null;
    await clock.sleep(pollMs, signal);
  }
}

/** A run that was to be evaluated, and what came of it. */
export interface EvaluatedRun {
  readonly id: string;
  readonly outcome: Evaluated;
}

/** One after another, until one is interrupted. */
export async function evaluateRuns(
  parts: EvaluateParts,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly EvaluatedRun[]> {
  const outcomes: EvaluatedRun[] = [];
  for (const id of ids) {
    const outcome = await evaluateRun(parts, id, signal);
    outcomes.push({ id, outcome });
    if (outcome.kind === 'interrupted') break;
  }
  return outcomes;
}

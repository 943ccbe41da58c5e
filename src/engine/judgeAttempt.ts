import type { Job } from '../core/manifest/model';
import { describeDiagnosis } from '../core/diagnose/describeDiagnosis';
import { diagnose } from '../core/diagnose/diagnose';
import type { ComputeBackend, WorkspaceFiles } from '../core/ports';
import type { JobKey } from '../core/run/jobHandle';
import type { MetricValue } from '../core/results/model';
import { readMetric } from '../core/results/readMetric';
import type { ExitRecord } from '../core/run/event';
import type { Failure } from '../core/run/failure';

export type Judged =
  | { readonly ok: true; readonly metrics: readonly MetricValue[] }
  | { readonly ok: false; readonly failure: Failure };

/** A diagnosis reads this much of the end of a log. */
const tailBytes = 256 * 1024;

/** Outputs that an attempt must have written: what is declared, and the files that its metrics are read from. */
export function outputsOf(job: Job): string[] {
  return [...new Set([...job.expectedOutputs, ...job.metrics.map((metric) => metric.file)])];
}

/**
 * A run is done when it exited with 0, wrote what it declared in this very attempt, and its metrics are numbers.
 * Nothing less counts, and everything that is wrong is named, not only the first thing.
 */
export async function judgeAttempt(
  job: Job,
  key: JobKey,
  exit: ExitRecord,
  backend: ComputeBackend,
  files: WorkspaceFiles,
  signal: AbortSignal,
): Promise<Judged> {
  const outputs = await backend.outputs(key, signal);
  const missing = outputsOf(job).flatMap((pattern) => {
    const found = outputs.filter((each) => each.pattern === pattern);
    if (found.some((each) => each.fresh)) return [];
    return [
      found.length > 0
        ? `${pattern} is older than this attempt, which did not write it`
        : `${pattern} was not written`,
    ];
  });
  const fresh = new Set(outputs.filter((each) => each.fresh).map((each) => each.path));
  const readings = await Promise.all(
    job.metrics
      .filter((metric) => fresh.has(metric.file))
      .map(async (metric) => {
        const file = pathInWorkspace(job, metric.file);
        const text = await files.read(file);
        const reading = readMetric({ text, file, name: metric.name, pointer: metric.pointer });
        if (!reading.ok) return reading;
        // The record holds what the number was read from, so that a later change of the file shows.
        const sha256 = await files.hash(file);
        return { ok: true as const, value: { ...reading.value, ...(sha256 === null ? {} : { sha256 }) } };
      }),
  );
  const unreadable = readings.flatMap((reading) => (reading.ok ? [] : [reading.failure]));

  if (exit.code !== 0)
    return { ok: false, failure: await failureOfExit(key, exit, unreadable, backend, signal) };
  if (missing.length > 0)
    return {
      ok: false,
      failure: {
        class: 'missing-output',
        message: `it exited with 0, but ${missing.join('; ')}`,
        evidence: await lastLines(key, backend, signal),
        advice:
          'Make the command write this file, or correct the path in the run manifest; then retry the run',
      },
    };
  if (unreadable.length > 0) {
    const [first] = unreadable;
    return {
      ok: false,
      failure: { ...first!, message: unreadable.map((failure) => failure.message).join('; ') },
    };
  }
  return { ok: true, metrics: readings.flatMap((reading) => (reading.ok ? [reading.value] : [])) };
}

async function failureOfExit(
  key: JobKey,
  exit: ExitRecord,
  unreadable: readonly Failure[],
  backend: ComputeBackend,
  signal: AbortSignal,
): Promise<Failure> {
  const log = await backend.readLog(key, -tailBytes, tailBytes, signal);
  const failure = describeDiagnosis(
    diagnose({
      log: log.text,
      exitCode: exit.code,
      oomKills: exit.oomKills ?? 0,
      firstLine: log.from === 0 ? 1 : null,
    }),
  );
  const message = [
    failure.message.includes(String(exit.code))
      ? failure.message
      : `exit code ${exit.code}: ${failure.message}`,
    ...unreadable.map((each) => each.message),
  ].join('; ');
  return { ...failure, message, evidence: failure.evidence.length > 0 ? failure.evidence : tailOf(log.text) };
}

async function lastLines(
  key: JobKey,
  backend: ComputeBackend,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return tailOf((await backend.readLog(key, -8192, 8192, signal)).text);
}

function tailOf(log: string): readonly string[] {
  return log
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-12);
}

/** Path relative to the workspace of a path relative to the job's working folder. */
export function pathInWorkspace(job: Job, path: string): string {
  return job.cwd === '.' || job.cwd === '' ? path : `${job.cwd}/${path}`;
}

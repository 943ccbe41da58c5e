import type { Clock, ComputeBackend, Host } from '../core/ports';
import type { Job } from '../core/manifest/model';
import type { MetricValue } from '../core/results/model';
import type { CodeOrigin } from '../core/results/origin';
import { readMetric } from '../core/results/readMetric';
import type { Failure } from '../core/run/failure';
import { jobIdentity, jobKey } from '../core/run/jobKey';
import { outputsOf, pathInWorkspace } from './judgeAttempt';
import { diffPath } from './originRecorder';

const pollMs = 300;
const gitTimeoutMs = 300_000;

export interface ReproduceParts {
  /** The machine on which the run is reproduced. */
  readonly host: Host;
  /** A queue of its own in the worktree, so that the study's record and results are left alone. */
  backendIn(folder: string): ComputeBackend;
  readonly clock: Clock;
  readonly root: string;
  hash(text: string): string;
}

export interface ReproducedRun {
  readonly job: Job;
  readonly command: string;
  readonly gpus: readonly string[];
  readonly code: CodeOrigin;
  readonly recorded: readonly MetricValue[];
  /** Paths that runs read, relative to the workspace: lent to the worktree where git does not bring them. */
  readonly data: readonly string[];
}

export interface ReproducedMetric {
  readonly name: string;
  readonly recorded: number;
  /** Null: the run did not write it this time. */
  readonly reproduced: number | null;
}

export type Reproduced =
  | {
      readonly kind: 'done';
      readonly exitCode: number;
      readonly folder: string;
      readonly metrics: readonly ReproducedMetric[];
      readonly failures: readonly Failure[];
    }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'interrupted' };

/**
 * Runs a finished run once more from its own code: a worktree at its commit, with the uncommitted difference and the
 * untracked files of that day, and compares what it measures with what was recorded. Nothing of the study changes.
 */
export async function reproduceRun(
  parts: ReproduceParts,
  run: ReproducedRun,
  folder: string,
  signal: AbortSignal,
): Promise<Reproduced> {
  const { host, root } = parts;
  const refused = await checkOut(parts, run, folder, signal);
  if (refused !== null) return { kind: 'refused', why: refused };
  for (const path of run.data) await lend(host, root, folder, path, signal);
  const { job } = run;
  const backend = parts.backendIn(folder);
  const key = jobKey('reproduce', job.id, parts.hash(jobIdentity(job)).slice(0, 12), 1);
  const outputs = outputsOf(job);
  await backend.submit(
    [
      {
        ...{ key, run: job.id, attempt: 1, gpus: run.gpus, command: run.command, setup: job.setup },
        environment: job.environment,
        cwd: `${folder}/${job.cwd}`.replace(/\/\.$/, ''),
        variables: { PYTHONUNBUFFERED: '1' },
        expectedOutputs: outputs,
        timeLimitMs: null,
      },
    ],
    signal,
  );
  for (;;) {
    const status = (await backend.poll([key], signal)).get(key);
    if (signal.aborted) {
      await backend.cancel([key], 'cancelled', new AbortController().signal);
      return { kind: 'interrupted' };
    }
    if (status?.kind === 'lost') return { kind: 'refused', why: `it was lost: ${status.why}` };
    if (status?.kind === 'exited')
      return { kind: 'done', exitCode: status.exit.code, folder, ...(await measure(host, run, folder)) };
    await parts.clock.sleep(pollMs, signal);
  }
}

async function measure(
  host: Host,
  { job, recorded }: ReproducedRun,
  folder: string,
): Promise<{ metrics: ReproducedMetric[]; failures: Failure[] }> {
  const failures: Failure[] = [];
  const metrics: ReproducedMetric[] = [];
  for (const source of job.metrics) {
    const file = pathInWorkspace(job, source.file);
    const was = recorded.find(({ name }) => name === source.name);
    if (!was) continue;
    const piece = await host.read(`${folder}/${file}`, 0, 256 << 20);
    const text = piece && new TextDecoder().decode(piece.bytes);
    const reading = readMetric({ text, file, name: source.name, pointer: source.pointer });
    if (!reading.ok) failures.push(reading.failure);
    metrics.push({
      name: source.name,
      recorded: was.value,
      reproduced: reading.ok ? reading.value.value : null,
    });
  }
  return { metrics, failures };
}

/** The code of that day in a folder of its own; a sentence where it cannot be had. */
async function checkOut(
  parts: ReproduceParts,
  { code }: ReproducedRun,
  folder: string,
  signal: AbortSignal,
): Promise<string | null> {
  const { host, root } = parts;
  const { commit, diffSha256, untracked } = code;
  if (commit === null)
    return 'the workspace was no git repository when it ran, so its code cannot be had again. Commit the code, then run and reproduce it';
  const git = (cwd: string, ...args: string[]) =>
    host.exec(['git', '-C', cwd, '-c', 'core.hooksPath=/dev/null', ...args], {
      timeoutMs: gitTimeoutMs,
      signal,
    });
  const added = await git(root, 'worktree', 'add', '--detach', folder, commit);
  if (added.code !== 0) return `git cannot check out ${commit}: ${lastLine(added.stderr)}`;
  if (diffSha256 !== null) {
    const patch = diffPath(host.bridgeFolder, diffSha256);
    const applied = await git(folder, 'apply', '--whitespace=nowarn', patch);
    if (applied.code !== 0)
      return `its uncommitted changes (${patch}) cannot be applied: ${lastLine(applied.stderr)}`;
  }
  for (const [path, sha256] of Object.entries(untracked)) {
    const piece = await host.read(`${root}/${path}`, 0, 16 << 20);
    const text = piece && new TextDecoder().decode(piece.bytes);
    if (text === null || parts.hash(text) !== sha256)
      return `${path}, which git does not track, is no longer what it was when the run started`;
    await host.write(`${folder}/${path}`, text);
  }
  return null;
}

/** A link to a path of the workspace that the commit does not hold. */
async function lend(
  host: Host,
  root: string,
  folder: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const clean = path.replace(/\/+$/, '');
  if (clean.startsWith('/') || clean.split('/').includes('..')) return;
  const script = '[ -e "$2" ] || [ ! -e "$1" ] || { mkdir -p "$(dirname "$2")" && ln -s "$1" "$2"; }';
  await host.exec(['sh', '-c', script, 'sh', `${root}/${clean}`, `${folder}/${clean}`], {
    timeoutMs: gitTimeoutMs,
    signal,
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

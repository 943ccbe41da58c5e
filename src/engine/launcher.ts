import type { Job } from '../core/manifest/model';
import type { Clock, ComputeBackend, PlacedJob, PlaceRequest, WorkspaceFiles } from '../core/ports';
import type { JobHandle, JobKey } from '../core/run/jobHandle';
import type { Start } from '../core/run/placement';
import { hashOfKey, jobIdentity, jobKey } from '../core/run/jobKey';
import type { CodeKeeper } from './codeKeeper';
import { TargetUnreachable, type Unreachability } from '../core/targetUnreachable';
import type { Failure } from '../core/run/failure';
import { outputsOf, pathInWorkspace } from './judgeAttempt';
import { openAttempts, type OpenAttempt } from './openAttempts';
import { patiently } from './patience';
import type { StudyRecord } from './studyRecord';

export interface LauncherParts {
  readonly record: StudyRecord;
  readonly backend: ComputeBackend;
  readonly files: WorkspaceFiles;
  readonly workspaceId: string;
  /** sha256 in hex. */
  hash(text: string): string;
  readonly clock: Clock;
  complain(sentence: string): void;
  /** Identity of a machine's boot; null: it has none. */
  readonly boot: (host: string) => string | null;
  /** Keeps the code that runs start with; null: nothing is kept. */
  readonly code: CodeKeeper | null;
}

/** Starts attempts: intent first, then adopt what is there already, then act. */
export class Launcher {
  /** `changed` is given every job whose standing changed. */
  constructor(
    private readonly parts: LauncherParts,
    private readonly changed: (job: string) => void,
    private readonly commit: (signal: AbortSignal) => Promise<void>,
  ) {}

  /** Requests, makes the requests durable, and starts them. Returns the keys that were adopted. */
  async start(starts: readonly Start[], signal: AbortSignal): Promise<readonly JobKey[]> {
    const ready = await this.acceptable(await this.withPreconditions(starts), signal);
    const code = ready.length > 0 ? await this.keepCode(signal) : null;
    const placed = ready.map((start) => this.request(start, code));
    await this.noticeEdit(placed, code);
    await this.commit(signal);
    return placed.length > 0 ? this.submit(placed, signal) : [];
  }

  /** Starts attempts that were asked for and never began, under their own keys. */
  async startAgain(open: readonly OpenAttempt[], signal: AbortSignal): Promise<void> {
    const same = (each: OpenAttempt) =>
      hashOfKey(each.attempt.key) === this.hashOf(each.job.job).slice(0, 12);
    const again = open.filter(same).map(({ job, attempt }): Placed => ({
      ...{ job: job.job, gpus: attempt.gpus, key: attempt.key, attempt: attempt.attempt },
      ...{ host: attempt.host, code: attempt.code ?? null },
      ...(attempt.gpuCount === undefined ? {} : { gpuCount: attempt.gpuCount }),
    }));
    if (again.length > 0) await this.submit(again, signal);
    for (const each of open) if (!same(each)) await this.startAnew(each, signal);
  }

  private async startAnew({ job, attempt }: OpenAttempt, signal: AbortSignal): Promise<void> {
    // The manifest was edited while nobody drove. This attempt must never start, whoever still tries to; when it has
    // begun after all, it is seen to its end.
    const forbidden = await this.parts.backend.forbid([attempt.key], signal);
    if (!forbidden.has(attempt.key)) return;
    const why = 'its command was edited before it started';
    this.parts.record.happened(
      { type: 'attempt.lost', key: attempt.key, cause: 'lost', why },
      { type: 'job.retried', job: job.job.id, why, delayMs: 0, by: 'Bridge', afresh: true },
    );
  }

  private async withPreconditions(starts: readonly Start[]): Promise<Start[]> {
    const ready: Start[] = [];
    for (const start of starts) {
      const { job } = start;
      let absent: string | null = null;
      for (const condition of job.preconditions) {
        const path =
          condition.path.startsWith('/') || job.cwd === '.' ? condition.path : `${job.cwd}/${condition.path}`;
        if (!(await this.parts.files.exists(path))) absent ??= path;
      }
      if (absent === null) ready.push(start);
      else {
        const message = `${absent} does not exist, which this run needs before it starts`;
        this.parts.record.happened({
          type: 'job.failed',
          job: job.id,
          failure: {
            class: 'missing-file',
            message,
            evidence: [],
            advice: `Make ${absent}, then retry the run`,
          },
        });
        this.changed(job.id);
      }
    }
    return ready;
  }

  /** Without the runs that the target says it can never run. */
  private async acceptable(starts: readonly Start[], signal: AbortSignal): Promise<readonly Start[]> {
    const { backend, record } = this.parts;
    if (!backend.refuse || starts.length === 0) return starts;
    let refused: ReadonlyMap<string, Failure>;
    try {
      refused = await backend.refuse(starts.map(placeRequest), signal);
    } catch (error) {
      if (!(error instanceof TargetUnreachable)) throw error;
      return starts;
    }
    for (const [job, failure] of refused) {
      record.happened({ type: 'job.failed', job, failure });
      this.changed(job);
    }
    return starts.filter(({ job }) => !refused.has(job.id));
  }

  /** What the runs that a job depends on have written, relative to the workspace. */
  private inputsOf({ dependsOn }: Job): string[] {
    if (dependsOn.length === 0) return [];
    const needed = [...this.parts.record.state.jobs.values()].filter(
      ({ job }) => dependsOn.includes(job.id) || dependsOn.includes(job.phase ?? ''),
    );
    return needed.flatMap(({ job }) => outputsOf(job).map((path) => pathInWorkspace(job, path)));
  }

  private hashOf(job: Job): string {
    return this.parts.hash(jobIdentity(job));
  }

  private async keepCode(signal: AbortSignal): Promise<string | null> {
    const { code } = this.parts;
    return code && patiently('The code cannot be kept: ', () => code.current(), this.parts, signal);
  }

  /** A run starts with the code as it is; that it is not what it was when the study began is said. */
  private async noticeEdit(placed: readonly Placed[], code: string | null): Promise<void> {
    const { record } = this.parts;
    const first = record.state.declaredCode;
    if (code === null || first === null || first === code) return;
    const what = await this.parts.code?.difference(first, code);
    if (what == null) return;
    const why = `its code was edited while it waited: ${what}`;
    record.happened(...placed.map(({ job }) => ({ type: 'job.flagged', job: job.id, why }) as const));
  }

  /** Records the intent; nothing has started yet. */
  private request(start: Start, code: string | null): Placed {
    const { job, gpus, gpuCount, host = this.parts.backend.id } = start;
    const attempt = (this.parts.record.state.jobs.get(job.id)?.attempts.length ?? 0) + 1;
    const key = jobKey(this.parts.workspaceId, job.id, this.hashOf(job), attempt);
    this.parts.record.happened({
      type: 'attempt.requested',
      job: job.id,
      attempt,
      key,
      host,
      gpus,
      ...(gpuCount === undefined ? {} : { gpuCount }),
      boot: this.parts.boot(host),
      code,
    });
    this.changed(job.id);
    return { job, host, gpus, key, attempt, code, ...(gpuCount === undefined ? {} : { gpuCount }) };
  }

  /** Adopts what a driver before us may have started under the same key, and starts the rest. */
  private async submit(placed: readonly Placed[], signal: AbortSignal): Promise<readonly JobKey[]> {
    const { record, backend } = this.parts;
    const start = () => this.adoptOrStart(placed, signal);
    try {
      const { adopted, handles } = await patiently('A run cannot be started: ', start, this.parts, signal);
      // Durable with whatever is next: a driver that comes before finds them by their keys.
      record.happened(
        ...[...handles].map(([key, handle]) =>
          backend.scheduling === 'target'
            ? ({ type: 'attempt.queued', key, handle, why: null } as const)
            : ({ type: 'attempt.started', key, handle } as const),
        ),
      );
      const silent = new Map(backend.standings?.().map(({ host, unreachable }) => [host, unreachable]));
      for (const { key, host } of placed)
        if (!handles.has(key)) this.unreachable(key, silent.get(host ?? '') ?? unknownSilence);
      return adopted;
    } catch (error) {
      if (!(error instanceof TargetUnreachable)) throw error;
      // Whether it was told before it fell silent is found out when it speaks again.
      for (const { key } of placed) this.unreachable(key, { why: error.message, since: error.since });
      return [];
    }
  }

  private unreachable(key: JobKey, { why, since }: Unreachability): void {
    const { record } = this.parts;
    const known = openAttempts(record.state).find(({ attempt }) => attempt.key === key);
    if (known?.attempt.unreachable !== why)
      record.happened({ type: 'attempt.unreachable', key, why, ...(since === null ? {} : { since }) });
  }

  private async adoptOrStart(
    placed: readonly Placed[],
    signal: AbortSignal,
  ): Promise<{ adopted: readonly JobKey[]; handles: ReadonlyMap<JobKey, JobHandle> }> {
    const { backend, files, record } = this.parts;
    const adopted = await backend.find(
      placed.map(({ key }) => key),
      signal,
    );
    const fresh = placed.filter(({ key }) => !adopted.has(key));
    const maxParallel = record.state.study?.maxParallel ?? null;
    const jobs = fresh.map(({ job, host, code, gpus, key, attempt, gpuCount }): PlacedJob => ({
      ...placeRequest({ job, gpuCount }),
      ...{ group: job.phase ?? job.milestone ?? job.id, maxParallel },
      ...{ code, inputs: this.inputsOf(job), ...(host === undefined ? {} : { host }) },
      ...{
        key,
        attempt,
        gpus,
        command: job.command,
        setup: job.setup,
        environment: job.environment,
      },
      cwd: job.cwd.startsWith('/') ? job.cwd : `${files.root}/${job.cwd}`.replace(/\/\.$/, ''),
      // A run that says it needs no GPU must not take one that somebody else was given.
      variables: { PYTHONUNBUFFERED: '1', ...(job.gpus === 0 ? { CUDA_VISIBLE_DEVICES: '' } : {}) },
      expectedOutputs: outputsOf(job),
    }));
    const handles = new Map([...adopted, ...(jobs.length > 0 ? await backend.submit(jobs, signal) : [])]);
    return { adopted: [...adopted.keys()], handles };
  }
}

const unknownSilence: Unreachability = { why: 'it did not answer', since: null };

function placeRequest({ job, gpuCount = 0 }: Pick<Start, 'job' | 'gpuCount'>): PlaceRequest {
  const { id, timeLimitMs, slurm } = job;
  return { run: id, timeLimitMs, gpuCount, ...(slurm === undefined ? {} : { slurm }) };
}

interface Placed extends Start {
  readonly code: string | null;
  readonly key: JobKey;
  readonly attempt: number;
}

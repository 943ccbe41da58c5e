import type { Job } from '../core/manifest/model';
import type { Clock, ComputeBackend, PlacedJob, WorkspaceFiles } from '../core/ports';
import type { JobHandle, JobKey } from '../core/run/jobHandle';
import type { Start } from '../core/run/decide';
import { hashOfKey, jobIdentity, jobKey } from '../core/run/jobKey';
import type { CodeKeeper } from './codeKeeper';
import { outputsOf } from './judgeAttempt';
import type { OpenAttempt } from './openAttempts';
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
  /** Identity of the target's boot; null: it has none. */
  readonly boot: () => string | null;
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
    const ready = await this.withPreconditions(starts);
    const code = ready.length > 0 ? await this.keepCode(signal) : null;
    const placed = ready.map((start) => this.request(start, code));
    await this.noticeEdit(placed, code);
    await this.commit(signal);
    return placed.length > 0 ? this.submit(placed, signal) : [];
  }

  /** Starts an attempt that was asked for before a restart and never began, under its own key. */
  async startAgain({ job, attempt }: OpenAttempt, signal: AbortSignal): Promise<void> {
    if (hashOfKey(attempt.key) === this.hashOf(job.job).slice(0, 12)) {
      await this.submit(
        [{ job: job.job, gpus: attempt.gpus, key: attempt.key, attempt: attempt.attempt }],
        signal,
      );
      return;
    }
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
  private request({ job, gpus }: Start, code: string | null): Placed {
    const attempt = (this.parts.record.state.jobs.get(job.id)?.attempts.length ?? 0) + 1;
    const key = jobKey(this.parts.workspaceId, job.id, this.hashOf(job), attempt);
    this.parts.record.happened({
      type: 'attempt.requested',
      job: job.id,
      attempt,
      key,
      host: this.parts.backend.id,
      gpus,
      boot: this.parts.boot(),
      code,
    });
    this.changed(job.id);
    return { job, gpus, key, attempt };
  }

  /** Adopts what a driver before us may have started under the same key, and starts the rest. */
  private async submit(placed: readonly Placed[], signal: AbortSignal): Promise<readonly JobKey[]> {
    const { record } = this.parts;
    const start = () => this.adoptOrStart(placed, signal);
    const { adopted, handles } = await patiently('A run cannot be started: ', start, this.parts, signal);
    // Durable with whatever is next: a driver that comes before finds them by their keys.
    record.happened(
      ...[...handles].map(([key, handle]) => ({ type: 'attempt.started', key, handle }) as const),
    );
    return adopted;
  }

  private async adoptOrStart(
    placed: readonly Placed[],
    signal: AbortSignal,
  ): Promise<{ adopted: readonly JobKey[]; handles: ReadonlyMap<JobKey, JobHandle> }> {
    const { backend, files } = this.parts;
    const adopted = await backend.find(
      placed.map(({ key }) => key),
      signal,
    );
    const fresh = placed.filter(({ key }) => !adopted.has(key));
    const jobs = fresh.map(({ job, gpus, key, attempt }): PlacedJob => ({
      ...{
        key,
        run: job.id,
        attempt,
        gpus,
        command: job.command,
        setup: job.setup,
        environment: job.environment,
      },
      cwd: job.cwd.startsWith('/') ? job.cwd : `${files.root}/${job.cwd}`.replace(/\/\.$/, ''),
      variables: { PYTHONUNBUFFERED: '1' },
      expectedOutputs: outputsOf(job),
      timeLimitMs: job.timeLimitMs,
    }));
    const handles = new Map([...adopted, ...(jobs.length > 0 ? await backend.submit(jobs, signal) : [])]);
    return { adopted: [...adopted.keys()], handles };
  }
}

interface Placed extends Start {
  readonly key: JobKey;
  readonly attempt: number;
}

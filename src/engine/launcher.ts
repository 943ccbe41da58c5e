import type { Job } from '../core/manifest/model';
import type { ComputeBackend, JobKey, PlacedJob, WorkspaceFiles } from '../core/ports';
import type { Start } from '../core/run/decide';
import { hashOfKey, jobIdentity, jobKey } from '../core/run/jobKey';
import { outputsOf } from './judgeAttempt';
import type { OpenAttempt } from './openAttempts';
import type { StudyRecord } from './studyRecord';

export interface LauncherParts {
  readonly record: StudyRecord;
  readonly backend: ComputeBackend;
  readonly files: WorkspaceFiles;
  readonly workspaceId: string;
  /** sha256 in hex. */
  hash(text: string): string;
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
    const placed = (await this.withPreconditions(starts)).map((start) => this.request(start));
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
    // The manifest was edited while nobody drove: this attempt will never start; the edited command is a new one.
    const why = 'its command was edited before it started';
    this.parts.record.happened(
      { type: 'attempt.lost', key: attempt.key, cause: 'lost', why },
      { type: 'job.retried', job: job.job.id, why: 'its command was edited', delayMs: 0, by: 'Bridge' },
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

  /** Records the intent; nothing has started yet. */
  private request({ job, gpus }: Start): Placed {
    const attempt = (this.parts.record.state.jobs.get(job.id)?.attempts.length ?? 0) + 1;
    const key = jobKey(this.parts.workspaceId, job.id, this.hashOf(job), attempt);
    this.parts.record.happened({
      type: 'attempt.requested',
      job: job.id,
      attempt,
      key,
      host: this.parts.backend.id,
      gpus,
    });
    this.changed(job.id);
    return { job, gpus, key, attempt };
  }

  /** Adopts what a driver before us may have started under the same key, and starts the rest. */
  private async submit(placed: readonly Placed[], signal: AbortSignal): Promise<readonly JobKey[]> {
    const { backend, record, files } = this.parts;
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
    for (const [key, handle] of handles) record.happened({ type: 'attempt.started', key, handle });
    await this.commit(signal);
    return [...adopted.keys()];
  }
}

interface Placed extends Start {
  readonly key: JobKey;
  readonly attempt: number;
}

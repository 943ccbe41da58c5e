import { cpus } from 'node:os';
import type {
  Capacity,
  ComputeBackend,
  Disposable,
  FoundOutput,
  Gpu,
  Host,
  JobHandle,
  JobKey,
  JobStatus,
  LogChunk,
  PlacedJob,
  ProcessIdentity,
} from '../../core/ports';
import { jobFolder, type JobRecord, runScript } from './jobFolder';
import { gpuQuery, parseClaim, parseComputeApps, parseExit, parseGpus } from './parse';
import { wrapperName, wrapperScript } from './wrapper';

/** How long a run may take to end after it was asked to, before it is made to. */
const graceMs = 10_000;

/** Our own queue on any machine: one folder an attempt, and the folder is the truth about it. */
export class MachineBackend implements ComputeBackend {
  readonly scheduling = 'bridge';
  private wrapperWritten = false;
  private listener: ((keys: readonly JobKey[]) => void) | null = null;
  /** Attempts that this process started itself: their end is told, nobody needs to watch their folder. */
  private readonly own = new Set<JobKey>();
  private readonly watched = new Map<JobKey, Disposable>();

  constructor(private readonly host: Host) {}

  get id(): string {
    return this.host.id;
  }

  async probe(signal: AbortSignal): Promise<Capacity> {
    const query = (what: string) =>
      this.host.exec(['nvidia-smi', what, '--format=csv,noheader,nounits'], { timeoutMs: 20_000, signal });
    const gpus = await query(`--query-gpu=${gpuQuery}`);
    const missing: string[] = [];
    if (gpus.code === 127 || /ENOENT/.test(gpus.stderr)) return { cpus: cpus().length, gpus: [], missing };
    if (gpus.code !== 0) {
      // nvidia-smi says its errors on stdout.
      const said = `${gpus.stdout}${gpus.stderr}`.trim().split('\n')[0] ?? '';
      missing.push(`The GPUs cannot be used: nvidia-smi says "${said}". Runs that need none go on.`);
      return { cpus: cpus().length, gpus: [], missing };
    }
    const apps = parseComputeApps((await query('--query-compute-apps=gpu_uuid,pid')).stdout);
    const found = parseGpus(gpus.stdout).map((gpu): Gpu => ({
      ...gpu,
      foreign: apps.some((app) => app.gpu === gpu.id),
    }));
    return { cpus: cpus().length, gpus: found, missing };
  }

  async submit(jobs: readonly PlacedJob[], _signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    const handles = new Map<JobKey, JobHandle>();
    const wrapper = `${this.host.bridgeFolder}/${wrapperName}`;
    if (!this.wrapperWritten) await this.host.write([{ path: wrapper, content: wrapperScript }]);
    this.wrapperWritten = true;
    for (const job of jobs) {
      const folder = jobFolder(this.host.bridgeFolder, job.key);
      const record: JobRecord = {
        ...{
          key: job.key,
          run: job.run,
          attempt: job.attempt,
          cwd: job.cwd,
          command: job.command,
          gpus: job.gpus,
        },
        ...{
          expectedOutputs: job.expectedOutputs,
          before: await this.host.glob(job.cwd, job.expectedOutputs),
        },
      };
      await this.host.write([
        { path: `${folder}/job.json`, content: JSON.stringify(record) },
        { path: `${folder}/run.sh`, content: runScript(job) },
      ]);
      this.own.add(job.key);
      const variables = {
        ...job.variables,
        BRIDGE_RUN: job.run,
        BRIDGE_ATTEMPT: String(job.attempt),
        BRIDGE_JOB_KEY: job.key,
        BRIDGE_JOB_FOLDER: folder,
      };
      const process = await this.host.start(['/bin/sh', wrapper, folder, job.cwd], {
        variables:
          job.gpus.length > 0 ? { ...variables, CUDA_VISIBLE_DEVICES: job.gpus.join(',') } : variables,
        ended: () => {
          this.own.delete(job.key);
          this.listener?.([job.key]);
        },
      });
      handles.set(job.key, { folder, process, externalId: null });
    }
    return handles;
  }

  async find(keys: readonly JobKey[], _signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    const found = new Map<JobKey, JobHandle>();
    for (const key of keys) {
      const folder = jobFolder(this.host.bridgeFolder, key);
      const claim = await this.claim(folder);
      if (claim) found.set(key, { folder, process: claim, externalId: null });
    }
    return found;
  }

  async poll(keys: readonly JobKey[], _signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobStatus>> {
    const statuses = new Map<JobKey, JobStatus>();
    for (const key of keys) {
      const status = await this.status(key);
      statuses.set(key, status);
      if (status.kind === 'running') this.watchAdopted(key);
      else this.unwatch(key);
    }
    return statuses;
  }

  watch(changed: (keys: readonly JobKey[]) => void): Disposable {
    this.listener = changed;
    return {
      dispose: () => {
        this.listener = null;
        for (const key of [...this.watched.keys()]) this.unwatch(key);
      },
    };
  }

  async readLog(key: JobKey, from: number, maxBytes: number, _signal: AbortSignal): Promise<LogChunk> {
    const piece = await this.host.read(`${jobFolder(this.host.bridgeFolder, key)}/log`, from, maxBytes);
    if (!piece) return { from: 0, to: 0, text: '' };
    return {
      from: piece.from,
      to: piece.from + piece.bytes.length,
      text: new TextDecoder().decode(piece.bytes),
    };
  }

  async outputs(key: JobKey, _signal: AbortSignal): Promise<readonly FoundOutput[]> {
    const text = await this.text(`${jobFolder(this.host.bridgeFolder, key)}/job.json`);
    if (text === null) return [];
    const record = JSON.parse(text) as JobRecord;
    const before = new Map(record.before.map((facts) => [facts.path, facts]));
    const found: FoundOutput[] = [];
    for (const pattern of record.expectedOutputs) {
      for (const facts of await this.host.glob(record.cwd, [pattern])) {
        const old = before.get(facts.path);
        const fresh =
          old === undefined ||
          old.inode !== facts.inode ||
          old.size !== facts.size ||
          old.modifiedNs !== facts.modifiedNs;
        found.push({ pattern, path: facts.path, fresh });
      }
    }
    return found;
  }

  async cancel(keys: readonly JobKey[]): Promise<void> {
    for (const key of keys) {
      const claim = await this.claim(jobFolder(this.host.bridgeFolder, key));
      if (
        !claim ||
        (await this.host.states([claim]))[0] === 'rebooted' ||
        !(await this.host.groupAlive(claim.pid))
      )
        continue;
      await this.host.signalGroup(claim.pid, 'terminate');
      setTimeout(() => void this.kill(key, claim), graceMs).unref();
    }
  }

  async collect(): Promise<void> {
    // Runs of this machine write into the workspace itself.
  }

  async release(): Promise<'gone'> {
    return 'gone';
  }

  private async kill(key: JobKey, claim: ProcessIdentity): Promise<void> {
    if ((await this.status(key)).kind === 'running') await this.host.signalGroup(claim.pid, 'kill');
  }

  private async status(key: JobKey): Promise<JobStatus> {
    const folder = jobFolder(this.host.bridgeFolder, key);
    const exit = await this.exit(folder);
    if (exit) return exit;
    const claim = await this.claim(folder);
    if (!claim) {
      const starting = await this.host.findByArgument(folder);
      return starting.length > 0 ? { kind: 'running', startedAt: 0 } : { kind: 'unknown' };
    }
    const [state] = await this.host.states([claim]);
    if (state === 'alive') return { kind: 'running', startedAt: 0 };
    // It may have ended between the two looks.
    const late = await this.exit(folder);
    if (late) return late;
    if (state === 'rebooted')
      return { kind: 'lost', cause: 'rebooted', why: 'the machine restarted while it ran' };
    if (await this.host.groupAlive(claim.pid)) return { kind: 'running', startedAt: 0 };
    return { kind: 'lost', cause: 'lost', why: 'its processes are gone and nothing says how it ended' };
  }

  private async exit(folder: string): Promise<JobStatus | null> {
    const text = await this.text(`${folder}/exit`);
    const code = text === null ? null : parseExit(text);
    if (code === null) return null;
    const [facts] = await this.host.glob(folder, ['exit']);
    return {
      kind: 'exited',
      exit: { code, endedAt: facts ? Math.round(Number(facts.modifiedNs) / 1e6) : 0 },
    };
  }

  private async claim(folder: string): Promise<ProcessIdentity | null> {
    const text = await this.text(`${folder}/claim`);
    return text === null ? null : parseClaim(text);
  }

  private async text(path: string): Promise<string | null> {
    const piece = await this.host.read(path, 0, 1 << 20);
    return piece && new TextDecoder().decode(piece.bytes);
  }

  private watchAdopted(key: JobKey): void {
    if (this.own.has(key) || this.watched.has(key) || !this.listener) return;
    try {
      this.watched.set(
        key,
        this.host.watchFolder(jobFolder(this.host.bridgeFolder, key), () => this.listener?.([key])),
      );
    } catch {
      // Without a watch the engine's poll tells.
    }
  }

  private unwatch(key: JobKey): void {
    this.watched.get(key)?.dispose();
    this.watched.delete(key);
  }
}

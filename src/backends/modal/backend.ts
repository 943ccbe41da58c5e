import picomatch from 'picomatch';
import type {
  Capacity,
  Clock,
  ComputeBackend,
  FoundOutput,
  Host,
  JobStatus,
  LogChunk,
  PlacedJob,
} from '../../core/ports';
import type { JobHandle, JobKey } from '../../core/run/jobHandle';
import { modalUsdPerHour } from '../../core/rented/modalPrices';
import { TargetUnreachable } from '../../core/targetUnreachable';
import { AttemptFolder } from '../attempt/folder';
import { jobFolder, jobRecord, runScript } from '../attempt/jobFolder';
import { parseExit } from '../attempt/parse';
import type { ModalClient } from './client';
import { launcherScript } from './launcher';
import { type ModalApp, type ModalEnd, parseEnd } from './parse';

/** The client is asked twice a look, whatever the number of runs; each call starts a Python. */
const pollIntervalMs = 5000;
/** An app may be gone from the list a while before its volume can be read. */
const graceMs = 120_000;

export interface ModalSetting {
  /** As `gpu=` takes it, in the order of preference; the number of GPUs that a run asks for is put behind it. */
  readonly gpu: readonly string[];
  readonly timeoutSeconds: number;
  readonly volume: string;
  readonly python: string;
  readonly requirements: string | null;
  /** The workspace, absolute. */
  readonly root: string;
  /** What stays here, in the syntax of .dockerignore. */
  readonly ignore: readonly string[];
}

/**
 * Runs on Modal: each attempt is an app of its own, started detached by a launcher that lies beside the run. The end that
 * the launcher's function wrote on the volume is the truth; the list of apps only says what may still come.
 */
export class ModalBackend implements ComputeBackend {
  readonly id = 'modal';
  readonly scheduling = 'target';
  readonly pollIntervalMs = pollIntervalMs;
  /** Attempts whose app has ended without a record -> since when, by the monotonic clock. */
  private readonly silentSince = new Map<JobKey, number>();

  constructor(
    private readonly host: Host,
    private readonly client: ModalClient,
    private readonly setting: ModalSetting,
    private readonly clock: Clock,
  ) {}

  usdPerHour(gpus: number): number | null {
    return modalUsdPerHour(gpus === 0 ? [] : this.gpusFor(gpus));
  }

  async probe(signal: AbortSignal): Promise<Capacity> {
    const missing = await this.client.missing(signal);
    const gpusPerJob = this.setting.gpu.length > 0 ? 8 : 0;
    return { cpus: 1, gpus: [], boot: null, missing, gpusPerJob };
  }

  async submit(jobs: readonly PlacedJob[], _signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    const handles = new Map<JobKey, JobHandle>();
    for (const job of jobs) {
      const { path } = this.folder(job.key);
      await this.host.createFolder(path, {
        'job.json': JSON.stringify(await jobRecord(this.host, job)),
        'launcher.py': this.launcher(job),
      });
      const process = await this.host.start([
        ...['/bin/sh', '-c', launch, path, this.client.program, 'run', '--detach', `${path}/launcher.py`],
      ]);
      handles.set(job.key, { folder: path, process, externalId: appName(job.key) });
    }
    return handles;
  }

  async find(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobHandle>> {
    const found = new Map<JobKey, JobHandle>();
    if (keys.length === 0) return found;
    const { apps, ends } = await this.look(signal);
    for (const key of keys) {
      const { path } = this.folder(key);
      const name = appName(key);
      const [client = null] = await this.host.findByArgument(`${path}/launcher.py`);
      if (client !== null || apps.has(name) || ends.has(name))
        found.set(key, { folder: path, process: client, externalId: name });
    }
    return found;
  }

  async poll(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobStatus>> {
    const statuses = new Map<JobKey, JobStatus>();
    if (keys.length === 0) return statuses;
    try {
      const { apps, ends } = await this.look(signal);
      for (const key of keys) statuses.set(key, await this.statusOf(key, apps, ends, signal));
    } catch (error) {
      if (!(error instanceof TargetUnreachable)) throw error;
      for (const key of keys)
        if (!statuses.has(key)) statuses.set(key, { kind: 'unreachable', why: error.message });
    }
    return statuses;
  }

  async forbid(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlySet<JobKey>> {
    const forbidden = new Set<JobKey>();
    for (const key of keys) {
      const folder = this.folder(key);
      await folder.forbid();
      // The launcher's function makes the same file before it runs anything.
      const claim = `attempts/${appName(key)}/claim`;
      if (await this.client.create(this.setting.volume, `${folder.path}/claim`, claim, signal))
        forbidden.add(key);
      else if ((await this.client.read(this.setting.volume, claim, signal))?.trim() === 'forbidden')
        forbidden.add(key);
    }
    return forbidden;
  }

  /** While it runs what the client has printed; afterwards the run's own log, which came home with the results. */
  async readLog(key: JobKey, from: number, maxBytes: number, _signal: AbortSignal): Promise<LogChunk> {
    const folder = this.folder(key);
    const own = await folder.log(from, maxBytes);
    if (own.to > 0) return own;
    const piece = await this.host.read(`${folder.path}/launch.log`, from, maxBytes);
    if (!piece) return own;
    const { bytes } = piece;
    return { from: piece.from, to: piece.from + bytes.length, text: new TextDecoder().decode(bytes) };
  }

  async outputs(key: JobKey, _signal: AbortSignal): Promise<readonly FoundOutput[]> {
    const folder = this.folder(key);
    const record = await folder.record();
    const end = parseEnd((await folder.text('end')) ?? '');
    if (record === null || end === null || !('outputs' in end)) return [];
    return record.expectedOutputs.flatMap((pattern) => {
      const matches = picomatch(pattern);
      return end.outputs.filter((path) => matches(path)).map((path) => ({ pattern, path, fresh: true }));
    });
  }

  async cancel(keys: readonly JobKey[], _reason: unknown, signal: AbortSignal): Promise<void> {
    const apps = new Map((await this.client.apps(signal)).map((app) => [app.name, app]));
    for (const key of keys) {
      const app = apps.get(appName(key));
      if (app && app.state !== 'stopped') await this.client.stop(app.id, signal);
      const clients = await this.host.findByArgument(`${this.folder(key).path}/launcher.py`);
      await this.host.signal(clients, 'terminate');
    }
  }

  /** Brings log and outputs home. What lies outside the run's folder is not taken. */
  async collect(key: JobKey, signal: AbortSignal): Promise<void> {
    const folder = this.folder(key);
    const record = await folder.record();
    const end = parseEnd((await folder.text('end')) ?? '');
    if (record === null || end === null || !('outputs' in end)) return;
    const name = appName(key);
    const home = `${folder.path}/home`;
    await this.client.download(this.setting.volume, `attempts/${name}`, home, signal);
    const move = (from: string, to: string) =>
      this.host.exec(['/bin/sh', '-c', bring, `${home}/${name}/${from}`, to], { timeoutMs: 600_000, signal });
    await move('log', `${folder.path}/log`);
    for (const output of end.outputs) {
      if (output.startsWith('/') || output.split('/').includes('..')) continue;
      const { code, stderr } = await move(`outputs/${output}`, `${record.cwd}/${output}`);
      if (code !== 0) throw new Error(`${output} cannot be brought home from Modal: ${stderr.trim()}`);
    }
  }

  async release(key: JobKey, signal: AbortSignal): Promise<'gone' | 'going'> {
    const apps = await this.client.apps(signal);
    return apps.some((app) => app.name === appName(key) && app.state !== 'stopped') ? 'going' : 'gone';
  }

  private launcher(job: PlacedJob): string {
    const { root, timeoutSeconds, volume, python, requirements, ignore } = this.setting;
    const count = job.gpuCount ?? 0;
    return launcherScript({
      ...{ run: job.run, attempt: job.attempt, name: appName(job.key), codeFolder: root, volume, python },
      cwd: job.cwd.startsWith(`${root}/`) ? job.cwd.slice(root.length + 1) : '.',
      script: runScript({ ...job, gpus: [] }, `/tmp/${appName(job.key)}`),
      gpu: count === 0 ? [] : this.gpusFor(count),
      timeoutSeconds: job.timeLimitMs === null ? timeoutSeconds : Math.ceil(job.timeLimitMs / 1000) + 60,
      ...{ requirements, expectedOutputs: job.expectedOutputs, ignore },
    });
  }

  /** `A100-80GB:2`, for each kind that may come. */
  private gpusFor(count: number): string[] {
    return this.setting.gpu.map((each) => (count === 1 || each.includes(':') ? each : `${each}:${count}`));
  }

  private async look(
    signal: AbortSignal,
  ): Promise<{ apps: ReadonlyMap<string, ModalApp>; ends: ReadonlySet<string> }> {
    // The apps first: one that ends between the two questions has its end on the volume by the second.
    const apps = await this.client.apps(signal);
    const ends = await this.client.list(this.setting.volume, 'ends', signal);
    const known = new Map<string, ModalApp>();
    for (const app of apps) if (known.get(app.name)?.state !== 'running') known.set(app.name, app);
    return { apps: known, ends: new Set(ends) };
  }

  private async statusOf(
    key: JobKey,
    apps: ReadonlyMap<string, ModalApp>,
    ends: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<JobStatus> {
    const folder = this.folder(key);
    const name = appName(key);
    if (ends.has(name)) {
      const text = await this.client.read(this.setting.volume, `ends/${name}`, signal);
      const end = parseEnd(text ?? '');
      if (end !== null) {
        await this.host.write(`${folder.path}/end`, text!);
        this.silentSince.delete(key);
        return statusOfEnd(end);
      }
    }
    const app = apps.get(name);
    if (app?.state === 'running') return { kind: 'running', elapsedMs: null };
    if ((await this.host.findByArgument(`${folder.path}/launcher.py`)).length > 0)
      return { kind: 'queued', why: 'Modal builds its image and looks for a GPU' };
    const launched = parseExit((await folder.text('launch.exit')) ?? '');
    if (app === undefined && launched === null) return { kind: 'unknown' };
    if (app === undefined && launched !== null && launched.code !== 0)
      return { kind: 'exited', exit: { code: launched.code, endedAt: this.clock.now() } };
    return this.silent(key);
  }

  /** Its app has ended and its end cannot be read: soon it can be, or it left none. */
  private silent(key: JobKey): JobStatus {
    const now = this.clock.monotonic();
    const since = this.silentSince.get(key) ?? now;
    this.silentSince.set(key, since);
    return now - since < graceMs
      ? { kind: 'unreachable', why: 'its app has ended, and its volume cannot be read yet' }
      : { kind: 'lost', cause: 'lost', why: 'its app has ended on Modal and left no record' };
  }

  private folder(key: JobKey): AttemptFolder {
    return new AttemptFolder(this.host, jobFolder(this.host.bridgeFolder, key));
  }
}

/** Keeps what the client prints and how it ended; `$0` is the attempt's folder. */
const launch = '"$@" >>"$0/launch.log" 2>&1 </dev/null; printf "%s\\n" "$?" >"$0/launch.exit"';

/** Moves one file into its place, whole; `$0` is what came home. */
const bring =
  'mkdir -p -- "$(dirname -- "$1")" && cp -- "$0" "$1.bridge-part" && mv -f -- "$1.bridge-part" "$1"';

function statusOfEnd(end: ModalEnd): JobStatus {
  if ('ended' in end) {
    const why = 'Modal took its machine away while it ran';
    const advice = 'It is tried again by itself; a run that writes checkpoints loses less';
    return {
      ...{ kind: 'lost', cause: 'lost', why },
      failure: { class: 'preempted', message: why, evidence: [], advice },
    };
  }
  const elapsedMs = Math.round(end.seconds * 1000);
  return { kind: 'exited', exit: { code: end.code, endedAt: Math.round(end.at * 1000), elapsedMs } };
}

/** Tells an attempt's app among all apps of the account, by its key alone. */
export function appName(key: JobKey): string {
  const [workspace = '', run = '', hash = '', attempt = ''] = key.split(':');
  const safe = run.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 24);
  return `bridge-${workspace.slice(0, 8)}-${safe}-${hash}-${attempt}`;
}

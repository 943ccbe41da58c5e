import type { Environment } from '../../core/manifest/model';
import { gpuMark, shellWord } from '../../core/manifest/template';
import type { FileFacts, Host, PlacedJob } from '../../core/ports';
import { attemptPath } from '../../core/run/jobKey';
import type { JobKey } from '../../core/run/jobHandle';

/** Folder of an attempt; the key alone tells it, so that whoever comes later finds it without a record. */
export function jobFolder(bridgeFolder: string, key: JobKey): string {
  return `${bridgeFolder}/${attemptPath(key)}`;
}

/** What stands in `job.json`: enough to judge the attempt without the driver that started it. */
export interface JobRecord {
  readonly key: JobKey;
  readonly run: string;
  readonly attempt: number;
  readonly cwd: string;
  readonly command: string;
  readonly gpus: readonly string[];
  readonly expectedOutputs: readonly string[];
  /** Files that matched the outputs before the attempt: only what differs from them is its own. */
  readonly before: readonly FileFacts[];
  /** Processes of its cgroup that the kernel had killed for want of memory by then; null: nobody told. */
  readonly kills?: number | null;
}

/** Takes the listing of what is there now; called before anything of the attempt can begin. */
export async function jobRecord(host: Host, job: PlacedJob, kills: number | null = null): Promise<JobRecord> {
  const { key, run, attempt, cwd, command, gpus, expectedOutputs } = job;
  const before = await host.glob(cwd, expectedOutputs);
  return { key, run, attempt, cwd, command, gpus, expectedOutputs, before, kills };
}

/** Every process of a run has the run's key in this variable. */
export const keyVariable = 'BRIDGE_JOB_KEY';

/** The bash script of a run on GPUs that are known. */
export function runScript(job: PlacedJob, folder: string): string {
  const command = job.command.replaceAll(gpuMark, job.gpus.join(','));
  return bashScript(job, command, {
    ...job.variables,
    BRIDGE_RUN: job.run,
    BRIDGE_ATTEMPT: String(job.attempt),
    [keyVariable]: job.key,
    BRIDGE_JOB_FOLDER: folder,
    // Counted as nvidia-smi counts, which is not how CUDA counts by itself.
    ...(job.gpus.length > 0
      ? { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: job.gpus.join(',') }
      : {}),
  });
}

/** Variables, environment, set-up lines, and the command as its author wrote it. */
export function bashScript(
  job: Pick<PlacedJob, 'environment' | 'setup'>,
  command: string,
  variables: Readonly<Record<string, string>>,
): string {
  const exported = Object.entries(variables).map(([name, value]) => `export ${name}=${shellWord(value)}`);
  return [...exported, ...activation(job.environment), job.setup, command, '']
    .filter((part, at, all) => part !== '' || at === all.length - 1)
    .join('\n');
}

function activation(environment: Environment): string[] {
  switch (environment.kind) {
    case 'none':
      return [];
    case 'venv':
      return [`. ${homePath(`${environment.path}/bin/activate`)} || exit 125`];
    case 'conda':
      return [
        `${condaHook(environment.hook)} || exit 125`,
        `conda activate ${shellWord(environment.name)} || exit 125`,
      ];
  }
}

/** Where conda is mostly installed; a shell that is not interactive often has it not on its PATH. */
const condaPlaces = ['miniconda3', 'miniforge3', 'mambaforge', 'anaconda3', 'opt/miniconda3']
  .map((folder) => `"$HOME/${folder}/bin/conda"`)
  .concat('/opt/conda/bin/conda', '/opt/miniconda3/bin/conda', '/opt/miniforge3/bin/conda');

/** The line that makes `conda activate` known: a whole line, a program of conda, a script to read, or conda as it is found. */
function condaHook(hook: string | null): string {
  if (hook === null)
    return [
      'bridge_conda="${CONDA_EXE:-$(command -v conda)}"',
      `for each in ${condaPlaces.join(' ')}; do [ -n "$bridge_conda" ] || [ ! -x "$each" ] || bridge_conda=$each; done`,
      'eval "$("${bridge_conda:-conda}" shell.bash hook)"',
    ].join('\n');
  if (/\s/.test(hook)) return hook;
  const word = homePath(hook);
  return hook.endsWith('.sh') ? `. ${word}` : `eval "$(${word} shell.bash hook)"`;
}

/** A path as a word for bash; a home folder that it begins with is found, whatever the rest holds. */
function homePath(path: string): string {
  const rest = path.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/)/, '');
  return rest === path ? shellWord(path) : `"$HOME"${shellWord(rest)}`;
}

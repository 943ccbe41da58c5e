import type { Environment } from '../../core/manifest/model';
import type { Host } from '../../core/ports';

const timeoutMs = 20_000;
/** Less room than this on the target's disk is worth a word. */
const leastMiB = 1024;

/** Prints what a machine has, a line each: `bash PATH`, `python PATH VERSION`, `conda PATH`, `free MIB`. */
const look = `bash=$(command -v bash) && echo "bash $bash"
for name in python3 python; do
  python=$(command -v $name) && version=$("$python" -c 'import sys; print(sys.version.split()[0])' 2>/dev/null) &&
    { echo "python $python $version"; break; }
done
for conda in "$CONDA_EXE" "$(command -v conda)" "$HOME"/miniconda3/bin/conda "$HOME"/miniforge3/bin/conda \\
  "$HOME"/mambaforge/bin/conda "$HOME"/anaconda3/bin/conda /opt/conda/bin/conda /opt/miniconda3/bin/conda; do
  [ ! -x "$conda" ] || { echo "conda $conda"; break; }
done
mkdir -p "$1" && df -Pm "$1" | { read -r head; read -r name size used free rest; echo "free $free"; }`;

/** What a target has of what runs need. */
export interface TargetFacts {
  readonly bash: string | null;
  readonly python: { readonly path: string; readonly version: string } | null;
  readonly conda: string | null;
  readonly freeMiB: number | null;
}

export async function lookAround(host: Host, signal: AbortSignal): Promise<TargetFacts> {
  const { stdout } = await host.exec(['sh', '-c', look, 'sh', host.bridgeFolder], { timeoutMs, signal });
  const line = (name: string) => new RegExp(`^${name} (.+)$`, 'm').exec(stdout)?.[1] ?? null;
  const [path, version] = (line('python') ?? '').split(' ');
  const free = Number(line('free') ?? Number.NaN);
  return {
    bash: line('bash'),
    python: path !== undefined && version !== undefined ? { path, version } : null,
    conda: line('conda'),
    freeMiB: Number.isFinite(free) ? free : null,
  };
}

/** What is missing there and how to get it, a sentence each. */
export function missingOf({ bash, python, freeMiB }: TargetFacts): string[] {
  const missing: string[] = [];
  if (bash === null)
    missing.push(
      'There is no bash, which runs every command; install it ("apt-get install bash") or load its module.',
    );
  if (python === null)
    missing.push(
      'There is no python on the PATH; runs that call one need a conda environment or a venv ("env:" in the run manifest).',
    );
  if (freeMiB !== null && freeMiB < leastMiB)
    missing.push(`Its disk has ${freeMiB} MiB left; runs that write more will wait for room.`);
  return missing;
}

/** The environment with the conda that was found there, where the manifest names none and the shell may not know it. */
export function withConda(environment: Environment, { conda }: TargetFacts): Environment {
  return environment.kind === 'conda' && environment.hook === null && conda !== null
    ? { ...environment, hook: conda }
    : environment;
}

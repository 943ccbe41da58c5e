import type { Environment } from '../core/manifest/model';
import { shellWord } from '../core/manifest/template';
import type { Host } from '../core/ports';
import type { CodeOrigin, EnvironmentFacts } from '../core/results/origin';

const timeoutMs = 20_000;

/** What Bridge itself writes while runs go on is no change of their code. */
const notCode = ['refine-logs', 'results', 'MANIFEST.md', 'EXPERIMENT_LOG.md', '.aris', '.bridge'];
const codeFile =
  /\.(py|pyx|ipynb|sh|r|jl|lua|js|mjs|ts|c|cc|cpp|cu|h|hpp|rs|go|java|ya?ml|toml|cfg|ini|gin)$/i;
/** More untracked code files than this are a folder that nobody meant to be code. */
const untrackedAtMost = 200;

/** What git says about a folder, with the text of the difference from its commit. */
export interface ProbedCode extends Omit<CodeOrigin, 'diffSha256' | 'untracked'> {
  readonly diff: string;
  /** Paths relative to the folder. */
  readonly untracked: readonly string[];
}

/** Commit, difference and untracked code of a folder. Looks only; no hook, filter or external diff of the repository runs. */
export async function probeCode(host: Host, folder: string, signal: AbortSignal): Promise<ProbedCode> {
  const git = (...args: string[]) => host.exec(['git', '-C', folder, ...args], { timeoutMs, signal });
  const head = await git('rev-parse', 'HEAD');
  if (head.code !== 0) return { commit: null, dirty: null, diff: '', untracked: [] };
  const where = ['--', '.', ...notCode.map((path) => `:(exclude)${path}`)];
  const [diff, others] = await Promise.all([
    git('diff', 'HEAD', '--relative', '--binary', '--no-color', '--no-ext-diff', '--no-textconv', ...where),
    git('ls-files', '-z', '--others', '--exclude-standard', ...where),
  ]);
  const untracked = others.stdout.split('\0').filter((path) => codeFile.test(path));
  return {
    commit: head.stdout.trim(),
    dirty: diff.stdout !== '' || untracked.length > 0,
    diff: diff.stdout,
    untracked: untracked.slice(0, untrackedAtMost).sort(),
  };
}

const pythonProbe = `
import json, sys
packages = {}
try:
    from importlib import metadata
    for found in metadata.distributions():
        name = found.metadata["Name"]
        if name: packages.setdefault(name, found.version)
except Exception: pass
print(json.dumps({"executable": sys.executable, "version": sys.version.split()[0], "packages": packages}))
`;

/** What a command runs on: asked of the interpreter that it names, in its environment, from its folder. */
export async function probeEnvironment(
  host: Host,
  job: { readonly command: string; readonly environment: Environment; readonly setup: string },
  folder: string,
  signal: AbortSignal,
): Promise<EnvironmentFacts> {
  const run = (...argv: string[]) => host.exec(argv, { cwd: folder, timeoutMs, signal });
  const argv = pythonOf(job.command, job.environment);
  const [os, name, gpus, python] = await Promise.all([
    run('uname', '-srm'),
    run('uname', '-n'),
    run('nvidia-smi', '--query-gpu=index,name,driver_version', '--format=csv,noheader'),
    argv === null ? null : run(...argv, '-c', pythonProbe),
  ]);
  const said = python?.code === 0 ? readPython(python.stdout) : null;
  return {
    host: name.stdout.trim() || host.id,
    os: os.stdout.trim(),
    python: said && { executable: said.executable, version: said.version },
    packages: said?.packages ?? {},
    gpus: gpus.code === 0 ? readGpus(gpus.stdout) : [],
    note: job.setup === '' ? null : 'The run’s own set-up lines may have changed this environment.',
  };
}

/** The interpreter as an argument list; null where the command names none. */
export function pythonOf(command: string, environment: Environment): readonly string[] | null {
  const written = /(?:^|[\s;&|(])((?:[\w./~-]*\/)?python[\d.]*)(?=\s)/.exec(command)?.[1];
  if (written === undefined && !/\b(torchrun|accelerate|deepspeed|\w+\.py)\b/.test(command)) return null;
  const word = written ?? 'python';
  if (word.includes('/')) return [word];
  switch (environment.kind) {
    case 'none':
      return [written ?? 'python3'];
    case 'venv':
      return [`${environment.path}/bin/${word}`];
    case 'conda': {
      const { hook, name } = environment;
      if (hook !== null && /\s/.test(hook))
        return ['bash', '-c', `${hook}; conda activate ${shellWord(name)} && exec ${word} "$@"`, 'bash'];
      return [hook ?? 'conda', 'run', '-n', name, word];
    }
  }
}

function readPython(
  stdout: string,
): { executable: string; version: string; packages: Record<string, string> } | null {
  try {
    const last = stdout.trim().split('\n').at(-1) ?? '';
    const { executable, version, packages } = JSON.parse(last) as Record<string, unknown>;
    const sorted = Object.entries((packages ?? {}) as Record<string, string>).sort(([a], [b]) =>
      a.toLowerCase() < b.toLowerCase() ? -1 : 1,
    );
    return {
      executable: String(executable),
      version: String(version),
      packages: Object.fromEntries(sorted.map(([name, release]) => [name, String(release)])),
    };
  } catch {
    // A program of that name that is no Python: nothing is known about it.
    return null;
  }
}

function readGpus(stdout: string): EnvironmentFacts['gpus'] {
  return stdout.split('\n').flatMap((line) => {
    const [index, name, driver] = line.split(',').map((part) => part.trim());
    return /^\d+$/.test(index ?? '') && name !== undefined && driver !== undefined
      ? [{ index: Number(index), name, driver }]
      : [];
  });
}

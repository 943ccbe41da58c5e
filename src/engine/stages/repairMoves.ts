import { distributionOf } from '../../core/agents/knownModules';
import type { PermissionRequest } from '../../core/agents/author';
import type { ChangedFile } from '../../core/agents/change';
import { shellWord } from '../../core/manifest/template';
import type { Job } from '../../core/manifest/model';
import type { WorkspaceFiles } from '../../core/ports';
import type { Failure } from '../../core/run/failure';

const requirementFiles = ['requirements.txt', 'environment.yml', 'pyproject.toml', 'setup.cfg', 'Pipfile'];

/** The installation that would give a run the module it lacks; null: that is not what it lacks, or nobody knows what would. */
export async function installFor(
  job: Job,
  failure: Failure,
  files: WorkspaceFiles,
): Promise<{ readonly argv: readonly string[]; readonly request: PermissionRequest } | null> {
  if (failure.class !== 'missing-module') return null;
  const module = /No module named ['"]?([\w.]+)/.exec([failure.message, ...failure.evidence].join('\n'))?.[1];
  if (module === undefined) return null;
  const top = module.split('.')[0]!;
  // A module of the workspace's own that is not found is a matter of paths.
  if ((await files.exists(top)) || (await files.exists(`${top}.py`))) return null;
  const texts = await Promise.all(requirementFiles.map((path) => files.read(path)));
  const distribution = distributionOf(module, texts.filter((text) => text !== null).join('\n'));
  if (distribution === null) return null;
  const argv = [...pythonOf(job), '-m', 'pip', 'install', distribution];
  const command = argv.map(shellWord).join(' ');
  return {
    argv,
    request: {
      ...{ kind: 'run', title: `Install ${distribution}, which ${job.id} needs`, command },
      ...{ diffs: [], paths: [] },
    },
  };
}

/** The interpreter of a run: that of its environment, else the one that its command names. */
function pythonOf({ environment, command }: Job): readonly string[] {
  if (environment.kind === 'conda') return ['conda', 'run', '-n', environment.name, 'python'];
  if (environment.kind === 'venv') return [`${environment.path.replace(/\/+$/, '')}/bin/python`];
  return [/(?:^|[\s;&|(])((?:[\w./~-]*\/)?python[\d.]*)(?=\s)/.exec(command)?.[1] ?? 'python3'];
}

/** The manifest with the one file of that name in place of a path that is not there; null: there is none, or several. */
export async function pathFixFor(
  failure: Failure,
  manifestPath: string,
  files: WorkspaceFiles,
): Promise<ChangedFile | null> {
  if (failure.class !== 'missing-file') return null;
  const said = [failure.message, ...failure.evidence].join('\n');
  const missing = /(?:No such file or directory: |can't open file )['"]([^'"]+)['"]/.exec(said)?.[1];
  const before = await files.read(manifestPath);
  if (missing === undefined || before === null) return null;
  const path = missing.startsWith(`${files.root}/`) ? missing.slice(files.root.length + 1) : missing;
  const name = path.split('/').pop()!;
  const there = Object.keys(await files.codeHashes([], [])).filter((each) => each.split('/').pop() === name);
  if (there.length !== 1 || there[0] === path || !before.includes(path)) return null;
  return { path: manifestPath, before, after: before.replaceAll(path, there[0]!) };
}

import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { probeGpus } from '../../backends/machine/gpus';
import { agentSettings } from '../../core/agents/agentSettings';
import { reviewSettings, type ReviewSettings } from '../../core/agents/reviewSettings';
import type { DoctorFact } from '../../core/doctor/facts';
import { findInput } from '../../engine/inputs';
import { LocalHost } from '../../hosts/local/host';
import { bridgeFolder } from '../../store/bridgeFolder';
import { readSettings, userSettingsPath, workspaceSettingsPath } from '../../store/settings';
import { LocalWorkspaceFiles } from '../../store/workspaceFiles';
import { findProgram } from './findProgram';
import { findRented } from './findRented';

const timeoutMs = 10_000;

/**
 * Looks at this machine and at the workspace's documents. Runs only programs of the PATH, with the person's own folder
 * as theirs, so that nothing of the workspace is run or imported; writes nothing.
 */
export async function gatherFacts(
  root: string,
  said: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<readonly DoctorFact[]> {
  const host = new LocalHost(bridgeFolder(root).path);
  const run = (argv: readonly string[]) => host.exec(argv, { cwd: homedir(), timeoutMs, signal });
  const user = readSettings(userSettingsPath());
  const sources = { user, workspace: readSettings(workspaceSettingsPath(root)), call: said };
  const { settings: review } = reviewSettings(sources);
  const { author } = agentSettings(sources, review.traces).settings;
  const wish = said.target ?? user.target;
  const target = typeof wish === 'string' ? wish : 'local';
  const python = findProgram('python3') ?? findProgram('python');
  const [plan, interpreter, gpus, where, slurm, wandb, git, rented] = await Promise.all([
    findPlan(root),
    findPython(python, run),
    findGpus(host, signal),
    findTarget(target, run),
    findSlurm(target, run),
    findWandb(python, run),
    findGit(run),
    findRented(root, signal),
  ]);
  return [
    { id: 'trust', trusted: null },
    { id: 'folder', path: root, writable: canWrite(root) },
    ...[plan, interpreter, gpus, where, slurm],
    {
      id: 'author',
      author: author.kind === 'none' ? 'none' : author.name,
      found: author.kind === 'acp' ? findProgram(author.argv[0]!) !== null : null,
    },
    { id: 'reviewers', reviewers: review.reviewers.map((id) => ({ id, ...readiness(id, review) })) },
    ...[wandb, git, rented],
  ];
}

type Run = (argv: readonly string[]) => Promise<{ code: number | null; stdout: string; stderr: string }>;
type Fact<Id extends DoctorFact['id']> = Extract<DoctorFact, { id: Id }>;

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function findPlan(root: string): Promise<Fact<'plan'>> {
  const files = new LocalWorkspaceFiles(root);
  const [plan, manifest] = await Promise.all([findInput(files, 'plan'), findInput(files, 'manifest')]);
  return { id: 'plan', plan: plan?.path ?? null, manifest: manifest?.path ?? null };
}

async function findPython(program: string | null, run: Run): Promise<Fact<'python'>> {
  if (program === null) return { id: 'python', program: null, version: null };
  const { code, stdout, stderr } = await run([program, '--version']);
  const version = code === 0 ? /\d+\.\d+\S*/.exec(`${stdout}${stderr}`) : null;
  return { id: 'python', program, version: version?.[0] ?? null };
}

async function findGpus(host: LocalHost, signal: AbortSignal): Promise<Fact<'gpus'>> {
  const { gpus, missing } = await probeGpus(host, signal);
  const memory = gpus.map(({ memoryTotalMiB }) => memoryTotalMiB);
  const known = memory.filter((each) => each !== null);
  return {
    id: 'gpus',
    names: gpus.map(({ name }) => name),
    memoryMiB: known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0),
    problem: missing[0] ?? null,
  };
}

async function findTarget(target: string, run: Run): Promise<Fact<'target'>> {
  const name = /^ssh:(?!-)(.+)$/.exec(target)?.[1];
  if (name === undefined) return { id: 'target', target, reachable: null, said: null };
  // Never asks for a password and never takes a key that it does not know.
  const quiet = ['-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes', '-o', 'ConnectTimeout=6'];
  const { code, stderr } = await run(['ssh', ...quiet, '--', name, 'true']);
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return { id: 'target', target, reachable: code === 0, said: code === 0 ? null : last };
}

async function findSlurm(target: string, run: Run): Promise<Fact<'slurm'>> {
  const wanted = target === 'slurm';
  if (findProgram('sinfo') === null) return { id: 'slurm', version: null, wanted };
  const { code, stdout } = await run(['sinfo', '--version']);
  return { id: 'slurm', version: code === 0 ? stdout.trim().replace(/^slurm\s*/i, '') : null, wanted };
}

/** Whether a chosen reviewer could be asked, without asking it: that would cost money and tell it of the study. */
function readiness(
  id: ReviewSettings['reviewers'][number],
  { codex, openai }: ReviewSettings,
): { ready: boolean | null; lacks: string | null } {
  const lacking = (what: string | null) => ({ ready: what === null, lacks: what });
  switch (id) {
    case 'codex-mcp':
    case 'codex-exec': {
      const program = (id === 'codex-mcp' ? codex.mcpCommand[0] : undefined) ?? codex.path;
      return lacking(findProgram(program) === null ? program : null);
    }
    case 'openai':
      if (openai.baseUrl === '') return lacking('bridge.openai.baseUrl');
      return lacking(process.env[openai.keyVariable] ? null : openai.keyVariable);
    case 'vscode-lm':
      return { ready: null, lacks: null };
  }
}

async function findWandb(python: string | null, run: Run): Promise<Fact<'wandb'>> {
  const key = Boolean(process.env.WANDB_API_KEY);
  if (python === null) return { id: 'wandb', installed: null, key };
  // -I: neither the current folder nor PYTHONPATH is looked in; finding a module does not run it.
  const ask = "import importlib.util as u; print(u.find_spec('wandb') is not None)";
  const { code, stdout } = await run([python, '-I', '-c', ask]);
  return { id: 'wandb', installed: code === 0 ? stdout.trim() === 'True' : null, key };
}

async function findGit(run: Run): Promise<Fact<'git'>> {
  if (findProgram('git') === null) return { id: 'git', version: null };
  const { stdout } = await run(['git', '--version']);
  return { id: 'git', version: /\d+\.\d+\S*/.exec(stdout)?.[0] ?? null };
}

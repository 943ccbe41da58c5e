import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { costsMoney } from '../core/run/costly';
import { type ParsedOverrides, parseOverrides } from '../core/run/overrides';
import type { StudyState } from '../core/run/state';
import { manifestComes } from '../engine/stages/draft';
import type { LoadRequest } from '../engine/stages/parse';
import { bridgeFolder } from '../store/bridgeFolder';
import { LocalWorkspaceFiles } from '../store/workspaceFiles';
import { agentSettingsFor } from './agentPorts';
import { checkTargets } from './checkTargets';
import { drive } from './drive';
import { dryRun, readStudy } from './dryRun';
import { CliError, exitCode, type CliIo } from './io';
import { optionsFor, parseSets } from './callOptions';
import { readState, workspaceRoot } from './workspace';
import { parseTargets } from './target';
import { workspacePath } from './workspacePath';

interface RunFlags {
  workspace?: string;
  target?: string[];
  yes?: boolean;
  dryRun?: boolean;
  json?: boolean;
  set?: string[];
  tracker?: string;
  manifest?: string;
}

const collect = (value: string, before: string[] = []) => [...before, value];

/** `bridge run [PLAN]`: the whole workflow. */
export function registerRun(program: Command, io: CliIo): void {
  program
    .command('run')
    .description('carry a plan to its results: sanity, checkpoint, deploy, collect')
    .argument('[plan...]', 'plan; options may follow a dash: EXPERIMENT_PLAN.md -- compact: true')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--target <target>', 'where to run: local, ssh:HOST (repeatable: a pool)', collect)
    .option('--tracker <file>', 'tracker, if it is not in its usual place')
    .option('--manifest <file>', 'run manifest, if it is not in its usual place')
    .option('--yes', 'approve this checkpoint, and nothing else')
    .option('--dry-run', 'print the checkpoint and change nothing')
    .option('--json', 'print the status document')
    .option('--set <bridge.key=JSON>', 'a setting for this call (repeatable)', collect)
    .action(async (words: string[], flags: RunFlags) => {
      const root = workspaceRoot(flags.workspace);
      const { plan, overrides } = planAndOverrides(root, words.join(' '));
      const said = { ...overrides, ...parseSets(flags.set) };
      const options = optionsFor(root, said, io);
      const given = typeof overrides.target === 'string' ? [overrides.target] : [];
      const request: LoadRequest = {
        kind: 'plan',
        plan,
        tracker: workspacePath(root, flags.tracker ?? null, 'tracker'),
        manifest: workspacePath(root, flags.manifest ?? null, 'run manifest'),
        target: parseTargets(flags.target ?? given),
        options,
        said,
      };
      if (flags.dryRun) return dryRun(root, request, flags.json === true, io);
      await readStudy(root, { ...request, withoutManifest: await manifestMayCome(root, request, io) }, io);
      await checkTargets(request.target, options['ssh.config'] ?? null, readState(root), io);
      await drive({
        ...{ root, purpose: 'run', json: flags.json === true, io },
        act: (session, signal) => session.run(request, flags.yes ? 'yes' : 'ask', 'bridge run', signal),
        answeredBy: (state) => isSame(state, request) && (state.ended !== null || flags.yes !== true),
      });
    });
}

/** Whether somebody will write the run manifest that is not there. */
function manifestMayCome(root: string, request: LoadRequest, io: CliIo): Promise<boolean> {
  if (request.manifest !== null) return Promise.resolve(false);
  const { author } = agentSettingsFor(root, request.said ?? {}, false, new Set(), io);
  return manifestComes(request, new LocalWorkspaceFiles(root), author.kind !== 'none');
}

/** A file of this very name is the plan, whatever dashes its name holds; else the override syntax is read. */
function planAndOverrides(root: string, text: string): Pick<ParsedOverrides, 'plan' | 'overrides'> {
  if (text !== '' && existsSync(resolve(root, text)))
    return { plan: workspacePath(root, text, 'plan'), overrides: {} };
  const { plan, overrides, problems } = parseOverrides(text);
  if (problems.length > 0)
    throw new CliError(`${problems.join(' ')} Nothing was started.`, exitCode.wrongInput);
  return { plan: workspacePath(root, plan, 'plan'), overrides };
}

/** Whether what is declared is what was asked for: then another driver's answer is ours as well. */
function isSame({ study }: StudyState, request: LoadRequest): boolean {
  const names = (path: string | null, wanted: string | null) =>
    wanted === null || path === wanted || path === `refine-logs/${wanted}`;
  return (
    study?.kind === request.kind &&
    names(study.planPath, request.plan) &&
    names(study.manifestPath, request.manifest)
  );
}

/** `bridge queue MANIFEST`: only the queue. */
export function registerQueue(program: Command, io: CliIo): void {
  program
    .command('queue')
    .description('run a manifest; called again with the same one, it continues')
    .argument('<manifest>', 'run manifest, relative to the workspace')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--target <target>', 'where to run: local, ssh:HOST (repeatable: a pool)', collect)
    .option('--json', 'print the status document')
    .option('--set <bridge.key=JSON>', 'a setting for this call (repeatable)', collect)
    .action(async (manifest: string, flags: RunFlags) => {
      const root = workspaceRoot(flags.workspace);
      const options = optionsFor(root, parseSets(flags.set), io);
      const request: LoadRequest = {
        ...{ kind: 'queue', plan: null, tracker: null },
        manifest: workspacePath(root, manifest, 'run manifest'),
        target: freeTargets(flags.target ?? []),
        options,
      };
      await readStudy(root, request, io);
      await checkTargets(request.target, options['ssh.config'] ?? null, readState(root), io);
      await drive({
        root,
        purpose: 'queue',
        json: flags.json === true,
        io,
        act: (session, signal) => session.run(request, 'yes', 'bridge queue', signal),
        answeredBy: (state) => isSame(state, request) && state.ended !== null,
      });
    });
}

/** `bridge approve`: approves what the last checkpoint showed and goes on. */
export function registerApprove(program: Command, io: CliIo): void {
  program
    .command('approve')
    .description('approve what the last checkpoint showed, and go on')
    .option('--milestone <id>', 'only this milestone (repeatable)', collect)
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--json', 'print the status document')
    .action(async (flags: { milestone?: string[]; workspace?: string; json?: boolean }) => {
      const root = workspaceRoot(flags.workspace);
      if (!existsSync(bridgeFolder(root).journal))
        throw new CliError(
          'nothing was run in this workspace yet, so there is nothing to approve. Start with "bridge run".',
          exitCode.wrongInput,
        );
      const milestones = flags.milestone ?? null;
      await drive({
        root,
        purpose: 'approve',
        json: flags.json === true,
        io,
        act: (session, signal) => session.approve(milestones, 'bridge approve', signal),
        answeredBy: null,
      });
    });
}

/** A queue has no checkpoint at which money could be agreed to. */
function freeTargets(values: readonly string[]): string {
  const target = parseTargets(values);
  if (costsMoney({ target }))
    throw new CliError(
      `${target} costs money, and a queue alone has no checkpoint to approve that: "bridge run --target ${target}" has one.`,
      exitCode.wrongInput,
    );
  return target;
}

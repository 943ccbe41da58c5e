import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { parseOverrides } from '../core/run/overrides';
import { StateFold } from '../core/run/reduce';
import { describeProblem } from '../core/text/span';
import { bind, buildCheckpoint, describeChanges } from '../engine/stages/checkpoint';
import { loadStudy, type LoadRequest } from '../engine/stages/parse';
import { bridgeFolder } from '../store/bridgeFolder';
import { Inbox } from '../store/inbox';
import { JournalReader } from '../store/journalReader';
import { LocalWorkspaceFiles } from '../store/workspaceFiles';
import { checkpointText } from './checkpointText';
import { drive } from './drive';
import { CliError, exitCode, type CliIo } from './io';
import { optionsFor, parseSets, sha256, workspaceRoot } from './openSession';
import { statusDocument } from './statusDocument';
import { parseTarget } from './target';

interface RunFlags {
  workspace?: string;
  target: string[];
  yes?: boolean;
  dryRun?: boolean;
  json?: boolean;
  set: string[];
  tracker?: string;
  manifest?: string;
}

const collect = (value: string, before: string[]) => [...before, value];

/** `bridge run [PLAN]`: the whole workflow. */
export function registerRun(program: Command, io: CliIo): void {
  program
    .command('run')
    .description('carry a plan to its results: sanity, checkpoint, deploy, collect')
    .argument('[plan...]', 'plan, with overrides after a dash: EXPERIMENT_PLAN.md -- compact: true')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--target <target>', 'where to run: local (repeatable)', collect, [])
    .option('--tracker <file>', 'tracker, if it is not in its usual place')
    .option('--manifest <file>', 'run manifest, if it is not in its usual place')
    .option('--yes', 'approve this checkpoint, and nothing else')
    .option('--dry-run', 'print the checkpoint and change nothing')
    .option('--json', 'print the status document')
    .option('--set <bridge.key=JSON>', 'a setting for this call (repeatable)', collect, [])
    .action(async (words: string[], flags: RunFlags) => {
      const root = workspaceRoot(flags.workspace);
      const { plan, overrides, problems } = parseOverrides(words.join(' '));
      for (const problem of problems) io.note(problem);
      const options = optionsFor(root, { ...overrides, ...parseSets(flags.set) }, io);
      const request: LoadRequest = {
        ...{ kind: 'plan', plan, tracker: flags.tracker ?? null, manifest: flags.manifest ?? null },
        ...{ target: parseTarget(flags.target), options },
      };
      if (flags.dryRun) return dryRun(root, request, flags.json === true, io);
      await refuseWrongInput(root, request, io);
      await drive({
        ...{ root, purpose: 'run', json: flags.json === true, io },
        act: (session, signal) => session.run(request, flags.yes ? 'yes' : 'ask', 'bridge run', signal),
        handOver: async () => {
          new Inbox(bridgeFolder(root).inbox).put(
            {
              type: 'deploy',
              plan,
              overrides: { ...overrides, ...parseSets(flags.set) },
              target: request.target,
              by: 'bridge run',
            },
            Date.now(),
          );
        },
      });
    });
}

/** `bridge queue MANIFEST`: only the queue. */
export function registerQueue(program: Command, io: CliIo): void {
  program
    .command('queue')
    .description('run a manifest; called again with the same one, it continues')
    .argument('<manifest>', 'run manifest, relative to the workspace')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--target <target>', 'where to run: local (repeatable)', collect, [])
    .option('--json', 'print the status document')
    .option('--set <bridge.key=JSON>', 'a setting for this call (repeatable)', collect, [])
    .action(async (manifest: string, flags: RunFlags) => {
      const root = workspaceRoot(flags.workspace);
      const options = optionsFor(root, parseSets(flags.set), io);
      const request: LoadRequest = {
        kind: 'queue',
        plan: null,
        tracker: null,
        manifest,
        target: parseTarget(flags.target),
        options,
      };
      await refuseWrongInput(root, request, io);
      await drive({
        root,
        purpose: 'queue',
        json: flags.json === true,
        io,
        act: (session, signal) => session.run(request, 'yes', 'bridge queue', signal),
        handOver: async () => undefined,
      });
    });
}

/** `bridge approve`: approves what the last checkpoint showed and goes on. */
export function registerApprove(program: Command, io: CliIo): void {
  program
    .command('approve')
    .description('approve what the last checkpoint showed, and go on')
    .option('--milestone <id>', 'only this milestone (repeatable)', collect, [])
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--json', 'print the status document')
    .action(async (flags: { milestone: string[]; workspace?: string; json?: boolean }) => {
      const root = workspaceRoot(flags.workspace);
      if (!existsSync(bridgeFolder(root).journal))
        throw new CliError(
          'nothing was run in this workspace yet, so there is nothing to approve. Start with "bridge run".',
          exitCode.wrongInput,
        );
      const milestones = flags.milestone.length > 0 ? flags.milestone : null;
      await drive({
        root,
        purpose: 'approve',
        json: flags.json === true,
        io,
        act: (session, signal) => session.approve(milestones, 'bridge approve', signal),
        handOver: null,
      });
    });
}

/** Input that cannot be run is told before anything is written, also before a journal exists. */
async function refuseWrongInput(root: string, request: LoadRequest, io: CliIo): Promise<void> {
  const loaded = await loadStudy(new LocalWorkspaceFiles(root), request);
  if (loaded.ok) return;
  for (const problem of loaded.problems) io.note(`${problem.severity}: ${describeProblem(problem)}`);
  throw new CliError('the input cannot be run; nothing was started.', exitCode.wrongInput);
}

async function dryRun(root: string, request: LoadRequest, json: boolean, io: CliIo): Promise<void> {
  const files = new LocalWorkspaceFiles(root);
  const loaded = await loadStudy(files, request);
  for (const problem of loaded.problems) io.note(`${problem.severity}: ${describeProblem(problem)}`);
  if (!loaded.ok) throw new CliError('the input cannot be run; nothing was started.', exitCode.wrongInput);
  const fold = new StateFold();
  fold.apply(new JournalReader(bridgeFolder(root).journal).next());
  const before = fold.state.checkpoint.kind === 'none' ? null : fold.state.checkpoint.checkpoint;
  const at = Date.now();
  const note = 'No reviewer is configured, so no other model has read this code.';
  fold.apply([
    { at, type: 'study.declared', study: loaded.study, by: '--dry-run' },
    { at, type: 'stage.ended', stage: 'review', outcome: 'skipped', note },
  ]);
  const binding = await bind(loaded.study, files, sha256);
  const checkpoint = buildCheckpoint(
    fold.state,
    loaded.study,
    binding,
    before ? describeChanges(before.files, binding.files) : [],
  );
  fold.apply([{ at, type: 'checkpoint.shown', checkpoint }]);
  if (json) return io.out(JSON.stringify(statusDocument(fold.state, false, at), null, 2));
  io.out(checkpointText(checkpoint, { dryRun: true }));
}

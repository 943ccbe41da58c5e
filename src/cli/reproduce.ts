import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import type { Command } from 'commander';
import { MachineBackend } from '../backends/machine/backend';
import type { RunOrigin } from '../core/results/origin';
import { groupRuns } from '../core/results/runGroup';
import { resultRuns } from '../core/results/evidence';
import { studyNoise } from '../core/results/studyNoise';
import type { StudyState } from '../core/run/state';
import { studyResult } from '../core/run/studyResult';
import { OriginRecorder } from '../engine/originRecorder';
import { type Reproduced, type ReproducedMetric, reproduceRun } from '../engine/reproduce';
import { LocalHost } from '../hosts/local/host';
import { bridgeFolder } from '../store/bridgeFolder';
import { systemClock } from '../store/systemClock';
import { LocalWorkspaceFiles } from '../store/workspaceFiles';
import { CliError, exitCode, type CliIo } from './io';
import { sha256 } from '../util/sha256';
import { interruptSignal } from './interruptSignal';
import { readState, workspaceRoot } from './workspace';

/** How a number that was measured again stands to the recorded one. */
type Verdict = 'equal' | 'within-noise' | 'different' | 'missing';

/** `bridge reproduce ID`: a finished run again, from its own code, and its numbers beside the recorded ones. */
export function registerReproduce(program: Command, io: CliIo): void {
  program
    .command('reproduce')
    .description('run a finished run again at its commit, in a worktree, and compare its numbers')
    .argument('<id>', 'run')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--json', 'print {run, commit, exitCode, metrics}')
    .option('--keep', 'leave the worktree there')
    .action(async (id: string, flags: { workspace?: string; json?: boolean; keep?: boolean }) => {
      const root = workspaceRoot(flags.workspace);
      const state = readState(root);
      const { origin, job, phase, gpus } = await finishedRun(root, state, id);
      const outer = realpathSync(mkdtempSync(join(tmpdir(), 'bridge-reproduce-')));
      const folder = join(outer, 'worktree');
      io.note(`${id} runs again at ${origin.code.commit?.slice(0, 12) ?? 'no commit'} in ${folder}.`);
      try {
        const outcome = await reproduceRun(
          {
            ...{ host: new LocalHost(bridgeFolder(root).path), clock: systemClock, root, hash: sha256 },
            backendIn: (at) => new MachineBackend(new LocalHost(bridgeFolder(at).path)),
          },
          {
            job,
            command: job.command,
            gpus,
            code: origin.code,
            recorded: phase.metrics,
            data: state.study?.data ?? [],
          },
          folder,
          interruptSignal(),
        );
        tell(id, origin, outcome, state, flags.json === true, io);
      } finally {
        if (flags.keep) io.note(`The worktree is ${folder}; "git worktree remove" takes it away.`);
        else tidy(root, folder, outer);
      }
    });
}

async function finishedRun(root: string, state: StudyState, id: string) {
  const known = state.jobs.get(id);
  if (!known)
    throw new CliError(`there is no run "${id}" here. "bridge status" lists them.`, exitCode.wrongInput);
  const { job, phase, attempts } = known;
  if (phase.kind !== 'completed')
    throw new CliError(`${id} has no result yet, so there is nothing to reproduce.`, exitCode.wrongInput);
  // What only evaluated again reproduces by its training, which is the whole of the run.
  const attempt = attempts.findLast(({ only, exit }) => only === undefined && exit?.code === 0);
  const host = new LocalHost(bridgeFolder(root).path);
  const recorder = new OriginRecorder({
    ...{ state: () => state, files: new LocalWorkspaceFiles(root), clock: systemClock, hash: sha256 },
    home: host,
    hostOf: (name) => (name === host.id ? host : null),
  });
  const origin = attempt ? await recorder.read(attempt) : null;
  if (!origin)
    throw new CliError(
      `nothing says from which code ${id} ran: its record is of an older Bridge, or its target does not answer.`,
      exitCode.missingEnvironment,
    );
  return { origin, job, phase, gpus: attempt?.gpus ?? [] };
}

function tell(
  id: string,
  origin: RunOrigin,
  outcome: Reproduced,
  state: StudyState,
  json: boolean,
  io: CliIo,
): void {
  if (outcome.kind === 'refused')
    throw new CliError(`${id} cannot be reproduced: ${outcome.why}.`, exitCode.missingEnvironment);
  if (outcome.kind === 'interrupted') {
    process.exitCode = exitCode.interrupted;
    return io.note('Interrupted; what was started was stopped.');
  }
  const metrics = outcome.metrics.map((metric) => ({ ...metric, verdict: verdictOf(metric, state) }));
  const good =
    outcome.exitCode === 0 &&
    metrics.every(({ verdict }) => verdict === 'equal' || verdict === 'within-noise');
  process.exitCode = good ? exitCode.done : exitCode.failed;
  if (json)
    return io.out(
      JSON.stringify({ run: id, commit: origin.code.commit, exitCode: outcome.exitCode, metrics }, null, 2),
    );
  if (outcome.exitCode !== 0) io.out(`${id} ended with exit code ${outcome.exitCode} this time.`);
  for (const { name, recorded, reproduced, verdict } of metrics)
    io.out(`${name}: recorded ${recorded}, now ${reproduced ?? 'nothing'}: ${verdict.replace('-', ' ')}`);
  for (const { message } of outcome.failures) io.out(message);
  io.out(good ? `${id} is reproduced.` : `${id} is not reproduced.`);
}

/** Equal to the last bit, or as far off as two runs of the study that differ in their seed alone (95 %). */
function verdictOf({ name, recorded, reproduced }: ReproducedMetric, state: StudyState): Verdict {
  if (reproduced === null) return 'missing';
  if (reproduced === recorded) return 'equal';
  const study = studyResult(state, 0);
  const repeated = study !== null && groupRuns(resultRuns(study)).length > 0;
  const floor = repeated ? studyNoise(study, name) : null;
  return floor !== null && Math.abs(reproduced - recorded) <= floor.singleRunDifference
    ? 'within-noise'
    : 'different';
}

function tidy(root: string, folder: string, outer: string): void {
  try {
    execFileSync('git', ['-C', root, 'worktree', 'remove', '--force', folder], { stdio: 'ignore' });
  } catch {
    // It was never made.
  }
  rmSync(outer, { recursive: true, force: true });
}

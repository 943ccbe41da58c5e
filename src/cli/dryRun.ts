import { StateFold } from '../core/run/reduce';
import { describeProblem } from '../core/text/span';
import { bind, buildCheckpoint, describeChanges } from '../engine/stages/checkpoint';
import { findMissingScripts } from '../engine/stages/implement';
import { type Loaded, loadStudy, type LoadRequest } from '../engine/stages/parse';
import { bridgeFolder } from '../store/bridgeFolder';
import { JournalReader } from '../store/journalReader';
import { LocalWorkspaceFiles } from '../store/workspaceFiles';
import { checkpointText } from './checkpointText';
import { CliError, exitCode, type CliIo } from './io';
import { sha256 } from '../util/sha256';
import { editorReach } from './editorReach';
import { reviewParts, writersOf } from './reviewers';
import { statusDocument } from './statusDocument';

/** Reads the inputs and writes nothing. Input that cannot be run is told, and ends the call with exit code 2. */
export async function readStudy(
  root: string,
  request: LoadRequest,
  io: CliIo,
): Promise<Extract<Loaded, { ok: true }>> {
  let loaded: Loaded;
  try {
    loaded = await loadStudy(new LocalWorkspaceFiles(root), request);
  } catch (error) {
    throw new CliError(`${(error as Error).message}. Nothing was started.`, exitCode.wrongInput, {
      cause: error,
    });
  }
  if (loaded.ok) return loaded;
  for (const problem of loaded.problems) io.note(`${problem.severity}: ${describeProblem(problem)}`);
  throw new CliError('the input cannot be run; nothing was started.', exitCode.wrongInput);
}

/** Prints the checkpoint as it would be, without a byte of the workspace changed. */
export async function dryRun(root: string, request: LoadRequest, json: boolean, io: CliIo): Promise<void> {
  const files = new LocalWorkspaceFiles(root);
  const { study, problems } = await readStudy(root, request, io);
  for (const problem of problems) io.note(`${problem.severity}: ${describeProblem(problem)}`);
  for (const { message, advice } of (
    await findMissingScripts(study.jobs, files, study.manifestPath)
  ).values())
    io.note(`error: ${message}. ${advice}.`);
  const fold = new StateFold();
  fold.apply(new JournalReader(bridgeFolder(root).journal).next());
  const before = fold.state.checkpoint.kind === 'none' ? null : fold.state.checkpoint.checkpoint;
  const at = Date.now();
  const reach = editorReach(root, false, io);
  const { reviewers } = reviewParts(root, request.said ?? {}, files, io, reach, writersOf(fold.state));
  const note = !study.options.codeReview
    ? 'Review is switched off (bridge.codeReview), so no other model has read this code.'
    : reviewers.length > 0
      ? 'Another model reads the code before anything runs.'
      : 'No reviewer is configured, so no other model has read this code.';
  fold.apply([
    { at, type: 'study.declared', study, by: '--dry-run' },
    { at, type: 'stage.ended', stage: 'review', outcome: 'skipped', note },
  ]);
  const binding = await bind(study, files, sha256);
  const changes = before ? describeChanges(before.files, binding.files) : [];
  const checkpoint = buildCheckpoint(fold.state, study, binding, changes);
  fold.apply([{ at, type: 'checkpoint.shown', checkpoint }]);
  if (json) return io.out(JSON.stringify(statusDocument(fold.state, false, at), null, 2));
  io.out(checkpointText(checkpoint, { dryRun: true }));
}

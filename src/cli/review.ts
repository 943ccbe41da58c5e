import type { Command } from 'commander';
import { hasCritical, type FinishedReview, type Waivers } from '../core/run/review';
import type { StudyState } from '../core/run/state';
import { reviewedContent, reviewStudy } from '../engine/review/reviewStudy';
import type { LoadRequest } from '../engine/stages/parse';
import { nextRound } from '../engine/stages/review';
import { LocalWorkspaceFiles } from '../store/workspaceFiles';
import { readStudy } from './dryRun';
import { CliError, exitCode, type CliIo } from './io';
import { optionsFor, parseSets } from './callOptions';
import { interruptSignal } from './interruptSignal';
import { openSession, type OpenedSession } from './openSession';
import { readState, workspaceRoot } from './workspace';
import { findingsText } from './reviewText';
import { editorReach } from './editorReach';
import { reviewParts, writersOf } from './reviewers';
import { workspacePath } from './workspacePath';

interface ReviewFlags {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly set?: readonly string[];
  readonly waive?: string;
  readonly reason?: string;
}

const collect = (value: string, before: readonly string[] = []) => [...before, value];

/** `bridge review [PLAN]`: only the review, or a waiver of what it found. */
export function registerReview(program: Command, io: CliIo): void {
  program
    .command('review')
    .description('have another model read the code; exit code 1 with a critical finding')
    .argument('[plan]', 'plan, if it is not in its usual place')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--json', 'print the review document')
    .option('--set <bridge.key=JSON>', 'a setting for this call (repeatable)', collect)
    .option('--waive <id>', 'live with this finding instead of asking again')
    .option('--reason <text>', 'why; the results repeat it')
    .action(async (given: string | undefined, flags: ReviewFlags) => {
      const root = workspaceRoot(flags.workspace);
      const state = readState(root);
      if (flags.waive !== undefined) return waive(root, state, flags.waive, flags.reason, io);
      const plan = workspacePath(root, given ?? null, 'plan');
      const said = parseSets(flags.set ?? []);
      const options = optionsFor(root, said, io);
      const request: LoadRequest = {
        ...{ kind: 'plan', plan, tracker: null, manifest: null, target: 'local', options, said },
      };
      const { study } = await readStudy(root, request, io);
      const reach = editorReach(root, false, io);
      const parts = reviewParts(root, said, new LocalWorkspaceFiles(root), io, reach, writersOf(state));
      if (parts.reviewers.length === 0)
        throw new CliError(
          'no reviewer is chosen, so nothing was sent. Choose in bridge.reviewers: codex-mcp, codex-exec, vscode-lm or openai, for example --set \'bridge.reviewers=["codex-exec"]\'.',
          exitCode.missingEnvironment,
        );
      const content = await reviewedContent(study, parts);
      const round = Math.min(2, nextRound(state.review, state.waivers));
      const signal = interruptSignal();
      const outcome = await reviewStudy(content, round, parts, signal)
        .catch((error: unknown) => {
          if (signal.aborted)
            throw new CliError('interrupted; nobody reviews any more.', exitCode.interrupted);
          throw error;
        })
        .finally(() => reach.close());
      for (const sentence of outcome.passed) io.note(sentence);
      if (outcome.kind === 'nobody')
        throw new CliError('no reviewer could be reached; see above.', exitCode.missingEnvironment);
      await record(root, io, (session) =>
        session.record.happened({ type: 'review.finished', ...outcome.review }),
      );
      const now = (await reviewedContent(study, parts)).hash;
      if (flags.json) io.out(JSON.stringify(reviewDocument(outcome.review, state.waivers, now), null, 2));
      else io.out(findingsText(outcome.review, state.waivers, now));
      const { document } = outcome.review;
      const unread = document.findings.length === 0 && document.groundTruth === null;
      if (unread || hasCritical(outcome.review, state.waivers)) process.exitCode = exitCode.failed;
    });
}

/** What `--json` prints; other programs rely on it. */
function reviewDocument(review: FinishedReview, waivers: Waivers, hashNow: string) {
  const { document, reviewer, model, carrier, round, sameFamily, tracePath } = review;
  return {
    ...document,
    ...{ reviewer, model, carrier, round, sameFamily, tracePath },
    stale: review.hash !== hashNow,
    waivers: document.findings.flatMap(({ id }) => waivers.get(id) ?? []),
  };
}

async function waive(
  root: string,
  state: StudyState,
  id: string,
  reason: string | undefined,
  io: CliIo,
): Promise<void> {
  const finding = state.review?.document.findings.find((each) => each.id === id);
  if (!finding)
    throw new CliError(
      `the last review has no finding ${id}. It has ${state.review?.document.findings.map((each) => each.id).join(', ') || 'none'}.`,
      exitCode.wrongInput,
    );
  if (reason === undefined || reason.trim() === '')
    throw new CliError(
      'a waiver needs a reason, which the results repeat: --reason "why".',
      exitCode.wrongInput,
    );
  const recorded = await record(root, io, (session) =>
    session.record.happened({
      type: 'finding.waived',
      finding: id,
      reason: reason.trim(),
      by: 'bridge review',
    }),
  );
  if (!recorded)
    throw new CliError(
      'the waiver was not recorded. Call again when that is done.',
      exitCode.missingEnvironment,
    );
  io.out(`Waived: ${finding.severity} ${finding.file}:${finding.line} ${finding.title}`);
}

/** Writes into the journal, unless somebody else drives the workspace: then that is said. */
async function record(
  root: string,
  io: CliIo,
  write: (session: OpenedSession['session']) => void,
): Promise<boolean> {
  const opened = openSession(root, 'review', io, () => undefined);
  if (opened.kind === 'held') {
    io.note(
      `Process ${opened.holder.pid} on ${opened.holder.host} drives this workspace, so this is not in its record.`,
    );
    return false;
  }
  try {
    write(opened.session);
    await opened.session.record.commit(new AbortController().signal, (sentence) => io.note(sentence));
    return true;
  } finally {
    await opened.close();
  }
}

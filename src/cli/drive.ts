import { budgetOf, describeBudget } from '../core/run/budget';
import { describeMoney, moneyOf } from '../core/run/money';
import type { StudyState } from '../core/run/state';
import type { Outcome } from '../engine/session';
import { Silence } from '../store/journal';
import { LeaseLost } from '../store/leaseLost';
import type { Holder } from '../store/segment';
import { openChanges } from '../core/run/agents';
import { changesText } from './changesText';
import { checkpointText } from './checkpointText';
import { Follower } from './follower';
import { handoffText } from './handoffText';
import { CliError, exitCode, type CliIo } from './io';
import { interruptSignal } from './interruptSignal';
import { openSession, type OpenedSession } from './openSession';
import { readState, recordGone } from './workspace';
import { reviewText } from './reviewText';
import { progressTo } from './progress';
import { statusDocument } from './statusDocument';

export interface DriveRequest {
  readonly root: string;
  readonly purpose: string;
  readonly json: boolean;
  readonly io: CliIo;
  /** What to do once the journal is ours. */
  readonly act: (session: OpenedSession['session'], signal: AbortSignal) => Promise<Outcome>;
  /**
   * Whether what another driver came to rest with, while this call followed it, is the answer to this call too; else
   * this call acts itself then. Null: this call waits only for a checkpoint that is there already.
   */
  readonly answeredBy: ((state: StudyState) => boolean) | null;
}

/** Drives in the foreground under the workspace's lease, or follows the driver that has it; sets the exit code. */
export async function drive(request: DriveRequest): Promise<void> {
  const { root, io, purpose } = request;
  const signal = interruptSignal();
  const progress = progressTo(io, process.stderr.isTTY === true);
  const silence = new Silence();
  let follower: Follower | null = null;
  /** What this call last knew while another process drove. */
  let before: StudyState | null = null;
  for (;;) {
    const opened = openSession(root, purpose, io, progress, silence);
    if (opened.kind === 'open') {
      const rest = before && restSince(before, opened.session.state);
      const answered = rest !== null && request.answeredBy?.(opened.session.state) === true;
      let outcome: Outcome;
      try {
        outcome = answered ? rest : await request.act(opened.session, AbortSignal.any([signal, opened.gone]));
      } catch (error) {
        if (opened.isGone()) throw recordGone(root);
        if (!(error instanceof LeaseLost)) throw error;
        // This process was held up for so long that another one took over, which now decides.
        io.note('Another process has taken over meanwhile; this call follows it.');
        before = opened.session.state;
        continue;
      } finally {
        await opened.close();
      }
      if (opened.isGone()) throw recordGone(root);
      if (outcome === 'interrupted')
        io.note(
          'Interrupted. Runs that were started go on; the same command continues from here, "bridge cancel" stops them.',
        );
      return end(outcome, request);
    }
    if (follower === null) {
      follower = new Follower(root, progress);
      before ??= follower.before;
      if (request.answeredBy === null && follower.before.checkpoint.kind !== 'shown')
        throw new CliError(
          `no checkpoint waits for an approval: ${describeHolder(opened.holder)} drives this workspace. "bridge status" shows it.`,
          exitCode.failed,
        );
      io.note(`${describeHolder(opened.holder)} drives this workspace already; this call follows it.`);
    }
    await follower.watch(signal);
    if (!signal.aborted) continue;
    io.note('Interrupted. This call only followed; the other process goes on.');
    return end('interrupted', request);
  }
}

function describeHolder({ pid, host, purpose }: Holder): string {
  return `process ${pid} on ${host} ("bridge ${purpose}")`;
}

/** How another driver came to rest after `before`; null: it left without an answer. */
function restSince(before: StudyState, { ended, checkpoint }: StudyState): Outcome | null {
  if (ended !== null && ended.at !== before.ended?.at) return ended.outcome === 'done' ? 'done' : 'failed';
  const known = before.checkpoint.kind === 'shown' ? before.checkpoint.at : null;
  return checkpoint.kind === 'shown' && checkpoint.at !== known ? 'checkpoint' : null;
}

const exitCodes: Readonly<Record<Outcome, number>> = {
  done: exitCode.done,
  checkpoint: exitCode.done,
  change: exitCode.done,
  blocked: exitCode.done,
  nothing: exitCode.failed,
  failed: exitCode.failed,
  review: exitCode.failed,
  refused: exitCode.failed,
  'wrong-input': exitCode.wrongInput,
  interrupted: exitCode.interrupted,
};

function end(outcome: Outcome, { root, io, json }: DriveRequest): void {
  const state = readState(root);
  const failed = [...state.jobs.values()].some(({ phase, obsolete }) => !obsolete && phase.kind === 'failed');
  process.exitCode = outcome === 'blocked' && failed ? exitCode.failed : exitCodes[outcome];
  if (outcome === 'wrong-input') io.note('bridge: the input cannot be run; nothing more was started.');
  if (json) return io.out(JSON.stringify(statusDocument(state, false, Date.now()), null, 2));
  if (outcome === 'checkpoint' || (outcome === 'refused' && state.checkpoint.kind === 'shown')) {
    if (state.checkpoint.kind !== 'none') io.out(checkpointText(state.checkpoint.checkpoint));
  } else if (outcome === 'review') io.out(reviewText(state));
  else if (outcome === 'change') io.out(changesText(openChanges(state.agents)));
  else if (outcome === 'blocked') io.out(blockedText(state));
  else if ((outcome === 'done' || outcome === 'failed') && state.study)
    io.out(handoffText(state, Date.now()));
}

function blockedText(state: StudyState): string {
  const now = Date.now();
  const money = moneyOf(state, now);
  if (money.level === 'spent') return describeMoney(money);
  const hours = budgetOf(state, now);
  if (hours.level === 'spent') return describeBudget(hours);
  return 'What is left is paused. "bridge resume ID…" lets it go on.';
}

import type { StudyState } from '../core/run/state';
import type { Outcome } from '../engine/session';
import { openWorkspaceClient } from '../store/workspaceClient';
import { checkpointText } from './checkpointText';
import { handoffText } from './handoffText';
import { CliError, exitCode, type CliIo } from './io';
import { interruptSignal, openSession, readState, type OpenedSession } from './openSession';
import { progressTo } from './progress';
import { statusDocument } from './statusDocument';

export interface DriveRequest {
  readonly root: string;
  readonly purpose: string;
  readonly json: boolean;
  readonly io: CliIo;
  /** What to do once the journal is ours. */
  readonly act: (session: OpenedSession['session'], signal: AbortSignal) => Promise<Outcome>;
  /** Hands the same wish to the driver that is there already; null: it cannot be handed over, say who drives. */
  readonly handOver: (() => Promise<void>) | null;
}

/** Drives in the foreground under the workspace's lease, or follows the driver that has it; sets the exit code. */
export async function drive(request: DriveRequest): Promise<void> {
  const { root, io, json } = request;
  const signal = interruptSignal();
  const opened = openSession(root, request.purpose, io, progressTo(io, process.stderr.isTTY === true));
  if (opened.kind === 'held') {
    const who = `process ${opened.holder.pid} on ${opened.holder.host} ("bridge ${opened.holder.purpose}")`;
    if (!request.handOver)
      throw new CliError(
        `${who} drives this workspace. Look at it with "bridge status", or wait until it is done.`,
        exitCode.missingEnvironment,
      );
    io.note(`${who} drives this workspace already; this call follows it.`);
    await request.handOver();
    return end(await follow(root, signal), request);
  }
  let outcome: Outcome;
  try {
    outcome = await request.act(opened.session, signal);
  } finally {
    await opened.close();
  }
  if (outcome === 'interrupted')
    io.note(
      'Interrupted. Runs that were started go on; the same command continues from here, "bridge cancel" stops them.',
    );
  void json;
  end(outcome, request);
}

const exitCodes: Readonly<Record<Outcome, number>> = {
  done: exitCode.done,
  checkpoint: exitCode.done,
  blocked: exitCode.done,
  nothing: exitCode.failed,
  failed: exitCode.failed,
  refused: exitCode.failed,
  'wrong-input': exitCode.wrongInput,
  interrupted: exitCode.interrupted,
};

function end(outcome: Outcome, { root, io, json }: DriveRequest): void {
  const state = readState(root);
  process.exitCode = exitCodes[outcome];
  if (json) return io.out(JSON.stringify(statusDocument(state, false, Date.now()), null, 2));
  if (outcome === 'checkpoint' || (outcome === 'refused' && state.checkpoint.kind === 'shown')) {
    if (state.checkpoint.kind !== 'none') io.out(checkpointText(state.checkpoint.checkpoint));
  } else if (outcome === 'blocked') io.out('What is left is paused. "bridge resume ID…" lets it go on.');
  else if ((outcome === 'done' || outcome === 'failed') && state.study)
    io.out(handoffText(state, Date.now()));
}

/** Waits until the other driver has come to rest, telling what happens meanwhile. */
async function follow(root: string, signal: AbortSignal): Promise<Outcome> {
  const client = openWorkspaceClient({ root, startDriver: () => undefined });
  try {
    for (;;) {
      if (signal.aborted) return 'interrupted';
      if (!client.driving) return restOf(client.state);
      await new Promise<void>((resolve) => {
        const done = () => {
          listening.dispose();
          signal.removeEventListener('abort', done);
          resolve();
        };
        const listening = client.onDidChange(done);
        signal.addEventListener('abort', done, { once: true });
      });
    }
  } finally {
    client.dispose();
  }
}

function restOf(state: StudyState): Outcome {
  if (state.ended) return state.ended.outcome === 'done' ? 'done' : 'failed';
  if (state.checkpoint.kind === 'shown') return 'checkpoint';
  return 'blocked';
}

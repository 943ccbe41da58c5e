import type { LogChunk } from '../../core/ports';
import { statusWord } from '../../core/run/words';
import type { BridgeClient } from '../../engine/client';

const chunkBytes = 65_536;
/** How often a log that grows is looked at. */
const pauseMs = 400;

export interface LogPart extends LogChunk {
  /** The run has ended and this was the last of its log. */
  readonly ended: boolean;
}

/**
 * Reads a run's log from its last 64 kB on and goes on while it grows. A new attempt begins a new log, read from its
 * start. Ends when the run has ended and its log is read, or when the signal aborts.
 */
export async function followLog(
  client: BridgeClient,
  run: string,
  part: (part: LogPart) => void,
  signal: AbortSignal,
): Promise<void> {
  let path = client.logPath(run);
  let from = -chunkBytes;
  while (!signal.aborted) {
    const now = client.logPath(run);
    if (now !== path) {
      path = now;
      from = 0;
    }
    const ended = hasEnded(client, run);
    const chunk = await client.readLog(run, from, chunkBytes);
    if (signal.aborted) return;
    if (chunk !== null) from = chunk.to;
    const grew = chunk !== null && chunk.text !== '';
    // What was read before the end was seen may not be all: only an empty read after the end is the end.
    if (grew) part({ ...chunk, ended: false });
    else if (ended) return part({ from: Math.max(0, from), to: Math.max(0, from), text: '', ended: true });
    else await changeOrPause(client, signal);
  }
}

function hasEnded(client: BridgeClient, run: string): boolean {
  const job = client.state.jobs.get(run);
  const status = job === undefined ? 'cancelled' : statusWord(job);
  return status !== 'running' && status !== 'unreachable' && status !== 'pending';
}

/** A log grows without the journal: looked at after a pause, or sooner when the journal changed. */
function changeOrPause(client: BridgeClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      change.dispose();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, pauseMs);
    const change = client.onDidChange(done);
    signal.addEventListener('abort', done);
  });
}

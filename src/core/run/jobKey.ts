import type { Job } from '../manifest/model';
import type { JobKey } from './jobHandle';

/** What makes a run the run that it is: a change of any of it is another run. Code is not in it. */
export function jobIdentity(job: Job): string {
  return JSON.stringify([job.command, job.setup, job.environment, job.cwd, job.expectedOutputs, job.metrics]);
}

/** `workspace:run:hash:attempt`; run ids hold no colon. `hash` is the head of the sha256 of `jobIdentity`. */
export function jobKey(workspaceId: string, run: string, hash: string, attempt: number): JobKey {
  return `${workspaceId.slice(0, 8)}:${run}:${hash.slice(0, 12)}:${attempt}`;
}

/** The hash in a key, to see whether a record belongs to the command as it stands now. */
export function hashOfKey(key: JobKey): string {
  return key.split(':')[2] ?? '';
}

/** The run in a key. */
export function runOfKey(key: JobKey): string {
  return key.split(':')[1] ?? '';
}

/**
 * Folder of an attempt below Bridge's own folder, on the target and, where log and outputs come home, here. The hash is
 * in the name, so that an attempt of an edited command never meets the claim of the one before the edit.
 */
export function attemptPath(key: JobKey): string {
  const [, run, hash, attempt] = key.split(':');
  return `jobs/${run}/${attempt}-${hash}`;
}

import type { ComputeBackend } from '../core/ports';
import type { Launcher } from './launcher';
import type { Observer } from './observer';
import { openAttempts, type OpenAttempt } from './openAttempts';
import type { StudyRecord } from './studyRecord';

export interface RecoveryParts {
  readonly record: StudyRecord;
  readonly backend: ComputeBackend;
  readonly observer: Observer;
  readonly launcher: Launcher;
  /** The target's boot as it is now; null: it has none. */
  readonly boot: string | null;
}

/** After a restart: what was asked for is found and adopted; what never began is started under its own key. */
export async function recover(parts: RecoveryParts, signal: AbortSignal): Promise<void> {
  const { backend, record, observer, launcher } = parts;
  const open = openAttempts(record.state);
  if (open.length === 0) return;
  const keys = open.map(({ attempt }) => attempt.key);
  const found = await backend.find(keys, signal);
  const statuses = await backend.poll(keys, signal);
  for (const each of open) {
    const { attempt } = each;
    const handle = found.get(attempt.key);
    if (handle && attempt.handle === null)
      record.happened({ type: 'attempt.started', key: attempt.key, handle });
    if (statuses.get(attempt.key)?.kind !== 'unknown') observer.tell([attempt.key]);
    else if (attempt.stopping !== null || isOfAnotherBoot(each, parts.boot))
      await giveUp(each, parts, signal);
    else await launcher.startAgain(each, signal);
    if (attempt.stopping !== null) await backend.cancel([attempt.key], attempt.stopping, signal);
  }
}

/**
 * A claim is not synced: after a restart of the target, that there is none does not say that nothing has run. Such an
 * attempt is lost, and the next one is a new one.
 */
function isOfAnotherBoot({ attempt }: OpenAttempt, boot: string | null): boolean {
  const then = attempt.handle?.process?.bootId ?? attempt.boot;
  return boot !== null && then != null && then !== boot;
}

async function giveUp(each: OpenAttempt, parts: RecoveryParts, signal: AbortSignal): Promise<void> {
  const { key, stopping } = each.attempt;
  if (!(await parts.backend.forbid([key], signal)).has(key)) return parts.observer.tell([key]);
  const [cause, why] =
    stopping === null
      ? (['rebooted', 'the machine restarted while it was about to start'] as const)
      : (['lost', 'it was stopped before it started'] as const);
  await parts.observer.conclude(each.job, each.attempt, { kind: 'lost', cause, why }, signal);
}

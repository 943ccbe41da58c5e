import type { ComputeBackend } from '../core/ports';
import { TargetUnreachable } from '../core/targetUnreachable';
import type { Launcher } from './launcher';
import type { Observer } from './observer';
import { openAttempts, type OpenAttempt } from './openAttempts';
import type { StudyRecord } from './studyRecord';

export interface RecoveryParts {
  readonly record: StudyRecord;
  readonly backend: ComputeBackend;
  readonly observer: Observer;
  readonly launcher: Launcher;
  /** A machine's boot as it is now; null: it has none. */
  readonly boot: (host: string) => string | null;
}

/**
 * After a restart, and after the target could not be told: what was asked for is found and adopted; what never began
 * is started under its own key.
 */
export async function recover(
  parts: RecoveryParts,
  signal: AbortSignal,
  open = openAttempts(parts.record.state),
): Promise<void> {
  if (open.length === 0) return;
  try {
    await adopt(parts, open, signal);
  } catch (error) {
    if (!(error instanceof TargetUnreachable)) throw error;
    const { message: why, since } = error;
    for (const { job, attempt } of open)
      await parts.observer.conclude(job, attempt, { kind: 'unreachable', why, since }, signal);
  }
}

async function adopt(parts: RecoveryParts, open: readonly OpenAttempt[], signal: AbortSignal): Promise<void> {
  const { backend, record, observer, launcher } = parts;
  const keys = open.map(({ attempt }) => attempt.key);
  const found = await backend.find(keys, signal);
  const statuses = await backend.poll(keys, signal);
  const again: OpenAttempt[] = [];
  for (const each of open) {
    const { attempt } = each;
    const handle = found.get(attempt.key);
    if (handle && attempt.handle === null)
      record.happened(
        backend.scheduling === 'target'
          ? { type: 'attempt.queued', key: attempt.key, handle, why: null }
          : { type: 'attempt.started', key: attempt.key, handle },
      );
    const status = statuses.get(attempt.key);
    // Told what is the matter with it as soon as it can be asked.
    if (status?.kind === 'unreachable') {
      await observer.conclude(each.job, attempt, status, signal);
      continue;
    }
    if (status?.kind !== 'unknown') observer.tell([attempt.key]);
    else if (attempt.stopping !== null || isOfAnotherBoot(each, parts.boot))
      await giveUp(each, parts, signal);
    else again.push(each);
    if (attempt.stopping !== null) await backend.cancel([attempt.key], attempt.stopping, signal);
  }
  // Together, so that what was one job array becomes one again.
  if (again.length > 0) await launcher.startAgain(again, signal);
}

/**
 * A claim is not synced: after a restart of the target, that there is none does not say that nothing has run. Such an
 * attempt is lost, and the next one is a new one.
 */
function isOfAnotherBoot({ attempt }: OpenAttempt, bootOf: RecoveryParts['boot']): boolean {
  const boot = bootOf(attempt.host);
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

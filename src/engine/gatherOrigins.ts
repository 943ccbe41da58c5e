import type { EnvironmentFacts } from '../core/results/origin';
import type { AttemptRecord } from '../core/results/report/provenance';
import type { StudyState } from '../core/run/state';
import type { OriginRecorder } from './originRecorder';

/** The attempts that the numbers of completed runs are from, and the environments that they ran in. */
export async function gatherOrigins(
  state: StudyState,
  origins: Pick<OriginRecorder, 'read' | 'readEnvironment'>,
): Promise<{
  readonly attempts: ReadonlyMap<string, AttemptRecord>;
  readonly environments: Readonly<Record<string, EnvironmentFacts>>;
}> {
  const attempts = new Map<string, AttemptRecord>();
  const environments: Record<string, EnvironmentFacts> = {};
  for (const { job, phase, attempts: made, obsolete } of state.jobs.values()) {
    if (obsolete || phase.kind !== 'completed') continue;
    const attempt = made.find(({ key }) => key === phase.key);
    if (!attempt) continue;
    const origin = await origins.read(attempt);
    const { host, gpus, startedAt, endedAt } = attempt;
    attempts.set(job.id, {
      ...{ attempt: attempt.attempt, only: attempt.only ?? null, command: attempt.command ?? job.command },
      ...{ host, gpus, startedAt, endedAt, origin },
    });
    if (origin === null || origin.environment in environments) continue;
    const facts = await origins.readEnvironment(origin.environment);
    if (facts) environments[origin.environment] = facts;
  }
  return { attempts, environments };
}

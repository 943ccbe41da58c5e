import type { Job } from '../../manifest/model';
import { reasonOf } from '../../run/studyResult';
import type { JobState, StudyState } from '../../run/state';
import { isStuck } from '../../run/words';

/** Status words of queue_state.json. */
export type QueueWord = 'pending' | 'running' | 'completed' | 'failed_oom' | 'failed_other' | 'stuck';

export interface QueueStateDocument {
  readonly meta: { readonly project: string; readonly started: string | null; readonly host: string };
  readonly phases: readonly { name: string; depends_on: readonly string[]; status: QueueWord }[];
  readonly jobs: readonly {
    id: string;
    phase: string | null;
    status: QueueWord;
    gpu: string | null;
    pid: number | null;
    attempts: number;
    started: string | null;
    completed: string | null;
    expected_output: string | null;
    error: string | null;
  }[];
}

/** A run that was never tried, or stopped by a person, has failed for tools that know no other words; `error` says which. */
export function queueWord(job: JobState): QueueWord {
  const { phase } = job;
  switch (phase.kind) {
    case 'pending':
    case 'paused':
      return 'pending';
    case 'running':
    case 'completed':
      return phase.kind;
    case 'failed':
      if (isStuck(job)) return 'stuck';
      return phase.failure.class === 'oom' ? 'failed_oom' : 'failed_other';
    case 'skipped':
    case 'cancelled':
      return 'failed_other';
  }
}

/** The snapshot for other tools. Times are ISO 8601 in UTC. */
export function queueState(state: StudyState): QueueStateDocument {
  const iso = (at: number | null | undefined) => (at == null ? null : new Date(at).toISOString());
  const live = [...state.jobs.values()].filter((job) => !job.obsolete);
  const phases = new Map<string, { depends: readonly string[]; words: Set<QueueWord> }>();
  for (const job of live) {
    if (job.job.phase === null) continue;
    const entry = phases.get(job.job.phase) ?? { depends: job.job.dependsOn, words: new Set() };
    phases.set(job.job.phase, entry);
    entry.words.add(queueWord(job));
  }
  const order: readonly QueueWord[] = ['running', 'pending', 'stuck', 'failed_oom', 'failed_other'];
  return {
    meta: {
      project: state.study?.title ?? '',
      started: iso(state.declaredAt),
      host: state.study?.target ?? '',
    },
    phases: [...phases].map(([name, { depends, words }]) => ({
      name,
      depends_on: depends,
      status: order.find((word) => words.has(word)) ?? 'completed',
    })),
    jobs: live.map((job) => {
      const last = job.attempts[job.attempts.length - 1];
      const status = queueWord(job);
      return {
        id: job.job.id,
        phase: job.job.phase,
        status,
        gpu: last && last.gpus.length > 0 ? last.gpus.join(',') : null,
        pid: last?.handle?.process?.pid ?? null,
        attempts: job.attempts.length,
        started: iso(last?.startedAt),
        completed: iso(last?.endedAt),
        expected_output: job.job.expectedOutputs[0] ?? null,
        error:
          status === 'failed_other' || status === 'failed_oom' || status === 'stuck' ? reasonOf(job) : null,
      };
    }),
  };
}

/** manifest.json beside it: what was run, expanded. */
export function queueManifest({ study }: StudyState): object {
  const groups = new Map<string | null, Job[]>();
  for (const job of study?.jobs ?? []) groups.set(job.phase, [...(groups.get(job.phase) ?? []), job]);
  const plain = (job: Job) => ({
    id: job.id,
    cmd: job.command,
    cwd: job.cwd,
    expected_output: job.expectedOutputs,
    gpus: job.gpus,
    depends_on: job.dependsOn,
    parameters: job.parameters,
  });
  return {
    project: study?.title ?? '',
    source: study?.manifestPath ?? '',
    gpus: study?.gpus ?? null,
    max_parallel: study?.maxParallel ?? null,
    gpu_free_threshold_mib: study?.gpuFreeThresholdMiB ?? null,
    jobs: (groups.get(null) ?? []).map(plain),
    phases: [...groups].flatMap(([name, jobs]) =>
      name === null ? [] : [{ name, depends_on: jobs[0]?.dependsOn ?? [], jobs: jobs.map(plain) }],
    ),
  };
}

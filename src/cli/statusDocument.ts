import { type Budget, budgetOf } from '../core/run/budget';
import type { Checkpoint } from '../core/run/checkpointModel';
import { moneyOf } from '../core/run/money';
import { remainingMs } from '../core/run/estimate';
import { WaitExplainer } from '../core/run/explainWait';
import { reasonOf } from '../core/run/studyResult';
import type { JobState, StudyState } from '../core/run/state';
import { statusWord } from '../core/run/words';

/** What `status --json` and `queue --json` print: the CLI's contract. Times are ISO 8601 in UTC. */
export interface StatusDocument {
  readonly phases: readonly { name: string; status: string }[];
  readonly jobs: readonly JobDocument[];
  /** Runs that the manifest no longer has and that were run: kept, and not run again. */
  readonly obsolete: readonly JobDocument[];
  readonly budget: {
    gpuHours: Budget;
    usd: Budget;
  };
  readonly driving: boolean;
  /** Milliseconds until everything has ended; null: nothing drives, or some run cannot be estimated. */
  readonly remainingMs: number | null;
  readonly outcome: string | null;
  readonly checkpoint?: Checkpoint;
}

export interface JobDocument {
  readonly id: string;
  readonly run: string;
  readonly phase: string | null;
  readonly milestone: string | null;
  readonly status: string;
  readonly attempts: number;
  readonly reason: string | null;
  readonly why: string | null;
  readonly gpu: string | null;
  readonly started: string | null;
  readonly ended: string | null;
  readonly exitCode: number | null;
  readonly target: string;
  readonly host: string | null;
}

export function statusDocument(state: StudyState, driving: boolean, now: number): StatusDocument {
  const explain = new WaitExplainer(state, driving, now);
  const documents = (states: readonly JobState[]) =>
    states.map((job) => jobDocument(job, explain, state.study?.target ?? 'local'));
  const all = [...state.jobs.values()];
  const waiting = state.checkpoint.kind === 'shown';
  const { planned, used, cap, forecast, limit, level, milestones } = budgetOf(state, now);
  return {
    phases: phasesOf(state),
    jobs: documents(all.filter((job) => !job.obsolete)),
    obsolete: documents(all.filter((job) => job.obsolete && job.attempts.length > 0)),
    budget: {
      gpuHours: { planned, used, cap, forecast, limit, level, milestones },
      usd: moneyOf(state, now),
    },
    driving,
    remainingMs: driving ? remainingMs(state, slotsOf(state), now) : null,
    outcome: state.ended?.outcome ?? null,
    ...(waiting && state.checkpoint.kind === 'shown' ? { checkpoint: state.checkpoint.checkpoint } : {}),
  };
}

function slotsOf({ study }: StudyState): number {
  return study?.maxParallel ?? study?.options.maxParallelRuns ?? 1;
}

function jobDocument(state: JobState, explain: WaitExplainer, target: string): JobDocument {
  const { job, phase, attempts } = state;
  const last = attempts[attempts.length - 1];
  const iso = (at: number | null | undefined) => (at == null ? null : new Date(at).toISOString());
  return {
    id: job.id,
    run: job.id,
    phase: job.phase,
    milestone: job.milestone,
    status: statusWord(state),
    attempts: attempts.length,
    reason: phase.kind === 'failed' ? phase.failure.class : null,
    why:
      phase.kind === 'failed' || phase.kind === 'skipped' || phase.kind === 'cancelled'
        ? reasonOf(state)
        : explain.why(state),
    gpu: last && last.gpus.length > 0 ? last.gpus.join(',') : null,
    started: iso(last?.startedAt),
    ended: iso(last?.endedAt),
    exitCode: last?.exit?.code ?? null,
    target,
    host: last?.node ?? last?.host ?? null,
  };
}

/** A phase is done when all its runs are, failed when one failed and none is left, and so on. */
function phasesOf(state: StudyState): { name: string; status: string }[] {
  const groups = new Map<string, Set<string>>();
  for (const job of state.jobs.values()) {
    const name = job.job.phase ?? job.job.milestone;
    if (job.obsolete || name === null) continue;
    const words = groups.get(name) ?? new Set();
    groups.set(name, words.add(statusWord(job)));
  }
  return [...groups].map(([name, words]) => {
    for (const word of [
      'running',
      'unreachable',
      'pending',
      'paused',
      'failed',
      'stuck',
      'skipped',
      'cancelled',
    ])
      if (words.has(word)) return { name, status: word };
    return { name, status: 'completed' };
  });
}

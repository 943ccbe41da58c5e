import type { JobState, StudyState } from './state';

/** Fewer finished siblings than this say little. */
const siblingsAtLeast = 2;

/**
 * How long runs are expected to take, in milliseconds: what the manifest says, else the median of their finished
 * siblings (same phase, else same milestone and system). One object serves one state.
 */
export class Estimates {
  private readonly medians = new Map<string, number | null>();
  private readonly taken = new Map<string, number[]>();

  constructor({ jobs }: StudyState) {
    for (const job of jobs.values()) {
      if (job.phase.kind !== 'completed') continue;
      const ms = tookMs(job);
      if (ms === null) continue;
      const group = groupOf(job);
      const list = this.taken.get(group);
      if (list) list.push(ms);
      else this.taken.set(group, [ms]);
    }
  }

  /** Null: nothing says. */
  of(job: JobState): number | null {
    if (job.job.estimatedHours !== null) return job.job.estimatedHours * 3_600_000;
    const group = groupOf(job);
    let median = this.medians.get(group);
    if (median === undefined) {
      const taken = this.taken.get(group) ?? [];
      median = taken.length < siblingsAtLeast ? null : [...taken].sort((a, b) => a - b)[taken.length >> 1]!;
      this.medians.set(group, median);
    }
    return median;
  }
}

function groupOf({ job }: JobState): string {
  return job.phase ?? `${job.milestone}\n${job.system}`;
}

function tookMs({ attempts }: JobState): number | null {
  const last = attempts[attempts.length - 1];
  if (last?.exit?.elapsedMs != null) return last.exit.elapsedMs;
  if (last?.startedAt == null || last.endedAt === null) return null;
  return Math.max(0, last.endedAt - last.startedAt);
}

/** Milliseconds until everything has ended on this many slots; null: some run cannot be estimated. */
export function remainingMs(state: StudyState, slots: number, now: number): number | null {
  const estimates = new Estimates(state);
  let sum = 0;
  let longest = 0;
  for (const job of state.jobs.values()) {
    const { kind } = job.phase;
    if (job.obsolete || (kind !== 'pending' && kind !== 'running')) continue;
    const whole = estimates.of(job);
    if (whole === null) return null;
    const begun = kind === 'running' ? job.attempts[job.attempts.length - 1]?.startedAt : null;
    const rest = Math.max(0, whole - (begun == null ? 0 : Math.max(0, now - begun)));
    sum += rest;
    longest = Math.max(longest, rest);
  }
  return Math.max(sum / Math.max(1, slots), longest);
}

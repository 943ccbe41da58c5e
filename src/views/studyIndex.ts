import type { Job } from '../core/manifest/model';
import { orderMilestones, type MilestoneOrder } from '../core/run/decide';
import type { DeclaredRun } from '../core/run/event';
import type { Attempt, JobState, StudyState } from '../core/run/state';
import { statusWord } from '../core/run/words';
import type { RunStatus } from '../protocol/view';

/** A run as the views see it: one that has a job, or one that stands only in the tracker. */
export interface RunEntry {
  readonly id: string;
  /** Empty where nothing names one. */
  readonly milestone: string;
  readonly system: string | null;
  readonly seed: number | null;
  readonly host: string | null;
  readonly status: RunStatus;
  readonly job: JobState | null;
  readonly declared: DeclaredRun | null;
  /** Newest attempt. */
  readonly attempt: Attempt | null;
}

/** What several views need of a state, computed once a state in one pass over the runs. */
export interface StudyIndex {
  readonly entries: readonly RunEntry[];
  readonly byId: ReadonlyMap<string, RunEntry>;
  /** In run order; the runs of no milestone stand under the empty name. */
  readonly byMilestone: ReadonlyMap<string, readonly RunEntry[]>;
  readonly counts: ReadonlyMap<RunStatus, number>;
  readonly running: readonly RunEntry[];
  readonly systems: readonly string[];
  readonly hosts: readonly string[];
  readonly order: MilestoneOrder;
  /** Phase of the manifest -> its runs that have not completed. */
  readonly openInPhase: ReadonlyMap<string, readonly string[]>;
}

const indexes = new WeakMap<StudyState, StudyIndex>();

export function studyIndex(state: StudyState): StudyIndex {
  let index = indexes.get(state);
  if (!index) {
    index = build(state);
    indexes.set(state, index);
  }
  return index;
}

function build(state: StudyState): StudyIndex {
  const entries: RunEntry[] = [];
  const byMilestone = new Map<string, RunEntry[]>();
  const byId = new Map<string, RunEntry>();
  const counts = new Map<RunStatus, number>();
  const running: RunEntry[] = [];
  const systems = new Set<string>();
  const hosts = new Set<string>();
  const openInPhase = new Map<string, string[]>();
  for (const id of state.milestones.keys()) byMilestone.set(id, []);

  const add = (entry: RunEntry) => {
    entries.push(entry);
    byId.set(entry.id, entry);
    const siblings = byMilestone.get(entry.milestone);
    if (siblings) siblings.push(entry);
    else byMilestone.set(entry.milestone, [entry]);
    counts.set(entry.status, (counts.get(entry.status) ?? 0) + 1);
    if (entry.status === 'running' || entry.status === 'unreachable') running.push(entry);
    if (entry.system !== null) systems.add(entry.system);
    if (entry.host !== null) hosts.add(entry.host);
  };

  const declared = new Map((state.study?.runs ?? []).map((run) => [run.id, run]));
  for (const job of state.jobs.values()) {
    const phase = job.job.phase;
    if (phase !== null && !job.obsolete && job.phase.kind !== 'completed') {
      const open = openInPhase.get(phase);
      if (open) open.push(job.job.id);
      else openInPhase.set(phase, [job.job.id]);
    }
    // A run that left the manifest before anything came of it is nobody's concern any more.
    if (job.obsolete && job.attempts.length === 0) continue;
    add(entryOfJob(job, declared.get(job.job.id) ?? null));
  }
  for (const run of declared.values()) if (!byId.has(run.id)) add(entryOfTracker(run));

  return {
    ...{ entries, byId, byMilestone, counts, running, openInPhase },
    systems: [...systems].sort(),
    hosts: [...hosts].sort(),
    order: orderMilestones(state),
  };
}

function entryOfJob(job: JobState, declared: DeclaredRun | null): RunEntry {
  const attempt = job.attempts[job.attempts.length - 1] ?? null;
  const { id, milestone, system, seed } = job.job;
  return {
    ...{ id, milestone: milestone ?? '', system, seed, job, declared, attempt },
    host: attempt?.host ?? null,
    status: statusWord(job),
  };
}

function entryOfTracker(declared: DeclaredRun): RunEntry {
  const { id, milestone, system, standing } = declared;
  const status: RunStatus =
    standing === 'elsewhere' ? 'completed' : standing === 'cut' ? 'cancelled' : 'pending';
  return {
    ...{ id, milestone: milestone ?? '', system, declared, status },
    ...{ seed: null, host: null, job: null, attempt: null },
  };
}

interface RunText {
  /** Digits padded, so that R9 comes before R10 in a plain comparison. */
  readonly sortKey: string;
  /** What a search looks in, in lower case. */
  readonly haystack: string;
}

// Jobs keep their identity from state to state; sorting and searching 10,000 of them must not build these anew.
const texts = new WeakMap<Job | DeclaredRun, RunText>();

export function runText(entry: RunEntry): RunText {
  const owner = entry.job?.job ?? entry.declared;
  const known = owner === null ? undefined : texts.get(owner);
  if (known) return known;
  const parts = [entry.id, entry.system, entry.milestone, entry.job?.job.phase, entry.job?.job.command];
  const text = {
    sortKey: entry.id.replace(/\d+/g, (digits) => digits.padStart(10, '0')),
    haystack: parts
      .filter((part) => part != null)
      .join('\n')
      .toLowerCase(),
  };
  if (owner !== null) texts.set(owner, text);
  return text;
}

import type { Job } from '../core/manifest/model';
import { orderMilestones, type MilestoneOrder } from '../core/run/milestoneOrder';
import type { DeclaredRun, StudyDeclaration } from '../core/run/declaration';
import type { Attempt, JobState, StudyState } from '../core/run/state';
import { statusWord } from '../core/run/words';
import type { RunStatus } from '../protocol/runs';

/** A run as the views see it: one that has a job, or one that stands only in the tracker. */
export interface RunEntry {
  readonly id: string;
  /** Its milestone, else its phase in the manifest; empty where it has neither. */
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

/** The runs of a milestone and how many are in which status. */
export interface MilestoneRuns {
  readonly entries: readonly RunEntry[];
  readonly counts: ReadonlyMap<RunStatus, number>;
  /** Runs that their author cut: listed, and not part of what is to be done. */
  readonly cut: number;
}

/** What several views need of a state, computed once a state in one pass over the runs. */
export interface StudyIndex {
  /** In the order in which people count: R9 before R10. */
  readonly entries: readonly RunEntry[];
  /** In run order; the runs of no milestone stand under the empty name. */
  readonly byMilestone: ReadonlyMap<string, MilestoneRuns>;
  readonly counts: ReadonlyMap<RunStatus, number>;
  readonly running: readonly RunEntry[];
  /** Runs of the manifest that failed for good. */
  readonly failed: readonly RunEntry[];
  readonly systems: readonly string[];
  readonly hosts: readonly string[];
  readonly order: MilestoneOrder;
  /** Phase of the manifest -> its runs that have not completed. */
  readonly openInPhase: ReadonlyMap<string, readonly string[]>;
  find(id: string): RunEntry | null;
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
  const byMilestone = new Map<string, { entries: RunEntry[]; counts: Map<RunStatus, number>; cut: number }>();
  const counts = new Map<RunStatus, number>();
  const running: RunEntry[] = [];
  const failed: RunEntry[] = [];
  const systems = new Set<string>();
  const hosts = new Set<string>();
  const openInPhase = new Map<string, string[]>();
  for (const id of state.milestones.keys()) byMilestone.set(id, { entries: [], counts: new Map(), cut: 0 });
  // Phases of a queue without a plan, as its manifest has them.
  for (const { job, obsolete } of state.jobs.values())
    if (!obsolete && job.milestone === null && job.phase !== null && !byMilestone.has(job.phase))
      byMilestone.set(job.phase, { entries: [], counts: new Map(), cut: 0 });

  const ordering = orderOf(state);
  const entries: RunEntry[] = [];
  for (const id of ordering.ids) {
    const job = state.jobs.get(id);
    const phase = job?.job.phase ?? null;
    if (job && phase !== null && !job.obsolete && job.phase.kind !== 'completed') {
      const open = openInPhase.get(phase);
      if (open) open.push(id);
      else openInPhase.set(phase, [id]);
    }
    // A run that left the manifest before anything came of it is nobody's concern any more.
    if (job?.obsolete === true && job.attempts.length === 0) continue;
    const declared = ordering.declared.get(id) ?? null;
    const entry = job ? entryOfJob(job, declared) : entryOfTracker(declared!);
    entries.push(entry);
    let group = byMilestone.get(entry.milestone);
    if (!group) byMilestone.set(entry.milestone, (group = { entries: [], counts: new Map(), cut: 0 }));
    group.entries.push(entry);
    if (entry.job === null && entry.declared?.standing === 'cut') group.cut++;
    group.counts.set(entry.status, (group.counts.get(entry.status) ?? 0) + 1);
    counts.set(entry.status, (counts.get(entry.status) ?? 0) + 1);
    if (entry.status === 'running' || entry.status === 'unreachable') running.push(entry);
    if (job?.phase.kind === 'failed' && !job.obsolete) failed.push(entry);
    if (entry.system !== null) systems.add(entry.system);
    if (entry.host !== null) hosts.add(entry.host);
  }

  return {
    entries,
    byMilestone,
    counts,
    running,
    failed,
    openInPhase,
    systems: [...systems].sort(),
    hosts: [...hosts].sort(),
    order: orderMilestones(state),
    find: (id) => {
      const job = state.jobs.get(id);
      const declared = ordering.declared.get(id) ?? null;
      if (job) return entryOfJob(job, declared);
      return declared === null ? null : entryOfTracker(declared);
    },
  };
}

interface Ordering {
  readonly ids: readonly string[];
  readonly declared: ReadonlyMap<string, DeclaredRun>;
}

// Which runs there are changes only with a declaration: sorting 10,000 ids at every event would be felt.
const orderings = new WeakMap<StudyDeclaration, Ordering>();
const nothing: Ordering = { ids: [], declared: new Map() };

function orderOf({ study, jobs }: StudyState): Ordering {
  if (study === null) return nothing;
  let ordering = orderings.get(study);
  if (!ordering) {
    const declared = new Map(study.runs.map((run) => [run.id, run]));
    const keys = [...new Set([...jobs.keys(), ...declared.keys()])].map((id) => ({ id, key: sortKey(id) }));
    keys.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    ordering = { ids: keys.map(({ id }) => id), declared };
    orderings.set(study, ordering);
  }
  return ordering;
}

const sortKey = (id: string) => id.replace(/\d+/g, (digits) => digits.padStart(10, '0'));

// A job's state is a new object whenever it changes, and the same one until then.
const entriesOfJobs = new WeakMap<JobState, RunEntry>();
const entriesOfTracker = new WeakMap<DeclaredRun, RunEntry>();

function entryOfJob(job: JobState, declared: DeclaredRun | null): RunEntry {
  const known = entriesOfJobs.get(job);
  if (known !== undefined && known.declared === declared) return known;
  const attempt = job.attempts[job.attempts.length - 1] ?? null;
  const { id, milestone, phase, system, seed } = job.job;
  const entry: RunEntry = {
    id,
    // A queue without a plan has no milestones; its phases are what its runs stand under.
    milestone: milestone ?? phase ?? '',
    system,
    seed,
    host: attempt?.host ?? null,
    status: statusWord(job),
    job,
    declared,
    attempt,
  };
  entriesOfJobs.set(job, entry);
  return entry;
}

function entryOfTracker(declared: DeclaredRun): RunEntry {
  const known = entriesOfTracker.get(declared);
  if (known) return known;
  const { id, milestone, system, standing } = declared;
  const status: RunStatus =
    standing === 'elsewhere' ? 'completed' : standing === 'cut' ? 'cancelled' : 'pending';
  const entry: RunEntry = {
    ...{ id, milestone: milestone ?? '', system, declared, status },
    ...{ seed: null, host: null, job: null, attempt: null },
  };
  entriesOfTracker.set(declared, entry);
  return entry;
}

// Jobs keep their identity from state to state; searching 10,000 of them must not build these anew.
const haystacks = new WeakMap<Job | DeclaredRun, string>();

/** What a search looks in, in lower case. */
export function searchText(entry: RunEntry): string {
  const owner = entry.job?.job ?? entry.declared;
  const known = owner === null ? undefined : haystacks.get(owner);
  if (known !== undefined) return known;
  const parts = [entry.id, entry.system, entry.milestone, entry.job?.job.phase, entry.job?.job.command];
  const text = parts
    .filter((part) => part != null)
    .join('\n')
    .toLowerCase();
  if (owner !== null) haystacks.set(owner, text);
  return text;
}

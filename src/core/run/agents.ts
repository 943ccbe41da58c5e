import type { PermissionAnswer } from '../agents/author';
import type { AblationProposal, AgentsEvent, ChangedFileFact, Judge, LockedEvaluator } from './agentsEvent';

type Of<T extends AgentsEvent['type']> = Omit<Extract<AgentsEvent, { type: T }>, 'type'>;

/** One piece of work of an agent, from its start to its end. */
export interface Work extends Of<'work.started'> {
  readonly startedAt: number;
  readonly lastSignAt: number;
  /** What it did last; null: nothing yet, or nothing of it is kept. */
  readonly lastSign: string | null;
  readonly tokens: number | null;
  readonly usd: number | null;
  /** Silent for so many minutes when that was last noticed; null: it speaks. */
  readonly silentMinutes: number | null;
  /** What it was refused without asking anybody, newest last, at most ten. */
  readonly refused: readonly string[];
  readonly end: (Of<'work.ended'> & { readonly at: number }) | null;
}

export interface Permission extends Of<'permission.asked'> {
  readonly askedAt: number;
  readonly answer: {
    readonly answer: PermissionAnswer;
    readonly by: string;
    readonly why: string;
    readonly at: number;
  } | null;
}

/** `open`: waits; `partly`: some of its hunks were taken; `conflict`: edited meanwhile. */
export type ChangedFileStanding = 'open' | 'taken' | 'partly' | 'conflict' | 'refused';

export interface ProposedChange extends Omit<Of<'change.proposed'>, 'files'> {
  readonly at: number;
  readonly files: readonly (ChangedFileFact & { readonly standing: ChangedFileStanding })[];
  readonly rejected: { readonly reason: string; readonly by: string; readonly at: number } | null;
  /** Intent of a take that was recorded and whose outcome was not: whoever drives carries it to its end. */
  readonly taking: Of<'change.taking'> | null;
  readonly takenBy: string | null;
}

/** What people said about a finding. `waived` stands in `StudyState.waivers`. */
export interface FindingThread {
  readonly standing: 'open' | 'disputed' | 'resolved';
  readonly entries: readonly {
    readonly kind: 'reply' | 'dispute' | 'resolve' | 'reopen';
    readonly text: string;
    readonly by: string;
    readonly at: number;
  }[];
}

export interface Repair extends Of<'repair.started'> {
  readonly at: number;
  readonly opinion: Of<'opinion.given'> | null;
  /** Why there is no second opinion, where one was due. */
  readonly noOpinion: string | null;
  readonly end: (Of<'repair.ended'> & { readonly at: number }) | null;
}

/** Everything about agents that the journal says, folded. Maps keep the order in which things came. */
export interface AgentsState {
  readonly works: ReadonlyMap<string, Work>;
  readonly permissions: ReadonlyMap<string, Permission>;
  readonly changes: ReadonlyMap<string, ProposedChange>;
  readonly threads: ReadonlyMap<string, FindingThread>;
  readonly selfCheck: (Of<'selfCheck.finished'> & { readonly at: number }) | null;
  /** Run -> its repairs, in order. */
  readonly repairs: ReadonlyMap<string, readonly Repair[]>;
  readonly gaveUp: ReadonlyMap<string, Of<'repair.gaveUp'>>;
  readonly evaluator: LockedEvaluator | null;
  /** Changes of the locked evaluator that the results repeat. */
  readonly evaluatorChanges: readonly (Of<'evaluator.changed'> & { readonly at: number })[];
  readonly curves: ReadonlyMap<string, Of<'curve.judged'>>;
  readonly criteria: ReadonlyMap<string, Of<'criterion.judged'>>;
  readonly ablations: {
    readonly proposals: readonly AblationProposal[];
    readonly judge: Judge;
    readonly change: string;
  } | null;
  readonly baseRepo: Of<'baseRepo.cloned'> | null;
}

export const noAgents: AgentsState = {
  works: new Map(),
  permissions: new Map(),
  changes: new Map(),
  threads: new Map(),
  selfCheck: null,
  repairs: new Map(),
  gaveUp: new Map(),
  evaluator: null,
  evaluatorChanges: [],
  curves: new Map(),
  criteria: new Map(),
  ablations: null,
  baseRepo: null,
};

/** Answered permissions and ended works that are kept beside those that are open. */
const keptEnded = 200;

/** Folds one event of agents. Few come, so maps are made anew. */
export function foldAgents(state: AgentsState, event: AgentsEvent & { readonly at: number }): AgentsState {
  const { at, type: _, ...facts } = event;
  switch (event.type) {
    case 'work.started': {
      const work: Work = {
        ...(facts as Of<'work.started'>),
        ...{ startedAt: at, lastSignAt: at, lastSign: null, tokens: null, usd: null },
        ...{ silentMinutes: null, refused: [], end: null },
      };
      return {
        ...state,
        works: bounded(new Map(state.works).set(event.id, work), ({ end }) => end !== null),
      };
    }
    case 'work.reported':
      return withWork(state, event.id, (work) => ({
        ...{ lastSignAt: at, silentMinutes: null, lastSign: event.what ?? work.lastSign },
        ...{ tokens: event.tokens ?? work.tokens, usd: event.usd ?? work.usd },
        refused:
          event.sign === 'refused' ? [...work.refused, event.what ?? 'a request'].slice(-10) : work.refused,
      }));
    case 'work.stalled':
      return withWork(state, event.id, () => ({ silentMinutes: event.silentMinutes }));
    case 'work.ended':
      return withWork(state, event.id, (work) => ({
        end: { ...(facts as Of<'work.ended'>), at },
        usd: event.usd ?? work.usd,
      }));
    case 'permission.asked': {
      const permission: Permission = { ...(facts as Of<'permission.asked'>), askedAt: at, answer: null };
      const permissions = new Map(state.permissions).set(event.id, permission);
      return { ...state, permissions: bounded(permissions, ({ answer }) => answer !== null) };
    }
    case 'permission.answered': {
      const asked = state.permissions.get(event.id);
      if (!asked || asked.answer !== null) return state;
      const { answer, by, why } = event;
      const answered = { ...asked, answer: { answer, by, why, at } };
      return { ...state, permissions: new Map(state.permissions).set(event.id, answered) };
    }
    case 'change.proposed': {
      const files = event.files.map((file) => ({
        ...file,
        standing: file.refused === null ? ('open' as const) : ('refused' as const),
      }));
      const change: ProposedChange = {
        ...(facts as Of<'change.proposed'>),
        ...{ at, files, rejected: null, taking: null, takenBy: null },
      };
      return { ...state, changes: new Map(state.changes).set(event.id, change) };
    }
    case 'change.taking':
      return withChange(state, event.id, () => ({ taking: facts as Of<'change.taking'> }));
    case 'change.taken':
      return withChange(state, event.id, (change) => ({
        ...{ taking: null, takenBy: event.by },
        files: change.files.map((file) => ({ ...file, standing: standingAfter(file, event) })),
      }));
    case 'change.rejected':
      return withChange(state, event.id, () => ({
        rejected: { reason: event.reason, by: event.by, at },
        taking: null,
      }));
    case 'selfCheck.finished':
      return { ...state, selfCheck: { ...(facts as Of<'selfCheck.finished'>), at } };
    case 'finding.replied':
      return withThread(state, event.finding, null, { kind: 'reply', text: event.text, by: event.by, at });
    case 'finding.disputed':
      return withThread(state, event.finding, 'disputed', {
        ...{ kind: 'dispute', text: event.reason, by: event.by, at },
      });
    case 'finding.resolved':
      return withThread(state, event.finding, 'resolved', {
        ...{ kind: 'resolve', text: event.note, by: event.by, at },
      });
    case 'finding.reopened':
      return withThread(state, event.finding, 'open', { kind: 'reopen', text: '', by: event.by, at });
    case 'repair.started': {
      const repair: Repair = {
        ...(facts as Of<'repair.started'>),
        ...{ at, opinion: null, noOpinion: null, end: null },
      };
      const before = (state.repairs.get(event.run) ?? []).filter(({ number }) => number !== event.number);
      return { ...state, repairs: new Map(state.repairs).set(event.run, [...before, repair]) };
    }
    case 'opinion.given':
      return withRepair(state, event, () => ({ opinion: facts as Of<'opinion.given'> }));
    case 'opinion.missing':
      return withRepair(state, event, () => ({ noOpinion: event.why }));
    case 'repair.ended':
      return withRepair(state, event, () => ({ end: { ...(facts as Of<'repair.ended'>), at } }));
    case 'repair.gaveUp':
      return {
        ...state,
        gaveUp: new Map(state.gaveUp).set(event.run, facts as Of<'repair.gaveUp'>),
      };
    case 'evaluator.locked':
      return { ...state, evaluator: event.evaluator };
    case 'evaluator.changed':
      return {
        ...state,
        evaluatorChanges: [...state.evaluatorChanges, { ...(facts as Of<'evaluator.changed'>), at }],
      };
    case 'curve.judged':
      return { ...state, curves: new Map(state.curves).set(event.job, facts as Of<'curve.judged'>) };
    case 'criterion.judged':
      return {
        ...state,
        criteria: new Map(state.criteria).set(event.subject, facts as Of<'criterion.judged'>),
      };
    case 'ablations.proposed': {
      const { proposals, judge, change } = event;
      return { ...state, ablations: { proposals, judge, change } };
    }
    case 'baseRepo.cloned':
      return { ...state, baseRepo: facts as Of<'baseRepo.cloned'> };
  }
}

/** Requests that wait for a person, oldest first. */
export function openPermissions({ permissions }: AgentsState): readonly Permission[] {
  return [...permissions.values()].filter(({ answer }) => answer === null);
}

/** Whether something of a change still waits for a person. */
export function isOpen({ files, rejected }: ProposedChange): boolean {
  return rejected === null && files.some(({ standing }) => standing === 'open' || standing === 'partly');
}

/** Changes that wait for a person, oldest first. */
export function openChanges({ changes }: AgentsState): readonly ProposedChange[] {
  return [...changes.values()].filter(isOpen);
}

/** Work that goes on. */
export function activeWorks({ works }: AgentsState): readonly Work[] {
  return [...works.values()].filter(({ end }) => end === null);
}

/** A run that nobody could repair and that is tried anew starts with a clean sheet. */
export function withoutRepairs(state: AgentsState, run: string): AgentsState {
  const [repairs, gaveUp] = [new Map(state.repairs), new Map(state.gaveUp)];
  repairs.delete(run);
  gaveUp.delete(run);
  return { ...state, repairs, gaveUp };
}

function standingAfter(
  file: ProposedChange['files'][number],
  { written, conflicts, refused, partly }: Of<'change.taken'>,
): ChangedFileStanding {
  if (partly.includes(file.path)) return 'partly';
  if (written.includes(file.path)) return 'taken';
  if (conflicts.includes(file.path)) return 'conflict';
  return refused.includes(file.path) ? 'refused' : file.standing;
}

function withWork(state: AgentsState, id: string, change: (work: Work) => Partial<Work>): AgentsState {
  const work = state.works.get(id);
  if (!work) return state;
  return { ...state, works: new Map(state.works).set(id, { ...work, ...change(work) }) };
}

function withChange(
  state: AgentsState,
  id: string,
  change: (before: ProposedChange) => Partial<ProposedChange>,
): AgentsState {
  const before = state.changes.get(id);
  if (!before) return state;
  return { ...state, changes: new Map(state.changes).set(id, { ...before, ...change(before) }) };
}

function withThread(
  state: AgentsState,
  finding: string,
  standing: FindingThread['standing'] | null,
  entry: FindingThread['entries'][number],
): AgentsState {
  const before = state.threads.get(finding) ?? { standing: 'open', entries: [] };
  const thread: FindingThread = {
    standing: standing ?? before.standing,
    entries: [...before.entries, entry],
  };
  return { ...state, threads: new Map(state.threads).set(finding, thread) };
}

function withRepair(
  state: AgentsState,
  { run, number }: { readonly run: string; readonly number: number },
  change: (repair: Repair) => Partial<Repair>,
): AgentsState {
  const repairs = (state.repairs.get(run) ?? []).map((repair) =>
    repair.number === number ? { ...repair, ...change(repair) } : repair,
  );
  return { ...state, repairs: new Map(state.repairs).set(run, repairs) };
}

/** Drops the oldest of those that are over, so that a long study stays small. */
function bounded<T>(map: Map<string, T>, over: (each: T) => boolean): Map<string, T> {
  let excess = map.size - keptEnded;
  for (const [id, each] of map) {
    if (excess <= 0) break;
    if (over(each)) {
      map.delete(id);
      excess--;
    }
  }
  return map;
}

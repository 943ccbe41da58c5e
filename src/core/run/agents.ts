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

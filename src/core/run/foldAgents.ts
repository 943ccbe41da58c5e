import type {
  AgentsState,
  ChangedFileStanding,
  FindingThread,
  Permission,
  ProposedChange,
  Repair,
  Work,
} from './agents';
import type { AgentsEvent } from './agentsEvent';

type Of<T extends AgentsEvent['type']> = Omit<Extract<AgentsEvent, { type: T }>, 'type'>;

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

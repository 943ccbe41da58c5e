import type { PageView, PanelView } from '../../../src/protocol/view';
import type { RunRow, RunsQuery } from '../../../src/protocol/runs';
import type { PageName, PanelIntent } from '../../../src/protocol/panelIntent';
import { firstCurveChoice, type CurveChoice } from './curveChoice';
import type { HideableColumn } from './columnsThatFit';
import { firstRange } from './rangeToAsk';
import { abilitiesOf, type RunAbilities } from './selection';

/** Everything the panel itself holds. The study's state is the host's; here it is only shown. */
export interface PanelState {
  readonly page: PageName;
  readonly view: PanelView | null;
  /** The last snapshot of each page, so that a tab that was seen opens at once. */
  readonly pages: Readonly<Partial<Record<PageName, PageView>>>;
  /** Milliseconds since the epoch when `view` arrived; elapsed times tick from here. */
  readonly receivedAt: number;
  readonly query: RunsQuery;
  /** Runs that are ticked, with what can be done to each when last seen. */
  readonly selected: ReadonlyMap<string, RunAbilities>;
  /** The run whose log is open. */
  readonly shown: { readonly run: string; readonly row: RunRow | null } | null;
  /** What is under the list of runs: a log, two ticked runs compared, or curves of the ticked runs (of the shown one, where none is ticked). */
  readonly detail: 'log' | 'curves' | 'comparison';
  /** Columns of the list of runs that the person does not want to see. */
  readonly hiddenColumns: readonly HideableColumn[];
  /** How curves are looked at on each of the two pages that have them. */
  readonly curves: Readonly<Record<CurvesPlace, CurveChoice>>;
  readonly expanded: ReadonlySet<string>;
  /** Unsent text by what it is about. */
  readonly drafts: Readonly<Record<string, string>>;
  readonly refusal: string | null;
}

export type CurvesPlace = 'results' | 'runs';

export type PanelAction =
  | { readonly type: 'received'; readonly view: PanelView; readonly now: number }
  | { readonly type: 'refused'; readonly sentence: string | null }
  | { readonly type: 'went'; readonly page: PageName }
  | { readonly type: 'queried'; readonly change: Partial<RunsQuery> }
  | { readonly type: 'ranged'; readonly range: RunsQuery['range'] }
  | { readonly type: 'selected'; readonly selected: ReadonlyMap<string, RunAbilities> }
  | { readonly type: 'shown'; readonly run: string | null }
  | { readonly type: 'detailed'; readonly detail: PanelState['detail'] }
  | { readonly type: 'columns'; readonly hidden: readonly HideableColumn[] }
  | { readonly type: 'curved'; readonly place: CurvesPlace; readonly change: Partial<CurveChoice> }
  | { readonly type: 'expanded'; readonly key: string; readonly open: boolean }
  | { readonly type: 'drafted'; readonly key: string; readonly text: string | null };

export const firstQuery: RunsQuery = {
  search: '',
  statuses: [],
  systems: [],
  hosts: [],
  group: 'milestone',
  sort: { key: 'id', descending: false },
  collapsed: [],
  range: firstRange,
};

export const firstState: PanelState = {
  page: 'plan',
  view: null,
  pages: {},
  receivedAt: 0,
  query: firstQuery,
  selected: new Map(),
  shown: null,
  detail: 'log',
  hiddenColumns: [],
  curves: { results: firstCurveChoice, runs: { ...firstCurveChoice, by: 'run' } },
  expanded: new Set(),
  drafts: {},
  refusal: null,
};

export function reducePanel(state: PanelState, action: PanelAction): PanelState {
  switch (action.type) {
    case 'received':
      return received(state, action.view, action.now);
    case 'refused':
      return { ...state, refusal: action.sentence };
    case 'went':
      return { ...state, page: action.page, refusal: null };
    case 'queried':
      // Another filter, another list: its first lines are asked for.
      return { ...state, query: { ...state.query, range: firstRange, ...action.change } };
    case 'ranged':
      return { ...state, query: { ...state.query, range: action.range } };
    case 'selected':
      return { ...state, selected: action.selected };
    case 'shown':
      return {
        ...state,
        shown: action.run === null ? null : { run: action.run, row: rowOf(state, action.run) },
      };
    case 'detailed':
      return { ...state, detail: action.detail };
    case 'columns':
      return { ...state, hiddenColumns: action.hidden };
    case 'curved': {
      const choice = { ...state.curves[action.place], ...action.change };
      return { ...state, curves: { ...state.curves, [action.place]: choice } };
    }
    case 'expanded': {
      const expanded = new Set(state.expanded);
      if (action.open) expanded.add(action.key);
      else expanded.delete(action.key);
      return { ...state, expanded };
    }
    case 'drafted': {
      const { [action.key]: _old, ...others } = state.drafts;
      return { ...state, drafts: action.text === null ? others : { ...others, [action.key]: action.text } };
    }
  }
}

/** What the host is told that this panel looks at now. */
export function lookOf(state: Pick<PanelState, 'page' | 'query'>): PanelIntent {
  return { type: 'look', page: state.page, runs: state.page === 'runs' ? state.query : null };
}

/** The page a snapshot is of. */
export function pageNameOf(page: PageView): PageName {
  return page.kind === 'empty' ? page.page : page.kind;
}

function received(state: PanelState, view: PanelView, now: number): PanelState {
  const pages = { ...state.pages, [pageNameOf(view.page)]: view.page };
  const next = { ...state, view, pages, receivedAt: now };
  if (view.page.kind !== 'runs') return next;
  const rows = new Map<string, RunRow>();
  for (const line of view.page.lines) if (line.kind === 'run') rows.set(line.run.id, line.run);
  const selected = new Map(state.selected);
  for (const run of selected.keys()) {
    const row = rows.get(run);
    if (row !== undefined) selected.set(run, abilitiesOf(row));
  }
  const row = state.shown === null ? undefined : rows.get(state.shown.run);
  return { ...next, selected, shown: row === undefined ? state.shown : { run: row.id, row } };
}

function rowOf(state: PanelState, run: string): RunRow | null {
  if (state.shown?.run === run) return state.shown.row;
  const page = state.pages.runs;
  if (page?.kind !== 'runs') return null;
  for (const line of page.lines) if (line.kind === 'run' && line.run.id === run) return line.run;
  return null;
}

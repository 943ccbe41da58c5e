import { describe, expect, test } from 'vitest';
import { headerKind } from '../../../webview-ui/src/state/headerKind';
import { keepState, restoreState } from '../../../webview-ui/src/state/keptState';
import {
  firstState,
  lookOf,
  reducePanel,
  type PanelAction,
  type PanelState,
} from '../../../webview-ui/src/state/panelState';
import { prefixes } from '../../../webview-ui/src/state/prefixes';
import { firstRange } from '../../../webview-ui/src/state/rangeToAsk';
import { runsThatCan, selectBetween, toggleRun } from '../../../webview-ui/src/state/selection';
import { panelScene, panelView } from '../../fixtures/panelViews';
import { checkpointView, headerView } from '../../fixtures/panelPages';
import { manyRuns, runRow, runsPage } from '../../fixtures/panelRuns';

const now = Date.UTC(2026, 2, 14, 12);
const after = (...actions: readonly PanelAction[]): PanelState => actions.reduce(reducePanel, firstState);
const view = (page: 'plan' | 'runs' | 'results', query = firstState.query, revision = 1) =>
  panelView(panelScene('running', now), page, query, revision);

describe('the state of the panel', () => {
  test('a snapshot of a page left meanwhile does not turn the page back', () => {
    const state = after({ type: 'went', page: 'runs' }, { type: 'received', view: view('plan'), now });
    expect(state.page).toBe('runs');
    expect(state.pages.plan?.kind).toBe('plan');
    expect(state.pages.runs).toBeUndefined();
  });

  test('only the page of runs tells the host which runs', () => {
    expect(lookOf(firstState)).toEqual({ type: 'look', page: 'plan', runs: null });
    expect(lookOf({ ...firstState, page: 'runs' })).toMatchObject({ runs: firstState.query });
  });

  test('a new filter asks for its first lines', () => {
    const state = after(
      { type: 'ranged', range: { start: 4_000, count: 160 } },
      { type: 'queried', change: { search: 'sgd' } },
    );
    expect(state.query).toMatchObject({ search: 'sgd', range: firstRange });
  });

  test('folding keeps the lines that are looked at', () => {
    const range = { start: 4_000, count: 160 };
    const state = after({ type: 'ranged', range }, { type: 'queried', change: { collapsed: ['M1'], range } });
    expect(state.query).toMatchObject({ collapsed: ['M1'], range });
  });

  test('what can be done to a selected run follows the newest snapshot', () => {
    const run = runRow(6, { status: 'running' });
    const ended = { ...run, status: 'completed' as const, canCancel: false, canPause: false };
    const page = (row: typeof run) => ({ ...view('runs'), page: runsPage([row], firstState.query) });
    const state = after(
      { type: 'received', view: page(run), now },
      { type: 'selected', selected: toggleRun(new Map(), run) },
    );
    expect(runsThatCan(state.selected, 'cancel')).toEqual(['R006']);
    const later = reducePanel(state, { type: 'received', view: page(ended), now });
    expect(runsThatCan(later.selected, 'cancel')).toEqual([]);
    expect([...later.selected.keys()]).toEqual(['R006']);
  });

  test('the run whose log is open keeps its last row when it leaves the slice', () => {
    const opened = after({ type: 'received', view: view('runs'), now }, { type: 'shown', run: 'R003' });
    expect(opened.shown?.row?.id).toBe('R003');
    const elsewhere = { ...firstState.query, range: { start: 600, count: 100 } };
    const moved = reducePanel(opened, { type: 'received', view: view('runs', elsewhere, 2), now });
    expect(moved.shown?.row?.id).toBe('R003');
  });

  test('a draft lives until it is sent', () => {
    const drafted = after({ type: 'drafted', key: 'reject:a', text: 'Too dear' });
    expect(drafted.drafts).toEqual({ 'reject:a': 'Too dear' });
    expect(reducePanel(drafted, { type: 'drafted', key: 'reject:a', text: null }).drafts).toEqual({});
  });
});

describe('a panel that was hidden', () => {
  test('comes back where it was, from its top, with its drafts', () => {
    const state = after(
      { type: 'went', page: 'runs' },
      { type: 'queried', change: { search: 'momentum', statuses: ['failed'] } },
      { type: 'ranged', range: { start: 900, count: 140 } },
      { type: 'selected', selected: toggleRun(new Map(), runRow(7)) },
      { type: 'shown', run: 'R007' },
      { type: 'expanded', key: 'handoff', open: true },
      { type: 'drafted', key: 'reject:a', text: 'Not before Monday' },
    );
    const restored = restoreState(structuredClone(keepState(state)));
    expect(restored.query).toEqual({ ...state.query, range: firstRange });
    expect(restored.page).toBe('runs');
    expect(restored.shown).toEqual({ run: 'R007', row: null });
    expect([...restored.expanded]).toEqual(['handoff']);
    expect(restored.drafts).toEqual({ 'reject:a': 'Not before Monday' });
  });

  test('offers no action on a selected run before it has seen it again', () => {
    const state = after({ type: 'selected', selected: toggleRun(new Map(), runRow(7)) });
    const restored = restoreState(keepState(state));
    expect([...restored.selected.keys()]).toEqual(['R007']);
    expect(runsThatCan(restored.selected, 'retry')).toEqual([]);
  });

  test.each([undefined, null, 'x', { page: 'settings' }])('starts afresh from %j', (kept) => {
    expect(restoreState(kept)).toEqual(firstState);
  });
});

describe('selecting', () => {
  test('a stretch takes the runs between two lines, not the headings, in either direction', () => {
    const page = runsPage(manyRuns(12), firstState.query);
    const down = selectBetween(new Map(), page.lines, 0, 1, 5);
    expect([...down.keys()]).toEqual(['R000', 'R001', 'R003', 'R006']);
    expect([...selectBetween(new Map(), page.lines, 0, 5, 1).keys()]).toEqual([...down.keys()]);
  });

  test('a stretch that begins above the lines at hand takes those at hand', () => {
    const page = runsPage(manyRuns(100), {
      ...firstState.query,
      group: 'none',
      range: { start: 50, count: 20 },
    });
    expect([...selectBetween(new Map(), page.lines, 50, 10, 52).keys()]).toEqual(['R050', 'R051', 'R052']);
  });
});

describe('what is said aloud', () => {
  test('progress alone is not', () => {
    const before = headerView(now);
    const gpuHours = { ...before.gpuHours, used: 32 };
    const milestones = before.milestones.map((each) => ({ ...each, completed: each.completed + 1 }));
    expect(headerKind({ ...before, gpuHours, milestones, sentence: 'other', endsAt: now })).toBe(
      headerKind(before),
    );
  });

  test('a new question, a failure and an ended milestone are', () => {
    const before = headerView(now);
    const [first, ...others] = before.milestones;
    if (first === undefined) throw new Error('The fixture has milestones');
    const changed = [
      { ...before, needsYou: 1 },
      { ...before, milestones: [{ ...first, failed: 1 }, ...others] },
      { ...before, milestones: [{ ...first, state: 'running' as const }, ...others] },
      { ...before, driving: false },
    ];
    for (const header of changed) expect(headerKind(header)).not.toBe(headerKind(before));
  });
});

test('what can be approved short of all is each beginning, never a later milestone without an earlier one', () => {
  const [one, two] = checkpointView().milestones;
  if (one === undefined || two === undefined) throw new Error('The fixture has two milestones');
  const three = { ...two, id: 'M4' };
  expect(prefixes([one, two, three]).map(({ ids }) => ids)).toEqual([['M2'], ['M2', 'M3']]);
  expect(prefixes([one])).toEqual([]);
});

describe('columns that a person hid', () => {
  test('stay hidden when the panel comes back, and older kept states give the first one', () => {
    const kept = keepState(after({ type: 'columns', hidden: ['spark', 'estimate'] }));
    expect(restoreState(kept).hiddenColumns).toEqual(['spark', 'estimate']);
    expect(restoreState({ ...kept, hiddenColumns: ['id'] })).toBe(firstState);
  });
});

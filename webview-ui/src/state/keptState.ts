import * as v from 'valibot';
import { pageNameSchema, runsQuerySchema } from '../../../src/protocol/parsePanelIntent';
import { hideableColumns } from './columnsThatFit';
import { firstState, type PanelState } from './panelState';
import { firstRange } from './rangeToAsk';

const choice = v.object({
  metric: v.nullable(v.string()),
  milestone: v.nullable(v.string()),
  by: v.picklist(['run', 'system']),
  smoothing: v.pipe(v.number(), v.minValue(0), v.maxValue(0.95)),
  log: v.boolean(),
});

const schema = v.object({
  page: pageNameSchema,
  query: runsQuerySchema,
  selected: v.array(v.string()),
  shown: v.nullable(v.string()),
  detail: v.picklist(['log', 'curves', 'comparison']),
  hiddenColumns: v.array(v.picklist(hideableColumns)),
  curves: v.object({ results: choice, runs: choice }),
  expanded: v.array(v.string()),
  drafts: v.record(v.string(), v.string()),
});

/** What survives while the panel is hidden: where the person was and what they had not sent. */
export type KeptState = v.InferOutput<typeof schema>;

export function keepState(state: PanelState): KeptState {
  return {
    page: state.page,
    query: state.query,
    selected: [...state.selected.keys()],
    shown: state.shown?.run ?? null,
    detail: state.detail,
    hiddenColumns: [...state.hiddenColumns],
    curves: state.curves,
    expanded: [...state.expanded],
    drafts: { ...state.drafts },
  };
}

/** Anything that is not what `keepState` made, such as that of an older version, gives the first state. */
export function restoreState(kept: unknown): PanelState {
  const parsed = v.safeParse(schema, kept);
  if (!parsed.success) return firstState;
  const { page, query, selected, shown, detail, hiddenColumns, curves, expanded, drafts } = parsed.output;
  // What a run allows is not kept: until it is seen again nothing can be done to it.
  const nothing = { cancel: false, retry: false, pause: false, resume: false };
  return {
    ...firstState,
    page,
    query: { ...query, range: firstRange },
    selected: new Map(selected.map((run) => [run, nothing])),
    shown: shown === null ? null : { run: shown, row: null },
    detail,
    hiddenColumns,
    curves,
    expanded: new Set(expanded),
    drafts,
  };
}

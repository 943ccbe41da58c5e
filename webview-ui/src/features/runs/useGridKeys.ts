import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from 'react';
import type { RunsPage } from '../../../../src/protocol/runs';
import { usePanel } from '../../state/panelContext';
import { groupAbove, indexOfKey, keyOfLine, lineAt, toggleFolded } from '../../state/runsLines';
import { selectBetween, toggleRun } from '../../state/selection';

interface GridKeysOptions {
  readonly view: RunsPage;
  readonly scroller: RefObject<HTMLDivElement>;
  /** Written here, read by the virtualizer, which keeps that line drawn. */
  readonly activeIndex: { current: number };
  readonly scrollTo: (index: number) => void;
}

interface GridKeys {
  readonly active: number;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onClick: (event: MouseEvent) => void;
}

/**
 * The active line and what keys and clicks do. Lines carry `data-index`, and parts of a line `data-act`, so that
 * no line needs handlers of its own.
 */
export function useGridKeys({ view, scroller, activeIndex, scrollTo }: GridKeysOptions): GridKeys {
  const { state, dispatch, send } = usePanel();
  const [active, setActive] = useState(0);
  const activeKey = useRef<string | null>(null);
  const anchor = useRef(0);
  const hasFocus = useRef(false);
  const { query, selected, shown } = state;

  // Another list: from its top.
  const list = JSON.stringify([
    query.search,
    query.statuses,
    query.systems,
    query.hosts,
    query.group,
    query.sort,
  ]);
  const lastList = useRef(list);
  useEffect(() => {
    if (lastList.current === list) return;
    lastList.current = list;
    scroller.current?.scrollTo({ top: 0 });
    activeKey.current = null;
    setActive(0);
  }, [list, scroller]);

  // A line that moved takes the focus along.
  useLayoutEffect(() => {
    const moved = activeKey.current === null ? null : indexOfKey(view, activeKey.current);
    setActive((index) => Math.max(0, Math.min(moved ?? index, view.totalLines - 1)));
  }, [view]);

  useLayoutEffect(() => {
    activeIndex.current = active;
    // Never out of another part of the window: a palette that is open would close.
    if (!hasFocus.current || !document.hasFocus()) return;
    const focused = document.activeElement;
    if (focused !== document.body && scroller.current?.contains(focused) !== true) return;
    if (focused instanceof HTMLElement && focused.closest('[role=columnheader]') !== null) return;
    scroller.current?.querySelector<HTMLElement>(`[data-index="${active}"]`)?.focus({ preventScroll: true });
  });

  const go = (index: number, extend: boolean) => {
    const target = Math.max(0, Math.min(index, view.totalLines - 1));
    if (extend) {
      const { start } = view.query.range;
      dispatch({
        type: 'selected',
        selected: selectBetween(selected, view.lines, start, anchor.current, target),
      });
    } else anchor.current = target;
    hasFocus.current = true;
    const line = lineAt(view, target);
    activeKey.current = line === undefined ? null : keyOfLine(line);
    setActive(target);
    scrollTo(target);
  };
  // The lines that are seen stay asked for: folding does not lead back to the top.
  const fold = (key: string) =>
    dispatch({
      type: 'queried',
      change: { collapsed: toggleFolded(query.collapsed, key), range: query.range },
    });
  const open = (index: number) => {
    const line = lineAt(view, index);
    if (line?.kind === 'group') fold(line.key);
    else if (line !== undefined)
      dispatch({ type: 'shown', run: shown?.run === line.run.id ? null : line.run.id });
  };
  const tick = (index: number) => {
    const line = lineAt(view, index);
    if (line?.kind === 'run') dispatch({ type: 'selected', selected: toggleRun(selected, line.run) });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || event.target.closest('[data-index]') === null) return;
    const line = lineAt(view, active);
    const screen = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 280) / 28) - 2);
    const { key, shiftKey } = event;
    if (key === 'ArrowDown') go(active + 1, shiftKey);
    else if (key === 'ArrowUp') go(active - 1, shiftKey);
    else if (key === 'PageDown') go(active + screen, shiftKey);
    else if (key === 'PageUp') go(active - screen, shiftKey);
    else if (key === 'Home') go(0, false);
    else if (key === 'End') go(view.totalLines - 1, false);
    else if (key === 'ArrowRight' && line?.kind === 'group') {
      if (line.collapsed) fold(line.key);
      else go(active + 1, false);
    } else if (key === 'ArrowLeft' && line?.kind === 'group') {
      if (!line.collapsed) fold(line.key);
    } else if (key === 'ArrowLeft') go(groupAbove(view, active) ?? active, false);
    else if (key === 'Enter') open(active);
    else if (key === ' ') tick(active);
    else if (key === 'Escape') {
      if (selected.size > 0) dispatch({ type: 'selected', selected: new Map() });
      else dispatch({ type: 'shown', run: null });
    } else return;
    event.preventDefault();
  };

  const onClick = (event: MouseEvent) => {
    if (!(event.target instanceof Element)) return;
    const row = event.target.closest<HTMLElement>('[data-index]');
    if (row === null) return;
    const index = Number(row.dataset.index);
    const act = event.target.closest<HTMLElement>('[data-act]')?.dataset.act;
    const line = lineAt(view, index);
    go(index, event.shiftKey);
    if (event.shiftKey) return;
    if (act === 'tick' || event.ctrlKey || event.metaKey) tick(index);
    else if (act === 'source' && line?.kind === 'run' && line.run.source !== null) {
      send({ type: 'file.open', ...line.run.source });
    } else open(index);
  };

  return { active, onKeyDown, onClick };
}

import { useVirtualizer, defaultRangeExtractor } from '@tanstack/react-virtual';
import { useCallback, useMemo, useRef, type CSSProperties, type ReactElement } from 'react';
import type { RunsPage } from '../../../../src/protocol/runs';
import { usePanel } from '../../state/panelContext';
import { columnsThatFit, type ColumnName } from '../../state/columnsThatFit';
import { keyOfLine, lineAt, unusedColumns } from '../../state/runsLines';
import { useWidth } from '../../state/useWidth';
import { useWords } from '../../text/wordsContext';
import { GridHeader } from './GridHeader';
import { GridRow } from './GridRow';
import { useAskForLines } from './useAskForLines';
import { useGridKeys } from './useGridKeys';

/** One height for every line, so that line 9,000 can be found without drawing the 8,999 before it. In pixels. */
const lineHeight = 28;
const linesBeyondView = 12;

/** The runs as a tree grid: one stop of Tab, arrows between lines; only lines in view exist. */
export function RunsGrid({ view }: { readonly view: RunsPage }): ReactElement {
  const words = useWords();
  const { state } = usePanel();
  const scroller = useRef<HTMLDivElement>(null);
  const activeIndex = useRef(0);
  const virtualizer = useVirtualizer({
    count: view.totalLines,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: linesBeyondView,
    // The sticky header lies above the first line and over the line that scrolls under it.
    scrollMargin: lineHeight,
    scrollPaddingStart: lineHeight,
    // The line that has the focus stays drawn wherever the view is, or the focus would be lost.
    rangeExtractor: useCallback((range: Parameters<typeof defaultRangeExtractor>[0]) => {
      const drawn = defaultRangeExtractor(range);
      const active = Math.min(activeIndex.current, range.count - 1);
      if (active < 0 || drawn.includes(active)) return drawn;
      return active < (drawn[0] ?? 0) ? [active, ...drawn] : [...drawn, active];
    }, []),
  });
  const keys = useGridKeys({
    view,
    scroller,
    activeIndex,
    scrollTo: (index) => virtualizer.scrollToIndex(index),
  });
  useAskForLines(view, virtualizer.range);
  const width = useWidth(scroller);
  const unused = [...new Set([...unusedColumns(view), ...state.hiddenColumns])].join();
  const fit = useMemo(
    () => columnsThatFit(width, unused === '' ? [] : (unused.split(',') as ColumnName[])),
    [width, unused],
  );

  return (
    <div className="grid-scroller" ref={scroller}>
      <div
        className="grid"
        style={{ '--columns': fit.template, minWidth: fit.least } as CSSProperties}
        role="treegrid"
        aria-label={words.runs.grid}
        aria-description={words.runs.gridHint}
        aria-rowcount={view.totalLines + 1}
        aria-multiselectable
        onKeyDown={keys.onKeyDown}
        onClick={keys.onClick}
      >
        <GridHeader fit={fit} />
        <div role="rowgroup" className="grid-body" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const line = lineAt(view, index);
            const run = line?.kind === 'run' ? line.run.id : null;
            return (
              <GridRow
                key={line === undefined ? `late:${index}` : keyOfLine(line)}
                line={line}
                index={index}
                top={start - lineHeight}
                active={index === keys.active}
                selected={run !== null && state.selected.has(run)}
                shown={run !== null && state.shown?.run === run}
                nested={view.query.group !== 'none'}
                receivedAt={state.receivedAt}
                fit={fit}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

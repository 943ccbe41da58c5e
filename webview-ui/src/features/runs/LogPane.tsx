import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import { Button, Tick } from '../../components/controls';
import { LogStore } from '../../state/logStore';
import { textOf } from '../../state/logTail';
import { usePanel } from '../../state/panelContext';
import { formatCount } from '../../text/format';
import { useWords } from '../../text/wordsContext';
import { LogLineView } from './LogLineView';

/** In pixels; lines don't wrap, so that a long log can be jumped through. */
const lineHeight = 18;
const noLogs = new LogStore();

/** The end of a run's log, live. Follows the end until the person scrolls up, and again when they come back down. */
export function LogPane({ run }: { readonly run: string }): ReactElement {
  const words = useWords();
  const { logs, send } = usePanel();
  const { subscribe, snapshot } = logs ?? noLogs;
  const log = useSyncExternalStore(subscribe, snapshot);
  const lines = log.run === run ? log.lines : [];
  const scroller = useRef<HTMLDivElement>(null);
  const [follow, setFollow] = useState(true);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 20,
  });

  const lastDropped = useRef(0);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const gone = log.dropped - lastDropped.current;
    lastDropped.current = log.dropped;
    if (follow) element.scrollTop = element.scrollHeight;
    // Lines that left at the top must not move those being read.
    else if (gone > 0) element.scrollTop -= gone * lineHeight;
  }, [log, follow]);

  return (
    <div className="log">
      <div className="log-head">
        <Tick checked={follow} onChange={setFollow}>
          {words.log.follow}
        </Tick>
        <Button
          icon="copy"
          disabled={lines.length === 0}
          onPress={() => send({ type: 'text.copy', text: lines.map(textOf).join('\n') })}
        >
          {words.log.copy}
        </Button>
        {log.dropped > 0 && <span className="aside">{words.log.cut(formatCount(log.dropped, words))}</span>}
        {log.ended && <span className="aside">{words.log.ended}</span>}
      </div>
      <div
        className="log-lines"
        ref={scroller}
        tabIndex={0}
        role="group"
        aria-label={words.log.title(run)}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          setFollow(scrollHeight - scrollTop - clientHeight < lineHeight);
        }}
      >
        {lines.length === 0 && <p className="aside">{words.log.waiting}</p>}
        <div className="log-body" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const line = lines[index];
            return line === undefined ? null : <LogLineView key={line.number} line={line} top={start} />;
          })}
        </div>
      </div>
    </div>
  );
}

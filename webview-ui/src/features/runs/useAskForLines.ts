import { useEffect, useState } from 'react';
import type { RunsPage } from '../../../../src/protocol/runs';
import { usePanel } from '../../state/panelContext';
import { rangeToAsk } from '../../state/rangeToAsk';

/** How long one ask may stay unanswered before the next is sent anyway, in milliseconds. */
const patienceMs = 250;

/** Asks the host for the lines in view, one ask at a time, so that a fast scroll does not queue a hundred of them. */
export function useAskForLines(view: RunsPage, seen: { startIndex: number; endIndex: number } | null): void {
  const { state, dispatch } = usePanel();
  const asked = state.query.range;
  const answered = view.query.range;
  const waiting = asked.start !== answered.start || asked.count !== answered.count;
  const [patience, setPatience] = useState(0);
  const first = seen?.startIndex ?? 0;
  const last = seen?.endIndex ?? 0;
  const total = view.totalLines;

  useEffect(() => {
    if (!waiting) return undefined;
    const timer = window.setTimeout(() => setPatience((count) => count + 1), patienceMs);
    return () => window.clearTimeout(timer);
  }, [waiting, asked, patience]);

  const [spent, setSpent] = useState(0);
  useEffect(() => {
    if (waiting && patience === spent) return;
    setSpent(patience);
    const range = rangeToAsk(first, last, total, asked);
    if (range !== null) dispatch({ type: 'ranged', range });
  }, [waiting, patience, spent, first, last, total, asked, dispatch]);
}

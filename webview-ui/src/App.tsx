import { type ReactElement, useCallback, useEffect, useMemo, useReducer, useState } from 'react';
import { ErrorBoundary } from './components/ErrorBoundary';
import { Header } from './features/header/Header';
import { RefusalBar } from './features/header/RefusalBar';
import { PageTabs } from './features/header/PageTabs';
import { Page } from './features/Page';
import type { HostLink } from './hostLink';
import { keepState, restoreState } from './state/keptState';
import { ComparisonStore } from './state/comparisonStore';
import { CurvesStore } from './state/curvesStore';
import { LogStore } from './state/logStore';
import { PanelContext, type Panel } from './state/panelContext';
import { lookOf, reducePanel } from './state/panelState';
import { useWords } from './text/wordsContext';

export function App({ link }: { readonly link: HostLink }): ReactElement {
  const words = useWords();
  const [state, dispatch] = useReducer(reducePanel, undefined, () => restoreState(link.kept()));
  const [logs] = useState(() => new LogStore());
  const [curves] = useState(() => new CurvesStore());
  const [comparisons] = useState(() => new ComparisonStore());

  useEffect(() => {
    const stop = link.listen((message) => {
      switch (message.type) {
        case 'view':
          return dispatch({ type: 'received', view: message.view, now: Date.now() });
        case 'log':
          return logs.append(message.run, message.from, message.text, message.ended);
        case 'curves':
          return curves.receive(message.curves);
        case 'comparison':
          return comparisons.receive(message.comparison);
        case 'go':
          return dispatch({ type: 'went', page: message.page });
        case 'refused':
          return dispatch({ type: 'refused', sentence: message.sentence });
      }
    });
    link.send({ type: 'ready' });
    return stop;
  }, [link, logs, curves, comparisons]);

  const { page, query } = state;
  useEffect(() => {
    link.send(lookOf({ page, query }));
  }, [link, page, query]);

  const followed = page === 'runs' && state.detail === 'log' ? (state.shown?.run ?? null) : null;
  useEffect(() => {
    logs.follow(followed);
    if (followed === null) return undefined;
    link.send({ type: 'log.follow', run: followed });
    return () => {
      link.send({ type: 'log.follow', run: null });
    };
  }, [link, logs, followed]);

  useEffect(() => {
    link.keep(keepState(state));
  }, [link, state]);

  const openLog = useCallback((run: string) => {
    dispatch({ type: 'shown', run });
    dispatch({ type: 'detailed', detail: 'log' });
    dispatch({ type: 'went', page: 'runs' });
  }, []);

  const panel = useMemo<Panel>(
    () => ({
      state,
      dispatch,
      send: (intent) => link.send(intent),
      logs,
      curves,
      comparisons,
      openLog,
      mayAct: state.view?.header.trusted === true,
    }),
    [state, link, logs, curves, comparisons, openLog],
  );

  return (
    <PanelContext.Provider value={panel}>
      {state.view === null ? (
        <p className="loading" role="status">
          {words.common.loading}
        </p>
      ) : (
        <>
          <Header header={state.view.header} />
          <PageTabs
            page={page}
            needsYou={state.view.header.needsYou}
            onGo={(to) => dispatch({ type: 'went', page: to })}
          />
          <RefusalBar />
          <main className={`page page-${page}`}>
            <div id="page" role="tabpanel" aria-labelledby={`tab-${page}`} className="page-body">
              <ErrorBoundary key={page} sentence={words.common.broken} again={words.common.drawAgain}>
                <Page />
              </ErrorBoundary>
            </div>
          </main>
        </>
      )}
    </PanelContext.Provider>
  );
}

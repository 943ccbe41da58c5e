import type { ReactElement } from 'react';
import type { PageView } from '../../../src/protocol/view';
import { useMoves } from '../state/useMoves';
import { usePanel } from '../state/panelContext';
import { useWords } from '../text/wordsContext';
import { DoctorPage } from './DoctorPage';
import { EmptyPage } from './EmptyPage';
import { NeedsPage } from './needs/NeedsPage';
import { PlanPage } from './plan/PlanPage';
import { ResultsPage } from './results/ResultsPage';
import { RunsPage } from './runs/RunsPage';
import { TimelinePage } from './timeline/TimelinePage';

/** The page that is looked at, from its last snapshot. */
export function Page(): ReactElement {
  const { state } = usePanel();
  const words = useWords();
  const view = state.pages[state.page];
  const moves = useMoves(view);
  if (view === undefined) return <p className="loading">{words.common.loading}</p>;
  return <div className={moves ? 'page-view moves' : 'page-view'}>{pageOf(view)}</div>;
}

function pageOf(view: PageView): ReactElement {
  switch (view.kind) {
    case 'empty':
      return <EmptyPage view={view} />;
    case 'plan':
      return <PlanPage view={view} />;
    case 'runs':
      return <RunsPage view={view} />;
    case 'needs':
      return <NeedsPage view={view} />;
    case 'results':
      return <ResultsPage view={view} />;
    case 'doctor':
      return <DoctorPage view={view} />;
    case 'timeline':
      return <TimelinePage view={view} />;
  }
}

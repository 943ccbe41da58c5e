import type { ReactElement } from 'react';
import type { RunsPage as RunsView } from '../../../../src/protocol/runs';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';
import { RunComparison } from './RunComparison';
import { RunDetail } from './RunDetail';
import { RunsFilters } from './RunsFilters';
import { RunsGrid } from './RunsGrid';
import { SelectedCurves } from './SelectedCurves';
import { SelectionBar } from './SelectionBar';

/** Every run of the study, one slice at a time, and the log of one of them. */
export function RunsPage({ view }: { readonly view: RunsView }): ReactElement {
  const words = useWords();
  const { state } = usePanel();
  const curved = state.detail === 'curves' && state.selected.size > 0;
  const [first, second, ...more] = state.selected.keys();
  const pair =
    state.detail === 'comparison' && first !== undefined && second !== undefined && more.length === 0
      ? ([first, second] as const)
      : null;
  return (
    <div className="runs">
      <RunsFilters view={view} />
      {state.selected.size > 0 && <SelectionBar />}
      {view.totalLines === 0 ? (
        <p className="empty">{words.runs.nothingMatches}</p>
      ) : (
        <RunsGrid view={view} />
      )}
      {pair !== null ? (
        <RunComparison pair={pair} />
      ) : curved ? (
        <SelectedCurves runs={[...state.selected.keys()]} />
      ) : (
        state.shown !== null && <RunDetail run={state.shown.run} row={state.shown.row} />
      )}
    </div>
  );
}

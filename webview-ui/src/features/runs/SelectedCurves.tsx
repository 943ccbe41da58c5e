import type { ReactElement } from 'react';
import { IconButton } from '../../components/controls';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';
import { CurvesPane } from '../curves/CurvesPane';

/** The ticked runs' curves over each other, where else one run's log is. */
export function SelectedCurves({ runs }: { readonly runs: readonly string[] }): ReactElement {
  const words = useWords();
  const { dispatch } = usePanel();
  const title = words.curves.ofRuns(runs.length);
  return (
    <section className="run-detail run-detail-curves" aria-label={title}>
      <div className="run-detail-head">
        <h2>{title}</h2>
        <span className="run-detail-actions">
          <IconButton
            icon="close"
            label={words.common.close}
            onPress={() => dispatch({ type: 'detailed', detail: 'log' })}
          />
        </span>
      </div>
      <div className="curves-detail">
        <CurvesPane place="runs" runs={runs} />
      </div>
    </section>
  );
}

import { useState, type ReactElement } from 'react';
import type { RunRow } from '../../../../src/protocol/runs';
import { Button, IconButton } from '../../components/controls';
import { Foreign } from '../../components/Foreign';
import { Marked } from '../../components/Marked';
import { statusMarks } from '../../components/tones';
import { usePanel } from '../../state/panelContext';
import { abilitiesOf, runActions } from '../../state/selection';
import { useWords } from '../../text/wordsContext';
import { CurvesPane } from '../curves/CurvesPane';
import { FileLink } from '../FileLink';
import { ConfirmCancel } from './ConfirmCancel';
import { LogPane } from './LogPane';

const actionWords = {
  pause: 'pauseOne',
  resume: 'resumeOne',
  retry: 'retryOne',
  cancel: 'cancelOne',
} as const;

interface RunDetailProps {
  readonly run: string;
  /** The run as last seen; null: not seen yet (opened from another page). */
  readonly row: RunRow | null;
}

/** One run: how it stands and why, what can be done, and its log. */
export function RunDetail({ run, row }: RunDetailProps): ReactElement {
  const words = useWords();
  const { state, dispatch, send, mayAct } = usePanel();
  const curve = state.detail === 'curves';
  const [asking, setAsking] = useState<string | null>(null);
  const abilities = row === null ? null : abilitiesOf(row);
  const actions = abilities === null ? [] : runActions.filter((action) => abilities[action]);
  return (
    <section className={`run-detail ${curve ? 'run-detail-curves' : ''}`} aria-label={words.log.title(run)}>
      <div className="run-detail-head">
        <h2>
          <bdi className="mono">{run}</bdi>
        </h2>
        {row !== null && (
          <>
            <Marked mark={statusMarks[row.status]}>{words.statuses[row.status]}</Marked>
            {row.system !== null && <Foreign className="run-detail-system" text={row.system} />}
            {row.metric !== null && row.source !== null && (
              <FileLink file={row.source.file} line={row.source.line} />
            )}
          </>
        )}
        <span className="run-detail-actions">
          {asking === run ? (
            <ConfirmCancel
              count={1}
              onYes={() => {
                send({ type: 'runs.cancel', runs: [run] });
                setAsking(null);
              }}
              onNo={() => setAsking(null)}
            />
          ) : (
            actions.map((action) => (
              <Button
                key={action}
                disabled={!mayAct}
                hint={mayAct ? undefined : words.needs.notTrusted}
                onPress={() =>
                  action === 'cancel' ? setAsking(run) : send({ type: `runs.${action}`, runs: [run] })
                }
              >
                {words.runs[actionWords[action]]}
              </Button>
            ))
          )}
          <Button onPress={() => dispatch({ type: 'detailed', detail: curve ? 'log' : 'curves' })}>
            {curve ? words.curves.showLog : words.curves.ofRun}
          </Button>
          <IconButton
            icon="close"
            label={words.common.close}
            onPress={() => dispatch({ type: 'shown', run: null })}
          />
        </span>
      </div>
      {row?.why != null && (
        <p className="run-detail-why">
          <Foreign text={row.why} />
        </p>
      )}
      {curve ? (
        <div className="curves-detail">
          <CurvesPane place="runs" runs={[run]} />
        </div>
      ) : (
        <LogPane run={run} />
      )}
    </section>
  );
}

import { useState, type ReactElement } from 'react';
import { Button, LinkButton } from '../../components/controls';
import { usePanel } from '../../state/panelContext';
import { runActions, runsThatCan, type RunAction } from '../../state/selection';
import { useWords } from '../../text/wordsContext';
import { ConfirmCancel } from './ConfirmCancel';

/** What can be done to the ticked runs; each button counts those it would touch. Cancelling asks once more. */
export function SelectionBar(): ReactElement {
  const words = useWords();
  const { state, dispatch, send, mayAct } = usePanel();
  const [asking, setAsking] = useState(false);
  const { selected } = state;
  const clear = () => dispatch({ type: 'selected', selected: new Map() });
  const act = (action: RunAction) => {
    send({ type: `runs.${action}`, runs: runsThatCan(selected, action) });
    setAsking(false);
    clear();
  };
  const cancellable = runsThatCan(selected, 'cancel').length;
  return (
    <div className="selection-bar" role="toolbar" aria-label={words.runs.selected(selected.size)}>
      <span className="number">{words.runs.selected(selected.size)}</span>
      {asking && cancellable > 0 ? (
        <ConfirmCancel count={cancellable} onYes={() => act('cancel')} onNo={() => setAsking(false)} />
      ) : (
        runActions.map((action) => {
          const count = runsThatCan(selected, action).length;
          return (
            <Button
              key={action}
              disabled={!mayAct || count === 0}
              hint={mayAct ? undefined : words.needs.notTrusted}
              onPress={() => (action === 'cancel' ? setAsking(true) : act(action))}
            >
              {words.runs[action](count)}
            </Button>
          );
        })
      )}
      {selected.size === 2 && (
        <Button onPress={() => dispatch({ type: 'detailed', detail: 'comparison' })}>
          {words.runs.compare}
        </Button>
      )}
      <Button onPress={() => dispatch({ type: 'detailed', detail: 'curves' })}>
        {words.curves.showFor(selected.size)}
      </Button>
      <LinkButton onPress={clear}>{words.runs.clearSelection}</LinkButton>
    </div>
  );
}

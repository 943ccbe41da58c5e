import type { ReactElement } from 'react';
import { IconButton } from '../../components/controls';
import { Icon } from '../../components/Icon';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';

/** Why the host would not do what was asked, until the person has read it. */
export function RefusalBar(): ReactElement {
  const { state, dispatch } = usePanel();
  const words = useWords();
  return (
    <div role="alert">
      {state.refusal !== null && (
        <div className="refusal">
          <Icon name="warning" tone="tone-warn" />
          <span>{state.refusal}</span>
          <IconButton
            icon="close"
            label={words.common.dismiss}
            onPress={() => dispatch({ type: 'refused', sentence: null })}
          />
        </div>
      )}
    </div>
  );
}

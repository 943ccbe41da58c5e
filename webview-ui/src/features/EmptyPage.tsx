import type { ReactElement } from 'react';
import type { EmptyPage as EmptyView } from '../../../src/protocol/view';
import { Button } from '../components/controls';
import { usePanel } from '../state/panelContext';

/** What would be here, and the one button that gets there. */
export function EmptyPage({ view }: { readonly view: EmptyView }): ReactElement {
  const { send } = usePanel();
  const { action } = view;
  return (
    <div className="empty">
      <h2>{view.title}</h2>
      <p>{view.sentence}</p>
      {action !== null && (
        <Button kind="primary" onPress={() => send(action.intent)}>
          {action.label}
        </Button>
      )}
    </div>
  );
}

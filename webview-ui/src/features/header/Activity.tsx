import type { ReactElement } from 'react';
import type { ActivityView } from '../../../../src/protocol/agents';
import { Button } from '../../components/controls';
import { Foreign } from '../../components/Foreign';
import { Icon } from '../../components/Icon';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';

/** One line for each agent at work: who, doing what, at what cost, for how long; and the button that ends it. */
export function Activity({ activity }: { readonly activity: readonly ActivityView[] }): ReactElement | null {
  const words = useWords();
  const { send, mayAct } = usePanel();
  if (activity.length === 0) return null;
  return (
    <ul className="activity" aria-label={words.needs.activity}>
      {activity.map(({ work, sentence, detail, stalled }) => (
        <li key={work} className={stalled ? 'activity-stalled' : ''}>
          <Icon name={stalled ? 'warning' : 'running'} />
          {stalled && <span>{words.needs.stalled}</span>}
          <span>
            <Foreign text={sentence} />
          </span>
          <span className="activity-detail">
            <Foreign text={detail} />
          </span>
          <Button
            disabled={!mayAct}
            hint={mayAct ? undefined : words.needs.notTrusted}
            onPress={() => send({ type: 'work.cancel', work })}
          >
            {words.needs.cancelWork}
          </Button>
        </li>
      ))}
    </ul>
  );
}

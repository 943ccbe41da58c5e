import type { ReactElement } from 'react';
import type { NeedsPage as NeedsView, NeedView } from '../../../../src/protocol/view';
import { useWords } from '../../text/wordsContext';
import { ChangeCard } from './ChangeCard';
import { CheckpointCard } from './CheckpointCard';
import { FailureCard } from './FailureCard';
import { FindingCard } from './FindingCard';
import { NeedCard } from './NeedCard';
import { PermissionCard } from './PermissionCard';
import { Foreign } from '../../components/Foreign';

/** Everything that waits for the person, the host's most urgent first. */
export function NeedsPage({ view }: { readonly view: NeedsView }): ReactElement {
  const words = useWords();
  if (view.items.length === 0) {
    return (
      <div className="empty">
        <h2>{words.needs.nothing}</h2>
        <p>{words.needs.nothingSentence}</p>
      </div>
    );
  }
  return (
    <div className="needs">
      {view.items.map((item) => (
        <Need key={item.id} item={item} />
      ))}
    </div>
  );
}

function Need({ item }: { readonly item: NeedView }): ReactElement {
  const words = useWords();
  switch (item.kind) {
    case 'checkpoint':
      return <CheckpointCard id={item.id} at={item.at} checkpoint={item.checkpoint} />;
    case 'failure':
      return <FailureCard item={item} />;
    case 'permission':
      return <PermissionCard item={item} />;
    case 'change':
      return <ChangeCard item={item} />;
    case 'finding':
      return <FindingCard item={item} />;
    case 'notice':
      return (
        <NeedCard
          kind={words.needs.notice}
          title={item.title}
          at={item.at}
          mark={{ icon: 'info', tone: 'quiet' }}
        >
          <p className="prose">
            <Foreign text={item.sentence} />
          </p>
        </NeedCard>
      );
  }
}

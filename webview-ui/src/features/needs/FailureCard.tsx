import type { ReactElement } from 'react';
import { visibleText } from '../../../../src/protocol/visibleText';
import type { NeedView } from '../../../../src/protocol/view';
import { Button } from '../../components/controls';
import { Foreign } from '../../components/Foreign';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';
import { Fact, NeedCard } from './NeedCard';

type Failure = Extract<NeedView, { kind: 'failure' }>;

/** What happened, the evidence, what Bridge does next, what the person can do: in this order. */
export function FailureCard({ item }: { readonly item: Failure }): ReactElement {
  const words = useWords();
  const { send, openLog, mayAct } = usePanel();
  return (
    <NeedCard
      kind={words.needs.failure}
      title={item.sentence}
      at={item.at}
      mark={{ icon: 'failed', tone: 'bad' }}
      actions={
        <>
          <Button
            icon="retry"
            disabled={!mayAct}
            hint={mayAct ? undefined : words.needs.notTrusted}
            onPress={() => send({ type: 'runs.retry', runs: [item.run] })}
          >
            {words.needs.retry}
          </Button>
          <Button icon="log" onPress={() => openLog(item.run)}>
            {words.needs.openLog}
          </Button>
        </>
      }
    >
      {item.evidence.length > 0 && (
        <pre className="evidence" tabIndex={0} aria-label={words.needs.evidence}>
          {item.evidence.map((line, index) => (
            <span key={index} dir="auto" className="evidence-line">
              {visibleText(line)}
            </span>
          ))}
        </pre>
      )}
      <dl className="facts">
        <Fact name={words.needs.next}>
          <Foreign text={item.next} />
        </Fact>
        <Fact name={words.needs.advice}>
          <Foreign text={item.advice} />
        </Fact>
      </dl>
    </NeedCard>
  );
}

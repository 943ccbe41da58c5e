import type { ReactElement } from 'react';
import type { FindingNeed } from '../../../../src/protocol/agents';
import { Button } from '../../components/controls';
import { Foreign } from '../../components/Foreign';
import type { Mark } from '../../components/tones';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';
import { FileLink } from '../FileLink';
import { Fact, NeedCard } from './NeedCard';
import { ReasonActions } from './ReasonActions';

const marks: Readonly<Record<FindingNeed['severity'], Mark>> = {
  CRITICAL: { icon: 'failed', tone: 'bad' },
  MAJOR: { icon: 'warning', tone: 'warn' },
  MINOR: { icon: 'info', tone: 'quiet' },
};

/** What reviewer or check found, where, its exact fix, and what can be said about it. */
export function FindingCard({ item }: { readonly item: FindingNeed }): ReactElement {
  const words = useWords();
  const states = [
    words.needs.severities[item.severity],
    ...(item.standing === 'disputed' ? [words.needs.disputed] : []),
    ...(item.stale ? [words.needs.stale] : []),
  ];
  return (
    <NeedCard
      kind={[words.needs.finding, ...states].join(' · ')}
      title={item.title}
      at={item.at}
      mark={marks[item.severity]}
      actions={<FindingActions item={item} />}
    >
      <p>
        {item.canOpen ? (
          <FileLink file={item.file} line={item.line} />
        ) : (
          <bdi className="mono">{`${item.file}:${item.line}`}</bdi>
        )}
      </p>
      <dl className="facts">
        <Fact name={words.needs.why}>
          <Foreign text={item.why} />
        </Fact>
        {item.fix !== '' && (
          <Fact name={words.needs.fix}>
            <Foreign text={item.fix} />
          </Fact>
        )}
        <Fact name={words.needs.origin}>
          <Foreign text={item.origin} />
        </Fact>
        {item.said.length > 0 && (
          <Fact name={words.needs.said}>
            <ul className="lines">
              {item.said.map((sentence, index) => (
                <li key={index}>
                  <Foreign text={sentence} />
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
    </NeedCard>
  );
}

/** Settle it, or say something about it. */
function FindingActions({ item }: { readonly item: FindingNeed }): ReactElement {
  const words = useWords();
  const { send, mayAct } = usePanel();
  const { id, finding, standing } = item;
  return (
    <ReasonActions
      draftKey={id}
      acts={[
        {
          ...{ name: 'waive', label: words.needs.waive, question: words.needs.waiveReason },
          sendLabel: words.needs.sendWaive,
          send: (reason) => send({ type: 'finding.waive', finding, reason }),
        },
        ...(standing === 'disputed'
          ? []
          : [
              {
                ...{ name: 'dispute', label: words.needs.dispute, question: words.needs.disputeReason },
                sendLabel: words.needs.sendDispute,
                send: (reason: string) => send({ type: 'finding.dispute', finding, reason }),
              },
            ]),
        {
          ...{ name: 'reply', label: words.needs.reply, question: words.needs.replyText },
          sendLabel: words.needs.sendReply,
          send: (text) => send({ type: 'finding.reply', finding, text }),
        },
      ]}
    >
      <Button
        disabled={!mayAct}
        hint={mayAct ? undefined : words.needs.notTrusted}
        onPress={() => send({ type: 'finding.resolve', finding })}
      >
        {words.needs.resolve}
      </Button>
    </ReasonActions>
  );
}

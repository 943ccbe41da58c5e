import type { ReactElement } from 'react';
import type { NeedView } from '../../../../src/protocol/view';
import { Foreign } from '../../components/Foreign';
import type { Mark } from '../../components/tones';
import { useWords } from '../../text/wordsContext';
import { FileLink } from '../FileLink';
import { Fact, NeedCard } from './NeedCard';

type Finding = Extract<NeedView, { kind: 'finding' }>;

const marks: Readonly<Record<Finding['severity'], Mark>> = {
  CRITICAL: { icon: 'failed', tone: 'bad' },
  MAJOR: { icon: 'warning', tone: 'warn' },
  MINOR: { icon: 'info', tone: 'quiet' },
};

/** What the review found, where, and its exact fix. */
export function FindingCard({ item }: { readonly item: Finding }): ReactElement {
  const words = useWords();
  return (
    <NeedCard
      kind={`${words.needs.finding} · ${words.needs.severities[item.severity]}`}
      title={item.title}
      at={item.at}
      mark={marks[item.severity]}
    >
      <p>
        <FileLink file={item.file} line={item.line} />
      </p>
      <dl className="facts">
        <Fact name={words.needs.why}>
          <Foreign text={item.why} />
        </Fact>
        <Fact name={words.needs.fix}>
          <Foreign text={item.fix} />
        </Fact>
      </dl>
    </NeedCard>
  );
}

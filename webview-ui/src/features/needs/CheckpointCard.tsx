import type { ReactElement } from 'react';
import type { CheckpointView } from '../../../../src/protocol/view';
import { Button } from '../../components/controls';
import { Foreign } from '../../components/Foreign';
import { Icon } from '../../components/Icon';
import type { Mark } from '../../components/tones';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';
import { CheckpointActions } from './CheckpointActions';
import { CheckpointMilestones } from './CheckpointMilestones';
import { Fact, NeedCard } from './NeedCard';

const sanityMarks: Readonly<Record<CheckpointView['sanity']['status'], Mark>> = {
  passed: { icon: 'done', tone: 'good' },
  failed: { icon: 'failed', tone: 'bad' },
  none: { icon: 'skipped', tone: 'quiet' },
  pending: { icon: 'waits', tone: 'quiet' },
};

const sanityIcon = (status: CheckpointView['sanity']['status']) => {
  const { icon, tone } = sanityMarks[status];
  return { name: icon, tone: `tone-${tone}` };
};

interface CheckpointCardProps {
  readonly id: string;
  readonly at: number;
  readonly checkpoint: CheckpointView;
}

/** All that an approval binds to, on one card, before its buttons. */
export function CheckpointCard({ id, at, checkpoint }: CheckpointCardProps): ReactElement {
  const words = useWords();
  const { send } = usePanel();
  const { sanity, changes, unjudgedGates } = checkpoint;
  return (
    <NeedCard
      kind={words.needs.checkpoint}
      title={checkpoint.title}
      at={at}
      mark={{ icon: 'asks', tone: 'accent' }}
      actions={<CheckpointActions draftKey={`reject:${id}`} checkpoint={checkpoint} />}
    >
      <p className="checkpoint-total">
        <Foreign text={checkpoint.total} />
      </p>
      <dl className="facts">
        <Fact name={words.needs.where}>
          <Foreign text={checkpoint.target} />
        </Fact>
        <Fact name={words.needs.cost}>
          <Foreign text={checkpoint.cost} />
        </Fact>
        <Fact name={words.needs.sanity}>
          <span className="sanity">
            <Icon {...sanityIcon(sanity.status)} />
            {sanity.sentence === '' ? (
              words.needs.sanityStatus[sanity.status]
            ) : (
              <Foreign text={sanity.sentence} />
            )}
          </span>
        </Fact>
        <Fact name={words.needs.review}>
          <Foreign text={checkpoint.review} />
        </Fact>
        <Fact name={words.needs.groundTruth}>
          <Foreign text={checkpoint.groundTruth} />
        </Fact>
        {changes.length > 0 && (
          <Fact name={words.needs.changes}>
            <Lines lines={changes} />
            <Button onPress={() => send({ type: 'checkpoint.diff', hash: checkpoint.hash })}>
              {words.needs.showDiff}
            </Button>
          </Fact>
        )}
        {unjudgedGates.length > 0 && (
          <Fact name={words.needs.unjudged}>
            <ul className="lines">
              {unjudgedGates.map((gate) => (
                <li key={`${gate.milestone}:${gate.text}`}>
                  <bdi className="mono">{gate.milestone}</bdi> <Foreign text={gate.text} />
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
      {checkpoint.notes.length > 0 && <Lines lines={checkpoint.notes} className="notes" />}
      <CheckpointMilestones draftKey={id} checkpoint={checkpoint} />
    </NeedCard>
  );
}

function Lines({
  lines,
  className,
}: {
  readonly lines: readonly string[];
  readonly className?: string;
}): ReactElement {
  return (
    <ul className={`lines ${className ?? ''}`}>
      {lines.map((line, index) => (
        <li key={index}>
          <Foreign text={line} />
        </li>
      ))}
    </ul>
  );
}

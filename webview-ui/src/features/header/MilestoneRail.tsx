import type { ReactElement } from 'react';
import type { MilestoneProgress } from '../../../../src/protocol/view';
import { Foreign } from '../../components/Foreign';
import { Icon } from '../../components/Icon';
import { milestoneMarks } from '../../components/tones';
import { useWords } from '../../text/wordsContext';

/** One stop a milestone, in order; on a narrow panel it scrolls sideways instead of growing the header. */
export function MilestoneRail({
  milestones,
}: {
  readonly milestones: readonly MilestoneProgress[];
}): ReactElement {
  const words = useWords();
  return (
    <div className="rail" tabIndex={0} role="group" aria-label={words.header.milestones}>
      <ol>
        {milestones.map((milestone) => {
          const mark = milestoneMarks[milestone.state];
          const state = words.header.milestoneState[milestone.state];
          const counts =
            milestone.total === 0 ? state : `${milestone.completed}/${milestone.total} · ${state}`;
          const failed = milestone.failed > 0 ? ` · ${words.header.failedOf(milestone.failed)}` : '';
          return (
            <li key={milestone.id} title={`${milestone.id} ${milestone.name}: ${counts}${failed}`}>
              <Icon name={mark.icon} tone={`tone-${mark.tone}`} />
              <Foreign className="rail-name" text={milestone.name} />
              {milestone.total > 0 && milestone.state !== 'done' && (
                <span className="rail-count">
                  {milestone.completed}/{milestone.total}
                </span>
              )}
              <span className="heard-only">
                {state}
                {failed}
              </span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

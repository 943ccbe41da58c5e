import type { ReactElement } from 'react';
import type { PlanMilestone } from '../../../../src/protocol/view';
import { Foreign } from '../../components/Foreign';
import { Icon } from '../../components/Icon';
import { Marked } from '../../components/Marked';
import { milestoneMarks, type Mark } from '../../components/tones';
import { useWords } from '../../text/wordsContext';
import { PlanLine } from './PlanLine';

type Verdict = NonNullable<PlanMilestone['gateVerdict']>['verdict'];

const verdictMarks: Readonly<Record<Verdict, Mark>> = {
  passed: { icon: 'done', tone: 'good' },
  failed: { icon: 'failed', tone: 'bad' },
  'not-judged': { icon: 'asks', tone: 'accent' },
};

/** The checklist: each milestone, how far it is, and what its gate said. */
export function MilestoneList({
  milestones,
}: {
  readonly milestones: readonly PlanMilestone[];
}): ReactElement {
  return (
    <ol className="rows milestones">
      {milestones.map((milestone) => (
        <Milestone key={milestone.id} milestone={milestone} />
      ))}
    </ol>
  );
}

function Milestone({ milestone }: { readonly milestone: PlanMilestone }): ReactElement {
  const words = useWords();
  const { gateVerdict, total } = milestone;
  const mark = milestoneMarks[milestone.state];
  const share = (count: number) => ({ width: `${total === 0 ? 0 : (100 * count) / total}%` });
  return (
    <li className="milestone">
      <Icon name={mark.icon} tone={`tone-${mark.tone}`} />
      <div className="milestone-main">
        <div className="milestone-head">
          <PlanLine label={milestone.id} line={milestone.line} />
          <strong>
            <Foreign text={milestone.name} />
          </strong>
          <span className="aside">{words.header.milestoneState[milestone.state]}</span>
        </div>
        {milestone.goal !== null && (
          <div className="prose">
            <Foreign text={milestone.goal} />
          </div>
        )}
        {milestone.gate !== null && (
          <div className="gate">
            <span className="aside">{words.plan.gate}</span> <Foreign text={milestone.gate} />
          </div>
        )}
        {gateVerdict !== null && (
          <div className="gate">
            <Marked mark={verdictMarks[gateVerdict.verdict]}>
              {words.plan.verdicts[gateVerdict.verdict]}
            </Marked>
            <Foreign text={gateVerdict.why} />
          </div>
        )}
      </div>
      <div className="milestone-side">
        <span className="number">
          {total === 0 ? words.plan.noRuns : words.plan.runsOf(milestone.completed, total)}
        </span>
        {total > 0 && (
          <span className="stack" aria-hidden="true">
            <span className="stack-good" style={share(milestone.completed)} />
            <span className="stack-busy" style={share(milestone.running)} />
            <span className="stack-bad" style={share(milestone.failed)} />
          </span>
        )}
        {milestone.failed > 0 && <span className="number">{words.plan.failed(milestone.failed)}</span>}
        {milestone.gpuHours !== null && (
          <span className="number aside">{words.plan.gpuHours(milestone.gpuHours)}</span>
        )}
      </div>
    </li>
  );
}

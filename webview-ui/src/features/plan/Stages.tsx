import type { ReactElement } from 'react';
import type { PlanPage } from '../../../../src/protocol/view';
import { Foreign } from '../../components/Foreign';
import { Marked } from '../../components/Marked';
import type { Mark } from '../../components/tones';
import { useWords } from '../../text/wordsContext';

type Stage = PlanPage['stages'][number];

const marks: Readonly<Record<Stage['outcome'], Mark>> = {
  running: { icon: 'running', tone: 'busy' },
  passed: { icon: 'done', tone: 'good' },
  failed: { icon: 'failed', tone: 'bad' },
  skipped: { icon: 'skipped', tone: 'quiet' },
  waiting: { icon: 'asks', tone: 'accent' },
  ahead: { icon: 'empty', tone: 'quiet' },
};

/** From the plan to the handoff: where Bridge is on the way. */
export function Stages({ stages }: { readonly stages: readonly Stage[] }): ReactElement {
  const words = useWords();
  return (
    <ol className="rows stages">
      {stages.map((stage) => (
        <li key={stage.stage} className={`stage stage-${stage.outcome}`}>
          <span className="stage-name">{stage.label}</span>
          <Marked mark={marks[stage.outcome]}>{words.outcomes[stage.outcome]}</Marked>
          {stage.note !== '' && <Foreign className="stage-note" text={stage.note} />}
        </li>
      ))}
    </ol>
  );
}

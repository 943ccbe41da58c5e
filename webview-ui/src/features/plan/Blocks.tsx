import type { ReactElement } from 'react';
import type { PlanPage } from '../../../../src/protocol/view';
import { Foreign } from '../../components/Foreign';
import { useWords } from '../../text/wordsContext';
import { PlanLine } from './PlanLine';

/** Each block with the criterion it will be judged by, and the verdict once there is one. */
export function Blocks({ blocks }: { readonly blocks: PlanPage['blocks'] }): ReactElement {
  const words = useWords();
  return (
    <ul className="rows blocks">
      {blocks.map((block) => (
        <li key={block.id} className="block">
          <div className="block-head">
            <PlanLine label={block.id} line={block.line} />
            <strong>
              <Foreign text={block.title} />
            </strong>
            {block.priority !== null && (
              <span className="pill">
                <Foreign text={block.priority} />
              </span>
            )}
          </div>
          {block.criterion === null ? (
            <div className="aside">{words.plan.noCriterion}</div>
          ) : (
            <div className="prose">
              <Foreign text={block.criterion} />
            </div>
          )}
          {block.criterion !== null && !block.judgeable && (
            <div className="aside">{words.plan.personJudges}</div>
          )}
          {block.verdict !== null && (
            <div className="verdict">
              <Foreign text={block.verdict} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

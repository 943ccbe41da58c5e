import type { ReactElement } from 'react';
import type { ProblemView } from '../../../../src/protocol/view';
import { Foreign } from '../../components/Foreign';
import { Marked } from '../../components/Marked';
import type { Mark } from '../../components/tones';
import { useWords } from '../../text/wordsContext';
import { FileLink } from '../FileLink';

const marks: Readonly<Record<ProblemView['severity'], Mark>> = {
  error: { icon: 'failed', tone: 'bad' },
  warning: { icon: 'warning', tone: 'warn' },
  info: { icon: 'info', tone: 'quiet' },
};

export function Problems({ problems }: { readonly problems: readonly ProblemView[] }): ReactElement {
  const words = useWords();
  if (problems.length === 0) {
    return (
      <p className="aside">
        <Marked mark={{ icon: 'done', tone: 'good' }}>{words.plan.noProblems}</Marked>
      </p>
    );
  }
  return (
    <ul className="rows">
      {problems.map((problem, index) => (
        <li key={index} className="problem">
          <Marked mark={marks[problem.severity]}>{words.plan.severities[problem.severity]}</Marked>
          <span>
            <Foreign className="prose" text={problem.message} />{' '}
            {problem.file !== null && <FileLink file={problem.file} line={problem.line} />}
          </span>
        </li>
      ))}
    </ul>
  );
}

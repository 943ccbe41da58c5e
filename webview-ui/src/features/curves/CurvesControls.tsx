import { useId, type ReactElement } from 'react';
import type { CurvesView } from '../../../../src/protocol/curves';
import { Choice, Tick } from '../../components/controls';
import type { CurveChoice } from '../../state/curveChoice';
import { useWords } from '../../text/wordsContext';

interface CurvesControlsProps {
  readonly view: CurvesView;
  readonly choice: CurveChoice;
  /** The runs are given: there is no milestone to choose. */
  readonly givenRuns: boolean;
  readonly onChange: (change: Partial<CurveChoice>) => void;
}

/** Which curves, and how: metric, milestone, runs or systems, smoothing, axis. */
export function CurvesControls({ view, choice, givenRuns, onChange }: CurvesControlsProps): ReactElement {
  const words = useWords();
  const { curves } = words;
  const id = useId();
  // An empty value stands for "all": the toolkit knows no null.
  const milestones = [
    { value: '', label: curves.allMilestones },
    ...view.milestones.map((each) => ({ value: each.id, label: each.label })),
  ];
  const metrics = view.metrics.map((value) => ({ value, label: value }));
  return (
    <div className="curves-controls">
      {view.metric !== null && (
        <Choice
          key={`metric ${view.metrics.join('\n')}`}
          label={curves.metric}
          value={view.metric}
          choices={metrics}
          onChange={(metric) => onChange({ metric })}
        />
      )}
      {!givenRuns && view.milestones.length > 1 && (
        <Choice
          key={`milestone ${milestones.map(({ value }) => value).join('\n')}`}
          label={curves.milestone}
          value={choice.milestone ?? ''}
          choices={milestones}
          onChange={(milestone) => onChange({ milestone: milestone === '' ? null : milestone })}
        />
      )}
      <Choice
        label={curves.by}
        value={choice.by}
        choices={[
          { value: 'system', label: curves.bySystem },
          { value: 'run', label: curves.byRun },
        ]}
        onChange={(by) => onChange({ by })}
      />
      <Tick checked={choice.log} onChange={(log) => onChange({ log })}>
        {curves.log}
      </Tick>
      <span className="curves-smoothing">
        <label htmlFor={id}>{curves.smoothing}</label>
        <input
          id={id}
          type="range"
          min={0}
          max={0.95}
          step={0.05}
          value={choice.smoothing}
          onChange={(event) => onChange({ smoothing: Number(event.target.value) })}
        />
        <output className="number" htmlFor={id}>
          {choice.smoothing === 0 ? curves.noSmoothing : choice.smoothing.toFixed(2)}
        </output>
      </span>
    </div>
  );
}

import { memo, type ReactElement, type ReactNode } from 'react';
import type { RunRow, RunsLine } from '../../../../src/protocol/view';
import { Foreign } from '../../components/Foreign';
import { Icon } from '../../components/Icon';
import { Marked } from '../../components/Marked';
import { Progress } from '../../components/Progress';
import { Sparkline } from '../../components/Sparkline';
import { statusMarks } from '../../components/tones';
import { formatDuration } from '../../text/format';
import { useWords } from '../../text/wordsContext';
import { columns } from './columns';
import { Elapsed } from './Elapsed';

interface GridRowProps {
  /** Undefined: its slice is on its way. */
  readonly line: RunsLine | undefined;
  readonly index: number;
  /** Pixels below the top of the list. */
  readonly top: number;
  readonly active: boolean;
  readonly selected: boolean;
  readonly shown: boolean;
  /** Runs lie under groups. */
  readonly nested: boolean;
  readonly receivedAt: number;
}

/** One line of the grid; drawn again only when something of it changed. */
export const GridRow = memo(function GridRow(props: GridRowProps): ReactElement {
  const { line, index, top, active, selected, shown, nested, receivedAt } = props;
  const common = {
    role: 'row',
    'aria-rowindex': index + 2,
    'data-index': index,
    tabIndex: active ? 0 : -1,
    style: { transform: `translateY(${top}px)` },
  };
  if (line === undefined) return <LateRow common={common} />;
  if (line.kind === 'group') {
    return (
      <div {...common} className="grid-row grid-group" aria-level={1} aria-expanded={!line.collapsed}>
        <div role="gridcell" aria-colspan={columns.length} className="cell cell-group">
          <Icon name={line.collapsed ? 'folded' : 'unfolded'} />
          <strong>
            <Foreign text={line.label} />
          </strong>
          <span className="aside number">
            <Foreign text={line.summary} />
          </span>
        </div>
      </div>
    );
  }
  return (
    <div
      {...common}
      className={`grid-row grid-run ${selected ? 'grid-selected' : ''} ${shown ? 'grid-shown' : ''}`}
      aria-level={nested ? 2 : 1}
      aria-selected={selected}
    >
      <RunCells run={line.run} selected={selected} receivedAt={receivedAt} />
    </div>
  );
});

function LateRow({ common }: { readonly common: object }): ReactElement {
  const words = useWords();
  return (
    <div {...common} className="grid-row grid-late" aria-busy>
      <div role="gridcell" aria-colspan={columns.length} className="cell">
        <span className="heard-only">{words.runs.late}</span>
      </div>
    </div>
  );
}

interface RunCellsProps {
  readonly run: RunRow;
  readonly selected: boolean;
  readonly receivedAt: number;
}

function RunCells({ run, selected, receivedAt }: RunCellsProps): ReactElement {
  const words = useWords();
  const where = run.host === null ? run.gpus : run.gpus === '' ? run.host : `${run.host}:${run.gpus}`;
  return (
    <>
      <Cell name="select">
        <span
          data-act="tick"
          className={`tick ${selected ? 'tick-on' : ''}`}
          title={words.runs.select(run.id)}
        >
          {selected && <Icon name="check" />}
        </span>
      </Cell>
      <Cell name="id">
        <bdi className="mono" title={run.id}>
          {run.id}
        </bdi>
      </Cell>
      <Cell name="system">
        {run.system !== null && <Foreign text={run.system} />}
        {run.seed !== null && <span className="aside seed">{words.runs.seed(run.seed)}</span>}
      </Cell>
      <Cell name="status">
        <Marked mark={statusMarks[run.status]}>{words.statuses[run.status]}</Marked>
      </Cell>
      <Cell name="progress">
        {run.progress !== null && run.status !== 'completed' && (
          <Progress share={run.progress} label={`${run.id}: ${words.runs.columns.progress}`} />
        )}
      </Cell>
      <Cell name="spark">
        <Sparkline values={run.spark} />
      </Cell>
      <Cell name="metric">
        {run.metric !== null && (
          <>
            <Foreign className="aside" text={run.metric.name} />{' '}
            <span
              data-act={run.source === null ? undefined : 'source'}
              className={run.source === null ? '' : 'link'}
            >
              <bdi
                title={
                  run.source === null ? undefined : words.common.openAt(run.source.file, run.source.line)
                }
              >
                {run.metric.value}
              </bdi>
            </span>
          </>
        )}
      </Cell>
      <Cell name="host">
        <bdi className="mono" title={where}>
          {where}
        </bdi>
      </Cell>
      <Cell name="elapsed">
        {run.elapsedMs !== null && (
          <Elapsed ms={run.elapsedMs} since={receivedAt} ticking={run.status === 'running'} />
        )}
      </Cell>
      <Cell name="estimate">
        {run.estimatedMs !== null && <span className="aside">{formatDuration(run.estimatedMs, words)}</span>}
      </Cell>
      <Cell name="why">
        {run.attempts > 1 && <span className="pill">{words.runs.attempts(run.attempts)}</span>}
        {run.why !== null && <Foreign text={run.why} />}
      </Cell>
    </>
  );
}

const aligned = new Map(columns.map(({ name, align }) => [name, align]));

function Cell({
  name,
  children,
}: {
  readonly name: (typeof columns)[number]['name'];
  readonly children: ReactNode;
}) {
  return (
    <div role="gridcell" className={`cell cell-${name} ${aligned.get(name) ?? ''}`}>
      {children}
    </div>
  );
}

import { memo, type ReactElement, type ReactNode } from 'react';
import { lastSegment } from '../../../../src/protocol/metricName';
import { visibleText } from '../../../../src/protocol/visibleText';
import type { RunRow, RunsLine } from '../../../../src/protocol/runs';
import { Foreign } from '../../components/Foreign';
import { Icon } from '../../components/Icon';
import { Marked } from '../../components/Marked';
import { Progress } from '../../components/Progress';
import { Sparkline } from '../../components/Sparkline';
import { statusMarks } from '../../components/tones';
import type { ColumnFit, ColumnName } from '../../state/columnsThatFit';
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
  readonly fit: ColumnFit;
}

/** One line of the grid; drawn again only when something of it changed. */
export const GridRow = memo(function GridRow(props: GridRowProps): ReactElement {
  const { line, index, top, active, selected, shown, nested, receivedAt, fit } = props;
  const common = {
    role: 'row',
    'aria-rowindex': index + 2,
    'data-index': index,
    tabIndex: active ? 0 : -1,
    style: { transform: `translateY(${top}px)` },
  };
  if (line === undefined) return <LateRow common={common} fit={fit} />;
  if (line.kind === 'group') {
    return (
      <div {...common} className="grid-row grid-group" aria-level={1} aria-expanded={!line.collapsed}>
        <div role="gridcell" aria-colspan={fit.names.length} className="cell cell-group">
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
      <RunCells run={line.run} selected={selected} receivedAt={receivedAt} fit={fit} />
    </div>
  );
});

function LateRow({ common, fit }: { readonly common: object; readonly fit: ColumnFit }): ReactElement {
  const words = useWords();
  return (
    <div {...common} className="grid-row grid-late" aria-busy>
      <div role="gridcell" aria-colspan={fit.names.length} className="cell">
        <span className="heard-only">{words.runs.late}</span>
      </div>
    </div>
  );
}

interface RunCellsProps {
  readonly run: RunRow;
  readonly selected: boolean;
  readonly receivedAt: number;
  readonly fit: ColumnFit;
}

function RunCells({ run, selected, receivedAt, fit }: RunCellsProps): ReactElement {
  const words = useWords();
  const where = run.host === null ? run.gpus : run.gpus === '' ? run.host : `${run.host}:${run.gpus}`;
  const cells: Record<ColumnName, ReactNode> = {
    select: (
      <>
        <span
          data-act="tick"
          className={`tick ${selected ? 'tick-on' : ''}`}
          title={words.runs.select(run.id)}
        >
          {selected && <Icon name="check" />}
        </span>
      </>
    ),
    id: (
      <>
        <bdi className="mono" title={run.id}>
          {run.id}
        </bdi>
      </>
    ),
    system: (
      <>
        {run.system !== null && <Foreign text={run.system} />}
        {run.seed !== null && <span className="aside seed">{words.runs.seed(run.seed)}</span>}
      </>
    ),
    status: (
      <>
        <Marked mark={statusMarks[run.status]}>{words.statuses[run.status]}</Marked>
      </>
    ),
    progress: (
      <>
        {run.progress !== null && run.status !== 'completed' && (
          <Progress share={run.progress} label={`${run.id}: ${words.runs.columns.progress}`} />
        )}
      </>
    ),
    spark: (
      <>
        <Sparkline values={run.spark} />
      </>
    ),
    metric: (
      <>
        {run.metric !== null && (
          <>
            <bdi className="aside metric-name" title={run.metric.name}>
              {lastSegment(run.metric.name)}
            </bdi>{' '}
            <span
              data-act={run.source === null ? undefined : 'source'}
              className={`metric-value ${run.source === null ? '' : 'link'}`}
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
      </>
    ),
    host: (
      <>
        <bdi className="mono" title={visibleText(where)}>
          {visibleText(where)}
        </bdi>
      </>
    ),
    elapsed: (
      <>
        {run.elapsedMs !== null && (
          <Elapsed ms={run.elapsedMs} since={receivedAt} ticking={run.status === 'running'} />
        )}
      </>
    ),
    estimate: (
      <>
        {run.estimatedMs !== null && <span className="aside">{formatDuration(run.estimatedMs, words)}</span>}
      </>
    ),
    why: (
      <>
        {run.attempts > 1 && <span className="pill">{words.runs.attempts(run.attempts)}</span>}
        {run.why !== null && <Foreign text={run.why} />}
      </>
    ),
  };
  return (
    <>
      {fit.names.map((name) => (
        <Cell key={name} name={name}>
          {cells[name]}
        </Cell>
      ))}
    </>
  );
}

const aligned = new Map(columns.map(({ name, align }) => [name, align]));

function Cell({ name, children }: { readonly name: ColumnName; readonly children: ReactNode }): ReactElement {
  return (
    <div role="gridcell" className={`cell cell-${name} ${aligned.get(name) ?? ''}`}>
      {children}
    </div>
  );
}

import { Fragment, type ReactElement, type ReactNode } from 'react';
import type { ResultsPage } from '../../../../src/protocol/view';
import { Button, LinkButton } from '../../components/controls';
import { Foreign } from '../../components/Foreign';
import { Icon } from '../../components/Icon';
import { usePanel } from '../../state/panelContext';
import { splitValue } from '../../text/splitValue';
import { useWords } from '../../text/wordsContext';

type Group = ResultsPage['groups'][number];
type System = Group['systems'][number];

interface ResultsTableProps {
  readonly group: Group;
  readonly metric: string;
}

/** Systems of a milestone that are listed at once; more are there on request. */
const mostSystems = 60;

/** One line a system; unfolded, one line a run, each with the place its number was read from. */
export function ResultsTable({ group, metric }: ResultsTableProps): ReactElement {
  const words = useWords();
  const { state, dispatch } = usePanel();
  const key = `results-all:${group.milestone}`;
  const all = group.systems.length <= mostSystems || state.expanded.has(key);
  const shown = all ? group.systems : group.systems.slice(0, mostSystems);
  return (
    <>
      <table className="results-table">
        <thead>
          <tr>
            <th scope="col">{words.results.system}</th>
            <th scope="col" className="number">
              {words.results.value(metric)}
            </th>
            <th scope="col">{words.results.comparison}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((system) => (
            <SystemRows key={system.system} system={system} milestone={group.milestone} />
          ))}
        </tbody>
      </table>
      {!all && (
        <Button onPress={() => dispatch({ type: 'expanded', key, open: true })}>
          {words.results.showAll(group.systems.length)}
        </Button>
      )}
    </>
  );
}

function SystemRows({
  system,
  milestone,
}: {
  readonly system: System;
  readonly milestone: string;
}): ReactElement {
  const words = useWords();
  const { state, dispatch } = usePanel();
  const key = `result:${milestone}:${system.system}`;
  const open = state.expanded.has(key);
  const toggle = () => dispatch({ type: 'expanded', key, open: !open });
  return (
    <Fragment>
      <tr className="result-system">
        <th scope="row">
          <button type="button" className="fold" aria-expanded={open} onClick={toggle}>
            <Icon name={open ? 'unfolded' : 'folded'} />
            <Foreign text={system.system} />
          </button>
        </th>
        <td className="number">
          <SystemValue system={system} onUnfold={toggle} />
        </td>
        <td>
          {system.comparison === null ? words.results.noComparison : <Foreign text={system.comparison} />}
        </td>
      </tr>
      {open &&
        system.runs.map((run) => (
          <tr key={run.run} className="result-run">
            <th scope="row">
              <bdi className="mono">{run.run}</bdi> {run.seed !== null && words.runs.seed(run.seed)}
            </th>
            <td className="number">
              <Source run={run}>
                <Value text={run.value} />
              </Source>
            </td>
            <td>
              <Source run={run}>
                <bdi className="mono">{`${run.file}${run.pointer === '' ? '' : `#${run.pointer.replace(/^#/, '')}`}`}</bdi>
              </Source>
            </td>
          </tr>
        ))}
    </Fragment>
  );
}

/** The value of a single run leads to its file; a mean leads to the runs it is made of. */
function SystemValue({
  system,
  onUnfold,
}: {
  readonly system: System;
  readonly onUnfold: () => void;
}): ReactElement {
  const words = useWords();
  const [only, ...others] = system.runs;
  if (only !== undefined && others.length === 0)
    return (
      <Source run={only}>
        <Value text={system.value} />
      </Source>
    );
  return (
    <LinkButton hint={words.results.showRuns(system.system)} onPress={onUnfold}>
      <Value text={system.value} />
    </LinkButton>
  );
}

/** Opens the file at the line a run's number was read from. */
function Source(props: { readonly run: System['runs'][number]; readonly children: ReactNode }): ReactElement {
  const { file, line } = props.run;
  const words = useWords();
  const { send } = usePanel();
  return (
    <LinkButton
      hint={words.common.openAt(file, line)}
      onPress={() => send({ type: 'file.open', file, line })}
    >
      {props.children}
    </LinkButton>
  );
}

/** Mean, spread and count, each under its like in the lines above. */
function Value({ text }: { readonly text: string }): ReactElement {
  const { mean, spread, count } = splitValue(text);
  return (
    <span className="value-parts">
      <bdi>{mean}</bdi> <span className="value-spread">{spread}</span>{' '}
      <span className="value-count">{count}</span>
    </span>
  );
}

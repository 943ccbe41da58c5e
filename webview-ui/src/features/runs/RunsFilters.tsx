import type { ReactElement } from 'react';
import type { RunGroupKey, RunsPage, RunStatus } from '../../../../src/protocol/runs';
import { Choice, LinkButton, TextBox } from '../../components/controls';
import { FilterMenu } from '../../components/FilterMenu';
import { hideableColumns } from '../../state/columnsThatFit';
import { usePanel } from '../../state/panelContext';
import { formatCount } from '../../text/format';
import { useWords } from '../../text/wordsContext';

const named = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

/** What to look at: search, filters, grouping, and how many runs that leaves. */
export function RunsFilters({ view }: { readonly view: RunsPage }): ReactElement {
  const words = useWords();
  const { state, dispatch } = usePanel();
  const { query } = state;
  const change = (patch: Partial<typeof query>) => dispatch({ type: 'queried', change: patch });
  const narrowed =
    query.search !== '' || query.statuses.length + query.systems.length + query.hosts.length > 0;
  const statuses = Object.entries(words.statuses) as [RunStatus, string][];
  const groups = Object.entries(words.groups) as [RunGroupKey, string][];
  const { runs } = words;
  const shownColumns = hideableColumns.filter((name) => !state.hiddenColumns.includes(name));
  return (
    <div className="filters" role="search">
      <TextBox
        label={runs.search}
        hint={runs.searchHint}
        value={query.search}
        onChange={(search) => change({ search: search.slice(0, 500) })}
      />
      <FilterMenu
        label={runs.status}
        all={runs.all}
        choices={statuses.map(([value, label]) => ({ value, label }))}
        chosen={query.statuses}
        onChange={(chosen) => change({ statuses: chosen })}
      />
      <FilterMenu
        label={runs.system}
        all={runs.all}
        choices={named(view.systems)}
        chosen={query.systems}
        onChange={(systems) => change({ systems })}
      />
      <FilterMenu
        label={runs.host}
        all={runs.all}
        choices={named(view.hosts)}
        chosen={query.hosts}
        onChange={(hosts) => change({ hosts })}
      />
      <span className="filters-group">
        <span className="aside" aria-hidden="true">
          {runs.group}
        </span>
        <Choice
          label={runs.group}
          value={query.group}
          choices={groups.map(([value, label]) => ({ value, label }))}
          onChange={(group) => change({ group, collapsed: [] })}
        />
      </span>
      <FilterMenu
        label={runs.columnsShown}
        all={runs.all}
        choices={hideableColumns.map((name) => ({ value: name, label: runs.columns[name] }))}
        chosen={state.hiddenColumns.length === 0 ? [] : shownColumns}
        onChange={(chosen) =>
          dispatch({ type: 'columns', hidden: hideableColumns.filter((name) => !chosen.includes(name)) })
        }
      />
      {narrowed && (
        <LinkButton onPress={() => change({ search: '', statuses: [], systems: [], hosts: [] })}>
          {runs.clearFilters}
        </LinkButton>
      )}
      <span className="filters-count number" role="status">
        {runs.count(formatCount(view.matching, words), formatCount(view.total, words))}
      </span>
    </div>
  );
}

import type { ReactElement } from 'react';
import type { RunSortKey } from '../../../../src/protocol/runs';
import { Icon } from '../../components/Icon';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';
import type { ColumnFit } from '../../state/columnsThatFit';
import { columnsOf } from './columns';

/** Names of the columns; those that sort are buttons, and a second press turns the order round. */
export function GridHeader({ fit }: { readonly fit: ColumnFit }): ReactElement {
  const words = useWords();
  const { state, dispatch } = usePanel();
  const { sort } = state.query;
  const sortBy = (key: RunSortKey) =>
    dispatch({
      type: 'queried',
      change: { sort: { key, descending: sort.key === key && !sort.descending } },
    });
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-row">
        {columnsOf(fit).map(({ name, sortKey, align }) => {
          const label = words.runs.columns[name];
          const sorted = sortKey !== null && sort.key === sortKey;
          const order = sorted ? (sort.descending ? 'descending' : 'ascending') : undefined;
          return (
            <div key={name} role="columnheader" aria-sort={order} className={`cell cell-${name} ${align}`}>
              {name === 'select' && <span className="heard-only">{label}</span>}
              {name !== 'select' && sortKey === null && label}
              {sortKey !== null && (
                <button type="button" className="sort" onClick={() => sortBy(sortKey)}>
                  {label}
                  {sorted && <Icon name={sort.descending ? 'down' : 'up'} />}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

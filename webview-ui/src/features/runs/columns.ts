import type { RunSortKey } from '../../../../src/protocol/runs';
import type { ColumnFit, ColumnName } from '../../state/columnsThatFit';

interface Column {
  readonly name: ColumnName;
  readonly sortKey: RunSortKey | null;
  readonly align: '' | 'number';
}

/** In the order they stand; `columnsThatFit` says which have room. */
export const columns: readonly Column[] = [
  { name: 'select', sortKey: null, align: '' },
  { name: 'id', sortKey: 'id', align: '' },
  { name: 'system', sortKey: 'system', align: '' },
  { name: 'status', sortKey: 'status', align: '' },
  { name: 'progress', sortKey: null, align: 'number' },
  { name: 'spark', sortKey: null, align: '' },
  { name: 'metric', sortKey: 'metric', align: 'number' },
  { name: 'host', sortKey: 'host', align: '' },
  { name: 'elapsed', sortKey: 'elapsed', align: 'number' },
  { name: 'estimate', sortKey: null, align: 'number' },
  { name: 'why', sortKey: null, align: '' },
];

export function columnsOf({ names }: ColumnFit): readonly Column[] {
  return columns.filter(({ name }) => names.includes(name));
}

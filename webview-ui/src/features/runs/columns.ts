import type { RunSortKey } from '../../../../src/protocol/view';
import type { Words } from '../../text/english';

interface Column {
  readonly name: keyof Words['runs']['columns'];
  readonly sortKey: RunSortKey | null;
  readonly align: '' | 'number';
}

/** In the order they stand; their widths are in runs.css. */
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

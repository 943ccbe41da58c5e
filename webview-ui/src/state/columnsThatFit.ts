export type ColumnName =
  | 'select'
  | 'id'
  | 'system'
  | 'status'
  | 'progress'
  | 'spark'
  | 'metric'
  | 'host'
  | 'elapsed'
  | 'estimate'
  | 'why';

interface ColumnRoom {
  readonly name: ColumnName;
  /** Pixels without which it says nothing. */
  readonly least: number;
  /** Its share of the room that is left over; 0: it stays as it is. */
  readonly grows: number;
}

/** In the order they stand. */
const rooms: readonly ColumnRoom[] = [
  { name: 'select', least: 22, grows: 0 },
  { name: 'id', least: 72, grows: 0 },
  { name: 'system', least: 150, grows: 1.3 },
  { name: 'status', least: 112, grows: 0 },
  { name: 'progress', least: 92, grows: 0 },
  { name: 'spark', least: 74, grows: 0 },
  { name: 'metric', least: 112, grows: 0 },
  { name: 'host', least: 76, grows: 0.3 },
  { name: 'elapsed', least: 60, grows: 0 },
  { name: 'estimate', least: 60, grows: 0 },
  { name: 'why', least: 130, grows: 2 },
];

/** What gives way first stands first; what is not named here stays, and the list scrolls sideways in the end. */
const givingWay: readonly ColumnName[] = [
  'estimate',
  'spark',
  'host',
  'progress',
  'elapsed',
  'why',
  'metric',
];

/** A list without names and words says nothing; all else may be hidden. */
export const hideableColumns = [
  'system',
  'progress',
  'spark',
  'metric',
  'host',
  'elapsed',
  'estimate',
  'why',
] as const satisfies readonly ColumnName[];

export type HideableColumn = (typeof hideableColumns)[number];

/** Pixels between two columns, and left and right of all of them; runs.css has the same. */
const gap = 12;
const margins = 40;

export interface ColumnFit {
  readonly names: readonly ColumnName[];
  /** For `grid-template-columns`. */
  readonly template: string;
  /** Pixels below which the list scrolls sideways. */
  readonly least: number;
}

/** The columns for which `width` pixels are enough, without those in `unused` that would be empty anyway. */
export function columnsThatFit(width: number, unused: readonly ColumnName[]): ColumnFit {
  let left = rooms.filter(({ name }) => !unused.includes(name));
  for (const name of givingWay) {
    if (leastOf(left) <= width) break;
    left = left.filter((room) => room.name !== name);
  }
  const template = left.map(({ least, grows }) =>
    grows === 0 ? `${least}px` : `minmax(${least}px, ${grows}fr)`,
  );
  return { names: left.map(({ name }) => name), template: template.join(' '), least: leastOf(left) };
}

function leastOf(columns: readonly ColumnRoom[]): number {
  return columns.reduce((sum, { least }) => sum + least, margins + gap * Math.max(0, columns.length - 1));
}

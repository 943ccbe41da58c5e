type Cell = number | null | undefined;

/** Values by column over one list of steps: null is a gap in the line, undefined is no point of this line at all. */
export interface Aligned {
  readonly steps: Float64Array;
  readonly columns: Cell[][];
}

export interface Track {
  /** Ascending. */
  readonly steps: Float64Array;
  /** Of equal length, NaN for a gap. */
  readonly columns: readonly Float64Array[];
}

/** Brings tracks with steps of their own onto the steps of all of them. Columns come out track by track, in order. */
export function alignSteps(tracks: readonly Track[]): Aligned {
  const steps = union(tracks);
  const columns: Cell[][] = [];
  for (const track of tracks) {
    const places = track.steps.length === steps.length ? null : placesIn(steps, track.steps);
    for (const values of track.columns) {
      const column = new Array<Cell>(steps.length);
      for (let at = 0; at < values.length; at++) {
        const value = values[at]!;
        column[places === null ? at : places[at]!] = Number.isFinite(value) ? value : null;
      }
      columns.push(column);
    }
  }
  return { steps, columns };
}

/** Curves of one study mostly share their steps, and then there is nothing to sort. */
function union(tracks: readonly Track[]): Float64Array {
  const [first] = tracks;
  if (first === undefined) return new Float64Array();
  if (tracks.every(({ steps }) => same(steps, first.steps))) return first.steps;
  const all = new Set<number>();
  for (const { steps } of tracks) for (const step of steps) all.add(step);
  return Float64Array.from(all).sort();
}

function same(a: Float64Array, b: Float64Array): boolean {
  return a === b || (a.length === b.length && a.every((value, at) => value === b[at]));
}

/** Where each of `some` stands in `all`; both ascend and `all` has every one. */
function placesIn(all: Float64Array, some: Float64Array): Uint32Array {
  const places = new Uint32Array(some.length);
  let place = 0;
  for (let at = 0; at < some.length; at++) {
    while (all[place]! < some[at]!) place++;
    places[at] = place;
  }
  return places;
}

/** A large value in pieces, none of which takes long to pass from one thread to another. */
export interface Sliced {
  /** The value with a mark in place of every long list. */
  readonly head: unknown;
  readonly slices: readonly (readonly unknown[])[];
}

/** Items in a slice: some milliseconds for the longest rows that people write. */
const sliceLength = 150;
const mark = 'long list';

interface Mark {
  readonly [mark]: { readonly from: number; readonly count: number };
}

/** Cuts the long lists of a plain value, in whatever object they stand (not lists within lists). */
export function toSlices(value: unknown): Sliced {
  const slices: unknown[][] = [];
  const cut = (at: unknown): unknown => {
    if (Array.isArray(at)) {
      if (at.length <= sliceLength) return at;
      const from = slices.length;
      for (let index = 0; index < at.length; index += sliceLength)
        slices.push(at.slice(index, index + sliceLength) as unknown[]);
      return { [mark]: { from, count: slices.length - from } } satisfies Mark;
    }
    if (typeof at !== 'object' || at === null) return at;
    return Object.fromEntries(Object.entries(at).map(([key, each]) => [key, cut(each)]));
  };
  return { head: cut(value), slices };
}

/** The value that was cut. */
export function fromSlices({ head, slices }: Sliced): unknown {
  const join = (at: unknown): unknown => {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return at;
    if (mark in at) {
      const { from, count } = (at as Mark)[mark];
      return slices.slice(from, from + count).flat();
    }
    return Object.fromEntries(Object.entries(at).map(([key, each]) => [key, join(each)]));
  };
  return join(head);
}

/** The parts of `0.912 ± 0.006 (5)`; what is missing is empty, and any other text is all mean. */
export interface ValueParts {
  readonly mean: string;
  readonly spread: string;
  readonly count: string;
}

export function splitValue(value: string): ValueParts {
  const found = /^(\S+)(?:\s+(±\s*\S+))?(?:\s+(\(\d+\)))?$/.exec(value);
  return { mean: found?.[1] ?? value, spread: found?.[2] ?? '', count: found?.[3] ?? '' };
}

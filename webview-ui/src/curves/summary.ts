import type { CurveSeries } from '../../../src/protocol/curves';

/** A curve in numbers, for the table that says what the picture shows. Null where it has no finite value. */
export interface CurveSummary {
  readonly first: number;
  readonly lowest: number;
  readonly lowestAt: number;
  readonly highest: number;
  readonly highestAt: number;
  readonly last: number;
  readonly lastAt: number;
  /** Steps at which no number was written. */
  readonly gaps: number;
}

export function summarise({ steps, values }: CurveSeries): CurveSummary | null {
  let summary: { -readonly [Key in keyof CurveSummary]: CurveSummary[Key] } | null = null;
  let gaps = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    const step = steps[at]!;
    if (!Number.isFinite(value)) {
      gaps++;
      continue;
    }
    summary ??= {
      ...{ first: value, lowest: value, lowestAt: step, highest: value, highestAt: step },
      ...{ last: value, lastAt: step, gaps: 0 },
    };
    if (value < summary.lowest) Object.assign(summary, { lowest: value, lowestAt: step });
    if (value > summary.highest) Object.assign(summary, { highest: value, highestAt: step });
    summary.last = value;
    summary.lastAt = step;
  }
  return summary === null ? null : { ...summary, gaps };
}

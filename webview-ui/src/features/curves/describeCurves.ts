import type { CurvesView } from '../../../../src/protocol/curves';
import { summarise } from '../../curves/summary';
import { formatMeasure } from '../../text/format';
import type { Words } from '../../text/english';

/** Lines that are told one by one; the table has all of them. */
const told = 6;

/** What the picture shows, in words, for those who can't see it. */
export function describeCurves({ series }: CurvesView, metric: string, words: Words): string {
  const ends = series.slice(0, told).flatMap((each) => {
    const found = summarise(each);
    if (found === null) return [];
    const step = found.lastAt.toLocaleString(words.locale);
    return [words.curves.endsAt(each.label, formatMeasure(found.last, words), step, each.runs.length)];
  });
  return words.curves.alt(metric, series.length, ends, Math.max(0, series.length - told));
}

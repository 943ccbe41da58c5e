import type { ReactElement } from 'react';
import type { CurveSeries } from '../../../../src/protocol/curves';
import { summarise } from '../../curves/summary';
import { formatMeasure } from '../../text/format';
import { useWords } from '../../text/wordsContext';

/** What the picture shows, in numbers: each line's first, lowest, highest and last value with their steps. */
export function CurvesTable({
  series,
  metric,
}: {
  readonly series: readonly CurveSeries[];
  readonly metric: string;
}): ReactElement {
  const words = useWords();
  const { columns } = words.curves;
  const step = (value: number) => value.toLocaleString(words.locale);
  return (
    <div className="curves-table" tabIndex={0} role="group" aria-label={words.curves.tableOf(metric)}>
      <table>
        <thead>
          <tr>
            <th scope="col">{columns.line}</th>
            <th scope="col" className="number">
              {columns.runs}
            </th>
            <th scope="col" className="number">
              {columns.first}
            </th>
            <th scope="col" className="number">
              {columns.lowest}
            </th>
            <th scope="col" className="number">
              {columns.highest}
            </th>
            <th scope="col" className="number">
              {columns.last}
            </th>
            <th scope="col" className="number">
              {columns.gaps}
            </th>
          </tr>
        </thead>
        <tbody>
          {series.map((each) => {
            const found = summarise(each);
            const at = (value: number, where: number) => (
              <>
                {formatMeasure(value, words)} <span className="aside">{words.curves.at(step(where))}</span>
              </>
            );
            return (
              <tr key={each.key}>
                <th scope="row">
                  <bdi>{each.label}</bdi>
                </th>
                <td className="number">{each.runs.length}</td>
                <td className="number">{found && formatMeasure(found.first, words)}</td>
                <td className="number">{found && at(found.lowest, found.lowestAt)}</td>
                <td className="number">{found && at(found.highest, found.highestAt)}</td>
                <td className="number">{found && at(found.last, found.lastAt)}</td>
                <td className="number">{found?.gaps ?? ''}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

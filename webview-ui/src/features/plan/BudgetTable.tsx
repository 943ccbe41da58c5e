import type { ReactElement } from 'react';
import type { BudgetView } from '../../../../src/protocol/view';
import { Foreign } from '../../components/Foreign';
import { Meter } from '../../components/Meter';
import { formatHours, formatUsd } from '../../text/format';
import { useWords } from '../../text/wordsContext';

/** Milestone by milestone: what was planned, what is used, and what it will come to. */
export function BudgetTable({ budget }: { readonly budget: BudgetView }): ReactElement {
  const words = useWords();
  const amount = (value: number | null) => {
    if (value === null) return '–';
    return budget.unit === 'usd' ? formatUsd(value, words) : formatHours(value, words);
  };
  const limit = budget.limit ?? budget.planned;
  const label = words.plan.budgetUsed[budget.unit](
    amount(budget.used),
    limit === null ? null : amount(limit),
  );
  return (
    <div className="budget">
      <p className="budget-total">
        <span className="number">{label}</span>
        {limit !== null && limit > 0 && (
          <Meter label={label} used={budget.used} forecast={budget.forecast} limit={limit} />
        )}
        {budget.limit !== null && <span className="aside">{words.plan.budgetLevel[budget.level]}</span>}
      </p>
      <table>
        <caption className="heard-only">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{words.plan.milestone}</th>
            <th scope="col">{words.plan.planned}</th>
            <th scope="col">{words.plan.used}</th>
            <th scope="col">{words.plan.forecast}</th>
          </tr>
        </thead>
        <tbody>
          {budget.rows.map(({ milestone, planned, used, forecast }) => (
            <tr key={milestone}>
              <th scope="row">{milestone === '' ? words.plan.idle : <Foreign text={milestone} />}</th>
              <td className="number">{amount(planned)}</td>
              <td className="number">{amount(used)}</td>
              <td className="number">{amount(forecast)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { budgetOf, type Budget } from '../core/run/budget';
import { moneyOf } from '../core/run/money';
import type { StudyState } from '../core/run/state';
import type { BudgetView } from '../protocol/view';

/** What runs use up, milestone by milestone; a study that needs no GPU and costs nothing has none. */
export function budgetViews(state: StudyState, now: number): readonly BudgetView[] {
  return [...viewOf('gpuHours', budgetOf(state, now)), ...viewOf('usd', moneyOf(state, now))];
}

function viewOf(unit: BudgetView['unit'], budget: Budget): readonly BudgetView[] {
  const { planned, used, forecast, cap, limit, level, milestones } = budget;
  if (used === 0 && cap === null && (planned ?? 0) === 0) return [];
  return [{ unit, planned, used, forecast, limit, level, rows: milestones }];
}

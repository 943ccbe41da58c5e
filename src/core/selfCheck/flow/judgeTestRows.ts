import type { Expr } from '../python/ast';
import type { Flow } from './flow';
import { roleOf, splitOf } from './rows';
import { splitStep } from './judge';
import type { Data, Estimator, Fit } from './value';

/** Training on the part that a split set aside for the test. */
export function judgeFitOnTest(flow: Flow, estimator: Estimator, data: Data, expr: Expr): void {
  const side = splitOf(data.rows);
  if (estimator.task === null || side?.role !== 'test' || side.split?.name !== 'train_test_split') return;
  flow.report(`trainedontest:${expr.from}`, {
    severity: 'CRITICAL',
    check: 'logic',
    title: 'The model is trained on the test rows',
    why: `${splitStep(flow, side)} At ${flow.place(expr.from)} ${flow.source(expr)} trains on the test side.`,
    fix: 'Train on the training part; no call of fit gets the test part.',
    at: expr.from,
    to: expr.to,
  });
}

/** Rows that were changed at random and then divided: the test part is no longer what was collected. */
export function judgeAugmented(flow: Flow, data: Data, expr: Expr): void {
  const augmented = data.influences.find(({ effect }) => effect === 'augment');
  if (!augmented) return;
  flow.report(`augmented:${augmented.at}`, {
    severity: 'MINOR',
    check: 'logic',
    title: `The test rows are augmented at random too (${augmented.name})`,
    why: `At ${flow.place(augmented.at)} ${augmented.name} changes rows at random. At ${flow.place(expr.from)} ${flow.source(expr)} takes the test part out of them, so that the score is not on the rows as they were collected and changes with each call.`,
    fix: 'Split first, augment the training part only, and give the test part a transform without anything random.',
    at: augmented.at,
    to: augmented.at,
  });
}

/** A scaler, encoder, … that is fitted on test rows: it learns from them, and it maps them otherwise than the training rows. */
export function judgeTransformerFit(
  flow: Flow,
  estimator: Estimator,
  data: Data,
  expr: Expr,
  before: Fit | null,
): void {
  const { effect } = estimator;
  if (effect === null || effect === 'cluster' || effect === 'resample') return;
  const side = splitOf(data.rows);
  const elsewhere = [
    before,
    ...flow.estimators.map((other) =>
      other !== estimator && other.name === estimator.name ? other.fit : null,
    ),
  ];
  const fittedOnTraining = elsewhere.some((fit) => fit?.rows.some((rows) => roleOf(rows) !== 'test'));
  if (roleOf(data.rows) !== 'test' || (!side && !fittedOnTraining)) return;
  flow.report(`testfit:${expr.from}`, {
    severity: 'MAJOR',
    check: 'logic',
    title: `${estimator.name} is fitted on test rows`,
    why: `${side ? `${splitStep(flow, side)} ` : ''}At ${flow.place(expr.from)} ${flow.source(expr)} fits ${estimator.name} on the test side, so that the test rows are mapped by their own statistics and not as the training rows were.`,
    fix: `Fit ${estimator.name} on the training rows once and call only transform on the test rows.`,
    at: expr.from,
    to: expr.to,
  });
}

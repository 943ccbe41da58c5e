import type { Expr } from '../python/ast';
import type { Flow } from './flow';
import { saysTraining } from './judgeTrainingScore';
import { knownClass } from './knownClasses';
import { contains, overlap, roleOf, splitOf, type Rows } from './rows';
import type { Data, Effect, Estimator, Influence } from './value';

const doing: Readonly<Record<Effect, string>> = {
  scale: 'Scaling',
  impute: 'Filling of missing values',
  encode: 'Encoding',
  vectorise: 'Vectorising of text',
  project: 'Projection',
  select: 'Feature selection',
  cluster: 'Clustering',
  target: 'Target encoding',
  resample: 'Oversampling',
  duplicate: 'Repeating of rows',
  neighbour: 'Filling from neighbouring rows',
  aggregate: 'A statistic by group',
  discretise: 'Binning',
  augment: 'Augmentation',
};

const severities: Partial<Record<Effect, 'CRITICAL' | 'MINOR'>> = {
  select: 'CRITICAL',
  target: 'CRITICAL',
  resample: 'CRITICAL',
  duplicate: 'CRITICAL',
  encode: 'MINOR',
  neighbour: 'MINOR',
};

/** Are there other rows to test on, so that these are only the training side? Then what happens within them is not leakage. */
function isTrainingSide(rows: Rows): boolean {
  const side = splitOf(rows);
  if (side) return side.role !== 'test' || roleOf(rows) === 'train';
  return /^(?:self\.)?[xX]_?(?:train|tr)(?:_|$)/i.test(rows.label);
}

/** A statistic by group is target encoding if its column is what the model is trained to predict, else a feature like any other. */
function seenBy(influence: Influence, targetColumn: string | null): Influence {
  if (influence.effect !== 'target' || knownClass(influence.name)?.effect === 'target') return influence;
  return influence.column !== null && influence.column === targetColumn
    ? influence
    : { ...influence, effect: 'aggregate' };
}

/** A value filled in from the row before or after crosses only a split that mixes the rows. */
function crosses({ effect }: Influence, side: Rows | null): boolean {
  if (effect === 'augment') return false;
  return effect !== 'neighbour' || side?.split?.shuffled === true;
}

function name(rows: Rows): string {
  return rows.label === '' ? 'the rows' : rows.label;
}

function reportInfluence(flow: Flow, influence: Influence, steps: readonly string[], where: string): void {
  const { effect, at } = influence;
  const again = effect === 'resample' || effect === 'duplicate';
  const what = doing[effect];
  const title = again
    ? `${what} (${influence.name}) before ${where}: copies of a row stand on both sides`
    : `${what} (${influence.name}) is fitted before ${where}`;
  const first = again
    ? `At ${flow.place(at)} ${influence.name} adds rows made from ${name(influence.over)}.`
    : `At ${flow.place(at)} ${influence.name} is computed from ${name(influence.over)}, test rows included.`;
  flow.report(`influence:${flow.file.lineAt(at)}:${effect}`, {
    severity: /^(?:corr|VarianceThreshold)/.test(influence.name) ? 'MAJOR' : (severities[effect] ?? 'MAJOR'),
    check: 'logic',
    title,
    why: [
      first,
      ...steps,
      again
        ? 'The test rows, or rows made from them, were trained on.'
        : 'The training data carries information about the rows that it is tested on.',
    ].join(' '),
    fix: again
      ? 'Split first and oversample the training part only; in cross-validation put the sampler into an imblearn Pipeline.'
      : where === 'the split'
        ? `Split first, compute ${influence.name} from the training part only, and apply it unchanged to the test part (a Pipeline does both).`
        : `Put ${influence.name} and the model into one Pipeline and cross-validate that, so that each fold fits it on its own training part.`,
    at,
    to: at,
  });
}

export function splitStep(flow: Flow, side: Rows): string {
  return side.split ? `At ${flow.place(side.split.at)} ${side.split.name} divides those rows.` : '';
}

/** A model is trained on one side of a split; what was computed from all the rows before it has leaked, evaluated here or elsewhere. */
export function judgeFit(flow: Flow, estimator: Estimator, expr: Expr): void {
  const { fit } = estimator;
  if (!fit) return;
  for (const found of fit.influences)
    for (const rows of fit.rows) {
      const influence = seenBy(found, fit.targetColumn);
      const side = splitOf(rows);
      const [whole] = side?.parents ?? [];
      if (!side || !whole || side.role === 'test' || !crosses(influence, side)) continue;
      if (isTrainingSide(influence.over) || !reaches(influence, whole)) continue;
      reportInfluence(
        flow,
        influence,
        [splitStep(flow, side), `At ${flow.place(expr.from)} ${flow.source(expr)} trains on one side.`],
        'the split',
      );
    }
}

/** Were the rows that are divided part of what the influence was computed from, or do they hold the copies that it made? */
function reaches({ effect, over }: Influence, whole: Rows): boolean {
  if (contains(over, whole, true)) return true;
  if (effect !== 'resample' && effect !== 'duplicate') return false;
  return (
    contains(whole, over, true) ||
    (whole.kind === 'union' && whole.parents.some((part) => contains(over, part, true)))
  );
}

/** The model meets rows again: by `predict`, or scored, by `score` or a metric. */
export function judgeEvaluation(
  flow: Flow,
  estimator: Estimator,
  data: Data,
  expr: Expr,
  how: 'predicts' | 'scored',
): void {
  const { fit } = estimator;
  if (!fit || !isJudged(estimator)) return;
  const same = fit.rows.includes(data.rows);
  if (!same) judgeInfluences(flow, estimator, data.rows, expr);
  if (!same) judgeOwnStatistics(flow, estimator, data, expr);
  if (how === 'predicts') return;
  if (same) {
    if (!saysTraining(flow)) estimator.scoredOnTraining.push({ at: expr.from, label: flow.source(expr) });
    return;
  }
  estimator.scoredElsewhere = true;
  judgeOverlap(flow, estimator, data.rows, expr);
}

function isJudged(estimator: Estimator): boolean {
  return (
    estimator.task !== null ||
    estimator.family === 'search' ||
    estimator.name === 'Sequential' ||
    estimator.name === 'Model' ||
    (estimator.family === 'unknown' && estimator.effect === null)
  );
}

function judgeInfluences(flow: Flow, { fit }: Estimator, tested: Rows, expr: Expr): void {
  for (const found of fit!.influences) {
    const influence = seenBy(found, fit!.targetColumn);
    if (isTrainingSide(influence.over) || !crosses(influence, splitOf(tested))) continue;
    if (!contains(influence.over, tested, true) || fit!.rows.some((rows) => contains(rows, tested))) continue;
    const side = splitOf(tested);
    const steps = [
      side ? splitStep(flow, side) : '',
      `At ${flow.place(fit!.at)} the model is trained on ${fit!.label}.`,
      `At ${flow.place(expr.from)} ${flow.source(expr)} meets rows that were part of it.`,
    ];
    reportInfluence(
      flow,
      influence,
      steps.filter((step) => step !== ''),
      'the split',
    );
  }
}

/** Test rows filled or scaled by their own mean: not what the model was trained on, and not possible for one new row. */
function judgeOwnStatistics(flow: Flow, { fit }: Estimator, data: Data, expr: Expr): void {
  for (const { effect, name: statistic, over, at } of data.influences) {
    if ((effect !== 'impute' && effect !== 'scale') || knownClass(statistic) || roleOf(over) !== 'test')
      continue;
    if (!overlap(over, data.rows) || fit!.rows.some((rows) => overlap(rows, over))) continue;
    flow.report(`testfit:${at}`, {
      severity: 'MINOR',
      check: 'logic',
      title: `${doing[effect]} of the test rows uses their own ${statistic}`,
      why: `At ${flow.place(at)} ${statistic} is computed from ${name(over)}. At ${flow.place(expr.from)} ${flow.source(expr)} meets these rows. They are mapped by their own statistics and not as the training rows were.`,
      fix: `Use the ${statistic} of the training rows for the test rows too.`,
      at,
      to: at,
    });
  }
}

function judgeOverlap(flow: Flow, { fit }: Estimator, tested: Rows, expr: Expr): void {
  const trained = fit!.rows.find((rows) => overlap(rows, tested));
  if (!trained) return;
  const inside = contains(trained, tested);
  const around = contains(tested, trained);
  // Scores over everything, training rows included, are a habit of plots and summaries; only a test set that says so is judged.
  if (around && !inside && roleOf(tested) !== 'test') return;
  flow.report(`overlap:${fit!.at}:${expr.from}`, {
    severity: 'CRITICAL',
    check: 'logic',
    title: 'The model is tested on rows that it was trained on',
    why: `At ${flow.place(fit!.at)} the model is trained on ${fit!.label}${splitWords(flow, tested)}. At ${flow.place(expr.from)} ${flow.source(expr)} scores it on ${name(tested)}, ${inside ? 'all of which are' : 'some of which are'} among those rows.`,
    fix: 'Train on the training part only, and keep the rows that are tested on out of every call of fit.',
    at: expr.from,
    to: expr.to,
  });
}

function splitWords(flow: Flow, tested: Rows): string {
  const side = splitOf(tested);
  return side?.split
    ? `, though ${side.split.name} at ${flow.place(side.split.at)} set the test part aside`
    : '';
}

export function judgeCrossValidation(flow: Flow, data: Data, expr: Expr, estimator: Estimator | null): void {
  for (const influence of data.influences) {
    if (isTrainingSide(influence.over) || !contains(influence.over, data.rows, true)) continue;
    if (influence.effect === 'neighbour' || influence.effect === 'augment') continue;
    reportInfluence(
      flow,
      influence,
      [`At ${flow.place(expr.from)} ${flow.source(expr)} divides these rows into folds.`],
      'cross-validation',
    );
  }
  if (estimator) estimator.scoredElsewhere = true;
}

/** `best_score_` of a search is a cross-validated score, of rows that were prepared before. */
export function judgeSearchScore(flow: Flow, estimator: Estimator, expr: Expr): void {
  const { fit, family } = estimator;
  if (family !== 'search' || !fit) return;
  estimator.scoredElsewhere = true;
  for (const influence of fit.influences)
    for (const rows of fit.rows) {
      if (
        isTrainingSide(rows) ||
        isTrainingSide(influence.over) ||
        !contains(influence.over, rows, true) ||
        influence.effect === 'neighbour' ||
        influence.effect === 'augment'
      )
        continue;
      reportInfluence(
        flow,
        influence,
        [
          `At ${flow.place(fit.at)} ${estimator.name} divides these rows into folds.`,
          `At ${flow.place(expr.from)} its best score is read.`,
        ],
        'cross-validation',
      );
    }
}

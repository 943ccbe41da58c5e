import type { Call } from './calls';
import { combine } from './evaluate';
import type { Flow } from './flow';
import { judgeEvaluation } from './judge';
import { rowsBehind, unique, type Data, type Value } from './value';

/** Class labels are expected on both sides. */
const onLabels = new Set(
  'accuracy_score balanced_accuracy_score precision_score recall_score f1_score fbeta_score jaccard_score matthews_corrcoef classification_report confusion_matrix precision_recall_fscore_support hamming_loss zero_one_loss'.split(
    ' ',
  ),
);
/** Numbers are expected on both sides. */
const onNumbers = new Set(
  'mean_squared_error root_mean_squared_error mean_absolute_error median_absolute_error r2_score mean_squared_log_error mean_absolute_percentage_error explained_variance_score max_error'.split(
    ' ',
  ),
);
/** Scores or probabilities are expected of the model. */
const onScores = new Set(
  'roc_auc_score average_precision_score roc_curve precision_recall_curve log_loss brier_score_loss'.split(
    ' ',
  ),
);
/** Exchanging both sides changes the answer. */
const ordered = new Set(
  'precision_score recall_score fbeta_score classification_report precision_recall_fscore_support r2_score explained_variance_score roc_auc_score average_precision_score log_loss mean_absolute_percentage_error balanced_accuracy_score'.split(
    ' ',
  ),
);

export const metricNames = new Set([
  ...onLabels,
  ...onNumbers,
  ...onScores,
  'cohen_kappa_score',
  'mean_poisson_deviance',
  'd2_absolute_error_score',
]);

/** `metric(truth, predicted)`: rows tested on, kind of metric, and whose labels are the truth. */
export function judgeMetric(flow: Flow, { expr, args, keys }: Call, name: string): Value {
  const truth = keys.get('y_true') ?? args[0];
  const predicted = keys.get('y_pred') ?? keys.get('y_score') ?? args[1];
  const score: Value = {
    kind: 'unknown',
    over: unique([truth, predicted].flatMap((value) => (value ? rowsBehind(value) : []))),
    influences: [],
    score: true,
  };
  if (!truth || !predicted) return combine(args);
  if (predicted.kind === 'data' && predicted.prediction)
    judgeEvaluation(flow, predicted.prediction.by, predicted, expr, 'scored');
  if (truth.kind === 'data' && truth.prediction) {
    if (predicted.kind === 'data' && predicted.prediction)
      judgeTruth(flow, { expr, args, keys }, truth, predicted, name);
    else judgeOrder(flow, { expr, args, keys }, truth, predicted, name);
  } else if (predicted.kind === 'data' && predicted.prediction)
    judgeKind(flow, { expr, args, keys }, predicted, name);
  judgeNamedTruth(flow, { expr, args, keys }, truth);
  return score;
}

const agreement = /agree|fidelity|consisten|concord|distill|kappa|stability|mimic|surrogate|faithful/i;

function judgeTruth(flow: Flow, { expr }: Call, truth: Data, predicted: Data, name: string): void {
  if (truth.prediction!.by === predicted.prediction!.by || name === 'cohen_kappa_score') return;
  const around = flow.file.text
    .slice(flow.statement?.from ?? expr.from, flow.statement?.to ?? expr.to)
    .slice(0, 400);
  if (agreement.test(around)) return;
  flow.report(`truth:${expr.from}`, {
    severity: 'CRITICAL',
    check: 'ground-truth',
    title: `${name} compares with another model's output, not with the dataset's labels`,
    why: `At ${flow.place(truth.prediction!.at)} ${truth.prediction!.by.name} predicts what is then taken as the truth. At ${flow.place(expr.from)} ${flow.source(expr)} measures agreement with that model, whatever its mistakes.`,
    fix: "Pass the dataset's own labels of these rows as the first argument.",
    at: expr.from,
    to: expr.to,
  });
}

function judgeNamedTruth(flow: Flow, { expr, keys }: Call, truth: Value): void {
  const first =
    expr.args.find((argument) => argument.name === 'y_true') ??
    (keys.has('y_true') ? undefined : expr.args[0]);
  const text = first ? flow.source(first.value) : '';
  if (
    (truth.kind === 'data' && truth.prediction) ||
    !/pseudo_?label|teacher_(?:pred|label|output|logit|prob)|(?:pred|label|output|logit)s?_teacher/i.test(
      text,
    )
  )
    return;
  if (
    agreement.test(
      flow.file.text.slice(flow.statement?.from ?? expr.from, flow.statement?.to ?? expr.to).slice(0, 400),
    )
  )
    return;
  flow.report(`truth:${expr.from}`, {
    severity: 'CRITICAL',
    check: 'ground-truth',
    title: "The truth of this metric is another model's output",
    why: `At ${flow.place(expr.from)} ${flow.source(expr)} takes ${text} as the truth; by its name it comes out of a model and not out of the dataset.`,
    fix: "Pass the dataset's own labels of these rows as the first argument, or name the score an agreement with the teacher.",
    at: expr.from,
    to: expr.to,
  });
}

function judgeOrder(
  flow: Flow,
  { expr, args, keys }: Call,
  truth: Data,
  predicted: Value,
  name: string,
): void {
  const averaged = keys.get('average');
  const matters =
    ordered.has(name) || (name === 'f1_score' && averaged?.kind === 'const' && averaged.value === 'weighted');
  if (!matters || predicted.kind !== 'data' || args.length < 2) return;
  flow.report(`argorder:${expr.from}`, {
    severity: 'MAJOR',
    check: 'metric',
    title: `${name} gets the predictions where the labels belong`,
    why: `At ${flow.place(expr.from)} the first argument of ${flow.source(expr)} is what ${truth.prediction!.by.name} predicted at ${flow.place(truth.prediction!.at)}; this metric changes when its arguments are exchanged (precision becomes recall).`,
    fix: `Call ${name}(y_true, y_pred), labels first.`,
    at: expr.from,
    to: expr.to,
  });
}

function judgeKind(flow: Flow, { expr }: Call, predicted: Data, name: string): void {
  const { by, output, at } = predicted.prediction!;
  const wrong = (title: string, why: string, fix: string, severity: 'MAJOR' | 'MINOR' = 'MAJOR') =>
    flow.report(`kind:${expr.from}`, {
      severity,
      check: 'metric',
      title,
      why: `At ${flow.place(at)} ${by.name} ${why} At ${flow.place(expr.from)} ${flow.source(expr)} measures them.`,
      fix,
      at: expr.from,
      to: expr.to,
    });
  if (onLabels.has(name) && (output === 'continuous' || output === 'probability'))
    wrong(
      `${name} is a metric of class labels, but gets ${output === 'probability' ? 'probabilities' : 'continuous values'}`,
      output === 'probability'
        ? 'gives probabilities, which are neither thresholded nor turned into classes.'
        : 'gives continuous values, which are not turned into classes.',
      by.task === 'regression'
        ? 'Use a regression metric (MAE, RMSE, R²), or predict classes with a classifier.'
        : 'Turn them into classes (predict, argmax or a threshold) before this metric.',
    );
  else if (onNumbers.has(name) && by.task === 'classification' && output === 'labels')
    wrong(
      `${name} is a regression metric, but gets class labels`,
      'predicts class labels, whose numbers are names and have no distance.',
      'Use a classification metric (accuracy, F1, log loss).',
      'MINOR',
    );
  else if (onScores.has(name) && by.task === 'classification' && output === 'labels')
    wrong(
      `${name} needs scores or probabilities, but gets hard predictions`,
      'predicts class labels, which leave the curve a single threshold.',
      'Pass predict_proba(X)[:, 1] or decision_function(X).',
    );
}

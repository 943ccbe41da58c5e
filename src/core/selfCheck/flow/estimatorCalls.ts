import type { Call } from './calls';
import { combine } from './evaluate';
import type { Flow } from './flow';
import { judgeEvaluation, judgeFit } from './judge';
import { judgeFitOnTest, judgeTransformerFit } from './judgeTestRows';
import { judgeWatched } from './judgeSelection';
import { newRows } from './rows';
import type { KnownClass } from './knownClasses';
import {
  dataOf,
  mergeInfluences,
  nothing,
  type Data,
  type Effect,
  type Estimator,
  type Influence,
  type Output,
  type Task,
  type Value,
} from './value';

export const estimatorMethods = new Set(
  'fit adapt fit_transform fit_predict fit_resample fit_sample fit_generator partial_fit fit_on_texts transform predict predict_proba decision_function score evaluate'.split(
    ' ',
  ),
);

export function newEstimator(
  flow: Flow,
  name: string,
  known: KnownClass,
  at: number,
  args: ReadonlyMap<string, Value>,
  steps: readonly Estimator[] = [],
): Estimator {
  const estimator: Estimator = {
    name,
    family: known.family,
    effect: known.family === 'compound' ? effectOf(steps) : known.effect,
    task: known.task ?? taskOf(steps),
    at,
    args,
    steps,
    fit: null,
    watched: null,
    scoredOnTraining: [],
    scoredElsewhere: false,
  };
  flow.estimators.push(estimator);
  return estimator;
}

/** A pipeline does what its strongest step does. */
function effectOf(steps: readonly Estimator[]): Effect | null {
  const order: readonly Effect[] = [
    'resample',
    'augment',
    'target',
    'select',
    'impute',
    'scale',
    'project',
    'vectorise',
    'encode',
  ];
  return order.find((effect) => steps.some((step) => step.effect === effect)) ?? null;
}

function taskOf(steps: readonly Estimator[]): Task {
  return steps.findLast(({ task }) => task !== null)?.task ?? null;
}

/** Does it, as a whole, predict? A pipeline does if its last step does. */
export function isModel({ family, steps }: Estimator): boolean {
  if (family === 'compound') return steps.some(isModel);
  return family === 'model' || family === 'search' || family === 'unknown';
}

/** `estimator.name(args)`. */
export function callEstimator(
  flow: Flow,
  call: Call,
  value: Value & { kind: 'estimator' },
  name: string,
): Value {
  const { expr, args, keys } = call;
  const { estimator } = value;
  const at = expr.from;
  const firstArg = expr.args.find(
    ({ name: key, spread }) =>
      spread === '' &&
      (key === null || /^(?:X|x|raw_documents|texts|data|generator|X_train|train_data)$/.test(key)),
  );
  if (name === 'split') return { kind: 'folds', name: estimator.name, at };
  if (
    name === 'set_params' ||
    name === 'compile' ||
    name === 'to' ||
    name === 'cuda' ||
    name === 'eval' ||
    name === 'train'
  )
    return value;
  const data =
    firstArg && estimatorMethods.has(name)
      ? flow.data(
          firstArg.value,
          args.includes(flow.evaluate(firstArg.value)) ? flow.evaluate(firstArg.value) : undefined,
        )
      : null;
  switch (name) {
    case 'fit':
    case 'adapt':
    case 'partial_fit':
    case 'fit_generator':
    case 'fit_on_texts':
      if (data) fit(flow, call, estimator, data, name === 'partial_fit');
      return value;
    case 'fit_transform':
      if (!data) return nothing;
      fit(flow, call, estimator, data, false);
      // A discriminant analysis classifies, but here it projects.
      if (estimator.family === 'model' && estimator.effect === null) return projected(estimator, data, at);
      return transformed(estimator, data);
    case 'fit_predict':
      if (!data) return nothing;
      fit(flow, call, estimator, data, false);
      return predicted(estimator, data, at, name);
    case 'transform':
    case 'texts_to_sequences':
    case 'texts_to_matrix':
      return data
        ? transformed(estimator, data)
        : firstArg
          ? transformedAnyway(flow, estimator, flow.data(firstArg.value))
          : nothing;
    case 'inverse_transform': {
      const [given] = args;
      return given?.kind === 'data' ? given : nothing;
    }
    case 'fit_resample':
    case 'fit_sample': {
      if (!data) return nothing;
      const influence: Influence = {
        effect: 'resample',
        name: estimator.name,
        over: data.rows,
        at,
        column: null,
      };
      const rows = newRows(estimator.effect === 'resample' ? 'derived' : 'subset', [data.rows]);
      const result = dataOf(rows, {
        influences:
          estimator.effect === 'resample' ? mergeInfluences(data.influences, [influence]) : data.influences,
      });
      return {
        kind: 'sequence',
        items: [
          result,
          { ...result, influences: result.influences.filter(({ effect }) => effect === 'resample') },
        ],
      };
    }
    case 'predict':
    case 'predict_proba':
    case 'predict_log_proba':
    case 'decision_function':
    case 'predict_classes':
      if (!data) return nothing;
      judgeEvaluation(flow, estimator, data, expr, 'predicts');
      return predicted(estimator, data, at, name);
    case 'score':
    case 'evaluate':
      if (!data) return combine(args);
      judgeEvaluation(flow, estimator, data, expr, 'scored');
      return { kind: 'unknown', over: [data.rows], influences: [], score: true };
    case 'get_support':
      return estimator.fit?.rows[0]
        ? {
            kind: 'stat',
            over: estimator.fit.rows[0],
            how: 'selection',
            name: estimator.name,
            at: estimator.fit.at,
            column: null,
          }
        : nothing;
  }
  return combine([...args, ...keys.values()]);
}

function fit(flow: Flow, call: Call, estimator: Estimator, data: Data, more: boolean): void {
  const { expr, keys, args } = call;
  const target = args[1] ?? keys.get('y');
  const previous = estimator.fit;
  const before = more ? previous : null;
  estimator.fit = {
    rows: [...(before?.rows ?? []), data.rows].slice(-12),
    influences: mergeInfluences(
      before?.influences ?? [],
      data.influences,
      target?.kind === 'data'
        ? target.influences.filter(({ effect }) => effect === 'resample' || effect === 'duplicate')
        : [],
    ),
    at: expr.from,
    label: flow.source(expr.args[0]?.value ?? expr),
    targetColumn: target?.kind === 'data' ? target.column : null,
  };
  if (isModel(estimator) && estimator.family !== 'unknown') {
    judgeFit(flow, estimator, expr);
    if (target) judgeFitOnTest(flow, estimator, data, expr);
    judgeWatched(flow, call, estimator);
  } else if (estimator.family === 'unknown') {
    if (target) judgeFit(flow, estimator, expr);
    judgeWatched(flow, call, estimator);
  } else judgeTransformerFit(flow, estimator, data, expr, previous);
}

function influenceOf(estimator: Estimator): readonly Influence[] {
  if (!estimator.fit || estimator.effect === null) return [];
  return estimator.fit.rows.map((over) => ({
    effect: estimator.effect!,
    name: estimator.name,
    over,
    at: estimator.fit!.at,
    column: null,
  }));
}

export function transformed(estimator: Estimator, data: Data): Data {
  return {
    ...data,
    influences: mergeInfluences(data.influences, influenceOf(estimator)),
    column: null,
    prediction: null,
  };
}

function projected({ name }: Estimator, data: Data, at: number): Data {
  return {
    ...data,
    influences: mergeInfluences(data.influences, [
      { effect: 'project', name, over: data.rows, at, column: null },
    ]),
    column: null,
  };
}

function transformedAnyway(_flow: Flow, estimator: Estimator, data: Data | null): Value {
  return data ? transformed(estimator, data) : nothing;
}

function predicted(estimator: Estimator, data: Data, at: number, method: string): Data {
  if (estimator.effect === 'cluster')
    return {
      ...data,
      influences: mergeInfluences(data.influences, influenceOf(estimator)),
      prediction: null,
      column: null,
    };
  const output: Output =
    method === 'predict_proba' || method === 'predict_log_proba'
      ? 'probability'
      : method === 'decision_function'
        ? 'continuous'
        : estimator.task === 'classification'
          ? 'labels'
          : estimator.task === 'regression'
            ? 'continuous'
            : 'unknown';
  return dataOf(data.rows, { prediction: { by: estimator, output, at } });
}
